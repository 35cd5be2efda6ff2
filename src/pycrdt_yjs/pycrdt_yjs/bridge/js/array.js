// Array.

import { ContentAny, typeListGet } from '#yjs'
import { toJson } from './json.js'
import { begin, touch } from './transactions.js'
import { give, unpack } from './values.js'
import { newType } from './types.js'

// Yjs joins two runs of values by copying both, which makes appending n values take n² time. A
// content that owns its list extends it in place; `copy` must then no longer share it.
ContentAny.prototype.mergeWith = function (right) {
  if (this._owned) {
    for (const value of right.arr) this.arr.push(value)
  } else {
    this.arr = this.arr.concat(right.arr)
    this._owned = true
  }
  return true
}
ContentAny.prototype.copy = function () {
  return new ContentAny(this.arr.slice())
}

const insert = (type, index, value) => {
  if (index > type._length) throw new RangeError(`index ${index} is outside of the array`)
  begin(type.doc)
  touch(type)
  if (typeof value === 'bigint' || value === undefined) {
    // Yjs refuses both in arrays, though its format has them: put a null there, then the value.
    type.insert(index, [null])
    replaceJustInserted(type.doc, value)
  } else {
    type.insert(index, [value])
  }
}

/** Changes the value of the item that this document has just inserted, before anyone sees it. */
const replaceJustInserted = (doc, value) => {
  const structs = doc.store.clients.get(doc.clientID)
  structs[structs.length - 1].content.arr[0] = value
}

export const arrayLength = type => type._length
export const arrayInsert = insert
export const arrayInsertPacked = (type, index, text) => insert(type, index, unpack(text))
export const arrayInsertDoc = (type, index, doc) => insert(type, index, doc)
export const arrayInsertType = (type, index, kind) => {
  const value = newType(kind)
  insert(type, index, value)
  return value
}

export const arrayRemove = (type, index, length) => {
  if (index + length > type._length) {
    throw new RangeError(`cannot remove ${length} from index ${index} of ${type._length} elements`)
  }
  begin(type.doc)
  touch(type)
  type.delete(index, length)
}

/** The element for Python; the caller has checked that there is one. */
export const arrayGet = (type, index) => {
  touch(type)
  return give(typeListGet(type, index))
}

export const arrayJson = type => toJson(type)
