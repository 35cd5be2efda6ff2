// StickyIndex: Yjs' relative positions.

import {
  createAbsolutePositionFromRelativePosition, createRelativePositionFromJSON,
  createRelativePositionFromTypeIndex, decodeRelativePosition, encodeRelativePosition
} from '#yjs'
import { textLength, toUtf16, toUtf8 } from './utf8.js'
import { Kind, kindOf } from './values.js'

const isText = type => kindOf(type) === Kind.text || kindOf(type) === Kind.xmlText

export const stickyIndex = (type, index, assoc) => {
  const text = isText(type)
  if (index > (text ? textLength(type) : type._length)) {
    throw new RangeError(`index ${index} is outside of the sequence`)
  }
  if (text) index = toUtf16(type, index)
  return encodeRelativePosition(createRelativePositionFromTypeIndex(type, index, assoc))
}

/** The index now, or undefined if the document doesn't have that place. */
export const stickyOffset = (doc, bytes) => {
  const found = createAbsolutePositionFromRelativePosition(decodeRelativePosition(bytes), doc)
  if (found === null) return undefined
  return isText(found.type) ? toUtf8(found.type, found.index) : found.index
}

const plain = ({ type, tname, item, assoc }) => {
  const json = {}
  if (item) json.item = { client: item.client, clock: item.clock }
  else if (tname !== null && tname !== undefined) json.tname = tname
  else if (type) json.type = { client: type.client, clock: type.clock }
  return { ...json, assoc }
}

export const stickyToJson = bytes => JSON.stringify(plain(decodeRelativePosition(bytes)))

export const stickyFromJson = text => {
  const json = JSON.parse(text)
  if (json === null || (!json.item && !json.type && json.tname === undefined)) {
    throw new SyntaxError('a sticky index needs an item, a type or a tname')
  }
  return encodeRelativePosition(createRelativePositionFromJSON(json))
}

/** -1 or 0; throws if the bytes are no sticky index. */
export const stickyAssoc = bytes => (decodeRelativePosition(bytes).assoc < 0 ? -1 : 0)
