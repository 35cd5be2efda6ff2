// Positions: pycrdt counts a text in UTF-8 bytes, Yjs in UTF-16 units.
//
// The two agree as long as a document holds nothing but ASCII, which `doc._wide` remembers: it is
// set for good by the first other character, local or remote. Only then do these functions walk.

import { ContentString } from '#yjs'

/** Length of a string in UTF-8 bytes. */
export const utf8Length = s => {
  let length = s.length
  for (let i = 0; i < s.length; i++) {
    const c = s.charCodeAt(i)
    if (c > 0x7f) {
      // Each half of a surrogate pair stands for two of the pair's four bytes.
      length += c > 0x7ff && (c < 0xd800 || c > 0xdfff) ? 2 : 1
    }
  }
  return length
}

/** Length of an item's content in UTF-8 bytes, kept with the content while its length is the same. */
const itemLength = item => {
  const content = item.content
  if (!(content instanceof ContentString)) return item.length
  const { str } = content
  if (content._measured !== str.length) {
    content._measured = str.length
    content._utf8 = utf8Length(str)
  }
  return content._utf8
}

/** UTF-16 units that the first `bytes` bytes of `s` take; throws inside a character. */
const unitsIn = (s, bytes) => {
  let i = 0
  let n = 0
  while (n < bytes) {
    const c = s.codePointAt(i)
    i += c > 0xffff ? 2 : 1
    n += c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? (c >= 0xd800 && c <= 0xdfff ? 2 : 3) : 4
  }
  if (n > bytes) throw new RangeError(`index ${bytes} lies inside a character`)
  return i
}

/** Length of a text type in UTF-8 bytes (an embed counts one). */
export const textLength = type => {
  if (!type.doc._wide) return type._length
  let length = 0
  for (let item = type._start; item !== null; item = item.right) {
    if (!item.deleted && item.countable) length += itemLength(item)
  }
  return length
}

/** UTF-16 index of a UTF-8 index; one past the end gives the end. */
export const toUtf16 = (type, index) => {
  if (!type.doc._wide) return index
  let units = 0
  for (let item = type._start; item !== null && index > 0; item = item.right) {
    if (item.deleted || !item.countable) continue
    const length = itemLength(item)
    if (index < length) {
      return units + (length === item.length ? index : unitsIn(item.content.str, index))
    }
    index -= length
    units += item.length
  }
  return units
}

/** UTF-8 index of a UTF-16 index. */
export const toUtf8 = (type, index) => {
  if (!type.doc._wide) return index
  let bytes = 0
  for (let item = type._start; item !== null && index > 0; item = item.right) {
    if (item.deleted || !item.countable) continue
    if (index < item.length) {
      return bytes + (item.content instanceof ContentString
        ? utf8Length(item.content.str.slice(0, index))
        : index)
    }
    bytes += itemLength(item)
    index -= item.length
  }
  return bytes
}
