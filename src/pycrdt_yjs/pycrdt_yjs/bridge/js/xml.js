// XmlFragment, XmlElement, XmlText.

import { typeMapDelete, typeMapGet, typeMapHas, typeMapSet, ContentType } from '#yjs'
import { begin, touch } from './transactions.js'
import { newType } from './types.js'
import { Kind, Packer, give, kindOf, unpack } from './values.js'

const isXml = v => {
  const kind = kindOf(v)
  return kind >= Kind.xmlFragment && kind <= Kind.xmlText
}

/** An attribute's value inside a tag. */
const show = v => {
  if (typeof v === 'string') return v
  if (v === undefined) return 'undefined'
  if (v instanceof Uint8Array) return `[${Array.from(v).join(', ')}]`
  if (Array.isArray(v)) return `[${v.map(show).join(', ')}]`
  if (v !== null && typeof v === 'object') {
    return `{${Object.entries(v).map(([k, x]) => `${k}: ${show(x)}`).join(', ')}}`
  }
  return String(v)
}

const tag = (name, attributes, inside) => {
  const list = attributes.map(([k, v]) => ` ${k}="${show(v)}"`).join('')
  return `<${name}${list}>${inside}</${name}>`
}

const byKey = ([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)

/** The element as pycrdt writes it: Yjs would put its name in lower case. Nothing is escaped. */
export const xmlString = type => {
  switch (kindOf(type)) {
    case Kind.xmlText:
      return type.toDelta().map(({ insert, attributes = {} }) => {
        if (kindOf(insert) !== Kind.value) return ''
        let text = show(insert)
        for (const [name, value] of Object.entries(attributes).sort(byKey).reverse()) {
          const inner = value !== null && typeof value === 'object' ? Object.entries(value) : []
          text = tag(name, inner.sort(byKey), text)
        }
        return text
      }).join('')
    case Kind.xmlElement:
      return tag(type.nodeName, attributesOf(type), nodes(type).map(xmlString).join(''))
    default:
      return nodes(type).map(xmlString).join('')
  }
}

const nodes = type => {
  const list = []
  for (let item = type._start; item !== null; item = item.right) {
    if (!item.deleted && item.content instanceof ContentType) list.push(item.content.type)
  }
  return list
}

const attributesOf = type => {
  const list = []
  type._map.forEach((item, key) => {
    if (!item.deleted) list.push([key, item.content.getContent()[item.length - 1]])
  })
  return list
}

const withKinds = list => list.flatMap(type => [kindOf(type), type])

/** `[kind, parent]`, or undefined for a root and for a fragment inside an Array or a Map. */
export const xmlParent = type => {
  const parent = type._item?.parent
  return parent && isXml(parent) ? [kindOf(parent), parent] : undefined
}

export const xmlLength = type => type._length

/** `[kind, child, kind, child, …]`. */
export const xmlChildren = type => withKinds(nodes(type))

export const xmlGet = (type, index) => {
  touch(type)
  return give(type.get(index))
}

/** The nodes to the right, as `[kind, node, …]`. */
export const xmlSiblings = type => {
  const list = []
  for (let item = type._item?.right ?? null; item !== null; item = item.right) {
    if (!item.deleted && item.content instanceof ContentType) list.push(item.content.type)
  }
  return withKinds(list)
}

export const xmlRemove = (type, index, length) => {
  if (index + length > type._length) {
    throw new RangeError(`cannot remove ${length} from index ${index} of ${type._length} nodes`)
  }
  begin(type.doc)
  touch(type)
  type.delete(index, length)
}

export const xmlInsertText = (type, index, chunk, wide) => {
  if (index > type._length) throw new RangeError(`index ${index} is outside of the children`)
  if (wide) type.doc._wide = true
  begin(type.doc)
  touch(type)
  const text = newType(Kind.xmlText)
  type.insert(index, [text])
  text.insert(0, chunk)
  return text
}

export const xmlInsertElement = (type, index, name) => {
  if (index > type._length) throw new RangeError(`index ${index} is outside of the children`)
  begin(type.doc)
  touch(type)
  const element = newType(Kind.xmlElement, name)
  type.insert(index, [element])
  return element
}

export const xmlTag = type => type.nodeName

/** `[[name, value], …]`, packed: `[text, references]`. */
export const xmlAttributes = type => {
  const packer = new Packer()
  return [packer.pack(attributesOf(type).map(([k, v]) => [k, packer.value(v)])), packer.refs]
}

export const xmlHasAttribute = (type, name) => typeMapHas(type, name)

export const xmlAttribute = (type, name) => give(typeMapGet(type, name))

export const xmlSetAttribute = (type, name, text) => {
  typeMapSet(begin(type.doc), type, name, unpack(text))
}

export const xmlRemoveAttribute = (type, name) => {
  typeMapDelete(begin(type.doc), type, name)
}
