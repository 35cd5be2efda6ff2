// Map.

import { typeMapDelete, typeMapGet, typeMapHas, typeMapSet } from '#yjs'
import { toJson } from './json.js'
import { begin } from './transactions.js'
import { newType } from './types.js'
import { give, unpack } from './values.js'

export const mapSet = (type, key, value) => {
  typeMapSet(begin(type.doc), type, key, value)
}

export const mapSetPacked = (type, key, text) => mapSet(type, key, unpack(text))

export const mapSetDoc = (type, key, doc) => mapSet(type, key, doc)

export const mapSetType = (type, key, kind) => {
  const value = newType(kind)
  mapSet(type, key, value)
  return value
}

export const mapRemove = (type, key) => {
  typeMapDelete(begin(type.doc), type, key)
}

export const mapHas = (type, key) => typeMapHas(type, key)

/** The value for Python; the caller has checked that there is one. */
export const mapGet = (type, key) => give(typeMapGet(type, key))

export const mapKeys = type => {
  const keys = []
  type._map.forEach((item, key) => { if (!item.deleted) keys.push(key) })
  return keys
}

export const mapLength = type => {
  let length = 0
  type._map.forEach(item => { if (!item.deleted) length++ })
  return length
}

export const mapJson = type => toJson(type)
