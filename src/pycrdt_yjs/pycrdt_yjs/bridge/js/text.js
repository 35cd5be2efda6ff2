// Text and XmlText: positions and lengths are in UTF-8 bytes.

import { AbstractType } from '#yjs'
import { begin, touch } from './transactions.js'
import { toUtf16, textLength } from './utf8.js'
import { Packer, unpack } from './values.js'

export { textLength }

const RANGE = (index, length, total) =>
  new RangeError(`cannot remove ${length} from index ${index} of a text of length ${total}`)

/** `wide`: whether the chunk holds more than ASCII. `attrs`: packed, or undefined. */
export const textInsert = (type, index, chunk, wide, attrs) => {
  const doc = type.doc
  if (doc._wide) index = toUtf16(type, index)
  else if (wide) doc._wide = true
  begin(doc)
  touch(type)
  type.insert(index, chunk, attrs === undefined ? undefined : unpack(attrs))
}

/** Inserts a packed value or a new shared type, which is returned. */
export const textInsertEmbed = (type, index, embed, attrs) => {
  index = toUtf16(type, index)
  begin(type.doc)
  touch(type)
  const value = embed instanceof AbstractType ? embed : unpack(embed)
  if (attrs !== undefined) {
    type.insertEmbed(index, value, unpack(attrs))
  } else {
    // Without attributes pycrdt's embed takes those that hold at its place; Yjs' takes none.
    type.insertEmbed(index, value, attributesAt(type, index))
  }
  return value
}

/** The formatting that holds for what is inserted at a UTF-16 index. */
const attributesAt = (type, index) => {
  const attributes = {}
  for (let item = type._start; item !== null && index > 0; item = item.right) {
    if (item.deleted) continue
    if (item.countable) {
      index -= item.length
    } else if (item.content.key !== undefined) {
      const { key, value } = item.content
      if (value === null) delete attributes[key]
      else attributes[key] = value
    }
  }
  return attributes
}

export const textFormat = (type, index, length, attrs) => {
  const start = toUtf16(type, index)
  // Past the end Yjs would insert line breaks.
  const end = Math.min(toUtf16(type, index + length), type._length)
  if (end <= start) return
  begin(type.doc)
  touch(type)
  type.format(start, end - start, unpack(attrs))
}

export const textRemove = (type, index, length) => {
  const total = textLength(type)
  if (index + length > total) throw RANGE(index, length, total)
  const start = toUtf16(type, index)
  const end = toUtf16(type, index + length)
  begin(type.doc)
  touch(type)
  type.delete(start, end - start)
}

export const textString = type => type.toString()

/** `[[chunk, attributes or 0], …]`, packed: `[text, references]`. */
export const textDiff = type => {
  const packer = new Packer()
  const chunks = type.toDelta().map(({ insert, attributes }) =>
    [packer.value(insert), attributes ? packer.value(attributes) : 0])
  return [packer.pack(chunks), packer.refs]
}
