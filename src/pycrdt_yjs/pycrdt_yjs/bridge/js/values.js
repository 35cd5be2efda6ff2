// Values on their way between Python and JavaScript.
//
// Strings, booleans, null and numbers cross by themselves. All else crosses as text: a first
// character, then JSON. After "p" it is plain JSON. After "s" some of it is special: an object
// with the one key MARK holds a tree of tagged nodes, for what JSON can't say:
//   ["j", json]  ["a", [nodes]]  ["o", {key: node}]  ["b", base64]  ["n", "bigint"]
//   ["f", "nan" | "inf" | "-inf" | "-0"]  ["u"] (undefined)  ["t", kind, index of a reference]

import {
  AbstractType, Doc, YArray, YMap, YText, YXmlElement, YXmlFragment, YXmlText
} from '#yjs'

const MARK = '\u0001'

export const Kind = {
  value: 0, text: 1, array: 2, map: 3, xmlFragment: 4, xmlElement: 5, xmlText: 6, doc: 7, undefined: 8
}

/** Which shared type `v` is, `Kind.value` if none. More special types come first. */
export const kindOf = v => {
  if (v instanceof AbstractType) {
    if (v instanceof YXmlText) return Kind.xmlText
    if (v instanceof YText) return Kind.text
    if (v instanceof YArray) return Kind.array
    if (v instanceof YMap) return Kind.map
    if (v instanceof YXmlElement) return Kind.xmlElement
    if (v instanceof YXmlFragment) return Kind.xmlFragment
    return Kind.undefined
  }
  return v instanceof Doc ? Kind.doc : Kind.value
}

const isPlain = v => {
  switch (typeof v) {
    case 'string':
    case 'boolean':
      return true
    case 'number':
      return Number.isFinite(v) && !Object.is(v, -0)
    case 'object': {
      if (v === null) return true
      if (Array.isArray(v)) return v.every(isPlain)
      if (v instanceof Uint8Array || kindOf(v) !== Kind.value) return false
      for (const key of Object.keys(v)) {
        if (key === MARK || !isPlain(v[key])) return false
      }
      return true
    }
    default:
      return false
  }
}

const toBase64 = bytes => {
  let binary = ''
  for (let i = 0; i < bytes.length; i += 0x8000) {
    binary += String.fromCharCode.apply(null, bytes.subarray(i, i + 0x8000))
  }
  return btoa(binary)
}

const fromBase64 = text => Uint8Array.from(atob(text), c => c.charCodeAt(0))

const node = (v, refs) => {
  if (isPlain(v)) return ['j', v]
  if (v === undefined) return ['u']
  if (typeof v === 'bigint') return ['n', String(v)]
  if (typeof v === 'number') {
    return ['f', Number.isNaN(v) ? 'nan' : v === 0 ? '-0' : v > 0 ? 'inf' : '-inf']
  }
  if (Array.isArray(v)) return ['a', v.map(x => node(x, refs))]
  if (v instanceof Uint8Array) return ['b', toBase64(v)]
  const kind = kindOf(v)
  if (kind !== Kind.value) return ['t', kind, refs.push(v) - 1]
  return ['o', Object.fromEntries(Object.entries(v).map(([k, x]) => [k, node(x, refs)]))]
}

/** Collects several values into one text. */
export class Packer {
  special = false
  /** @type {Array<object>} the shared types the text refers to by index */
  refs = []

  /** What stands for `v` inside the packed JSON. */
  value (v) {
    if (isPlain(v)) return v
    this.special = true
    return { [MARK]: node(v, this.refs) }
  }

  pack (json) {
    return (this.special ? 's' : 'p') + JSON.stringify(json)
  }
}

/** A value for Python: itself if it crosses by itself, else `[kind, type]` or `[0, text]`. */
export const give = v => {
  switch (typeof v) {
    case 'object': {
      if (v === null) return v
      const kind = kindOf(v)
      if (kind !== Kind.value) return kind === Kind.undefined ? undefined : [kind, v]
      const packer = new Packer()
      const json = packer.value(v)
      return [Kind.value, packer.pack(json)]
    }
    default:
      return v
  }
}

const build = ([tag, v]) => {
  switch (tag) {
    case 'j': return v
    case 'a': return v.map(build)
    case 'o': return Object.fromEntries(Object.entries(v).map(([k, x]) => [k, build(x)]))
    case 'b': return fromBase64(v)
    case 'n': return BigInt(v)
    case 'f': return { nan: NaN, inf: Infinity, '-inf': -Infinity, '-0': -0 }[v]
    case 'u': return undefined
  }
  throw new Error(`unknown tag ${tag}`)
}

/** A value from Python's `pack`. */
export const unpack = text => {
  const json = JSON.parse(text.slice(1))
  return text[0] === 'p' ? json : build(json)
}
