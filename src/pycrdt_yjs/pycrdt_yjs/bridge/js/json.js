// The JSON that `str()` of an Array or a Map shows, written as pycrdt writes it.

import { Doc } from '#yjs'
import { Kind, kindOf } from './values.js'
import { xmlString } from './xml.js'

export const toJson = v => {
  switch (typeof v) {
    case 'bigint': return String(v)
    case 'undefined': return 'null'
    case 'object': break
    default: return JSON.stringify(v)
  }
  if (v === null) return 'null'
  if (v instanceof Doc) return JSON.stringify({ guid: v.guid })
  if (v instanceof Uint8Array) return JSON.stringify(Array.from(v))
  if (Array.isArray(v)) return `[${v.map(toJson).join(',')}]`
  switch (kindOf(v)) {
    case Kind.text: return JSON.stringify(v.toString())
    case Kind.array: return `[${v.toArray().map(toJson).join(',')}]`
    case Kind.map: return object(Array.from(v.entries()))
    case Kind.value: return object(Object.entries(v))
    case Kind.undefined: return 'null'
    default: return JSON.stringify(xmlString(v))
  }
}

const object = entries => `{${entries.map(([k, x]) => JSON.stringify(k) + ':' + toJson(x)).join(',')}}`
