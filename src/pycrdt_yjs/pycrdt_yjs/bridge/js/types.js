// New shared types, and their identity.

import { YArray, YMap, YText, YXmlElement, YXmlFragment, YXmlText, findRootTypeKey } from '#yjs'
import { Kind } from './values.js'

export const newType = (kind, tag) => {
  switch (kind) {
    case Kind.text: return new YText()
    case Kind.array: return new YArray()
    case Kind.map: return new YMap()
    case Kind.xmlFragment: return new YXmlFragment()
    case Kind.xmlElement: return new YXmlElement(tag)
    case Kind.xmlText: return new YXmlText()
  }
  throw new Error(`no type of kind ${kind}`)
}

/** Tells types apart within a document: the id of a nested type's item, or a root's name. */
export const identity = type =>
  type._item === null
    ? 'root ' + findRootTypeKey(type)
    : `${type._item.id.client} ${type._item.id.clock}`
