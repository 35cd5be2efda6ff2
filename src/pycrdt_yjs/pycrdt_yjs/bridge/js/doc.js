// Doc: creation, root types, state.

import {
  AbstractType, Doc, YArray, YMap, YText, YXmlFragment,
  createDocFromSnapshot, decodeSnapshot, decodeStateVector, encodeSnapshot, encodeStateAsUpdate,
  encodeStateVector, snapshot
} from '#yjs'
import { begin } from './transactions.js'
import { Kind, kindOf } from './values.js'

const ROOTS = {
  [Kind.text]: YText, [Kind.array]: YArray, [Kind.map]: YMap, [Kind.xmlFragment]: YXmlFragment
}

let lastNumber = 0

/** A number for each document, so that Python has one object for it. */
export const docNumber = doc => (doc._number ??= ++lastNumber)

export const newDoc = (clientId, skipGc, guid) => {
  const options = { gc: !skipGc }
  if (guid !== undefined) options.guid = guid
  const doc = new Doc(options)
  if (clientId !== undefined) doc.clientID = Number(clientId)
  return doc
}

export const docClientId = doc => doc.clientID
export const docGuid = doc => doc.guid

/** The root type of that name and kind, made if there is none. */
export const docRoot = (doc, name, kind) => doc.get(name, ROOTS[kind])

/** `[name, kind, type, …]`; a root whose kind isn't known yet has kind `Kind.undefined`. */
export const docRoots = doc => {
  const roots = []
  doc.share.forEach((type, name) => roots.push(name, kindOf(type), type))
  return roots
}

export const docState = doc => encodeStateVector(doc)

/** What is in `doc` and not in the state; throws `SyntaxError` on a malformed one. */
export const docUpdate = (doc, state) => {
  let vector
  try {
    vector = decodeStateVector(state)
  } catch (error) {
    throw new SyntaxError(String(error.message))
  }
  return encodeStateAsUpdate(doc, vector === null ? undefined : state)
}

export const openTransaction = (doc, origin) => { begin(doc, origin) }

export const snapshotOf = doc => encodeSnapshot(snapshot(doc))

/** Re-encodes a snapshot; throws if it is malformed. */
export const checkSnapshot = bytes => encodeSnapshot(decodeSnapshot(bytes))

export const docFromSnapshot = (doc, bytes) => {
  const copy = new Doc({ gc: doc.gc, guid: doc.guid, collectionid: doc.collectionid })
  copy.clientID = doc.clientID
  copy._wide = doc._wide
  createDocFromSnapshot(doc, decodeSnapshot(bytes), copy)
  doc.share.forEach((type, name) => {
    if (type.constructor !== AbstractType) copy.get(name, type.constructor)
  })
  return copy
}
