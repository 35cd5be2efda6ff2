// Updates: applied, merged and compared, after a look at each of their bytes.

import { applyUpdate, diffUpdate, encodeStateVectorFromUpdate, mergeUpdates } from '#yjs'
import { scan } from './scan.js'
import { begin, forgetMarkers } from './transactions.js'

/** Applies an update in the open transaction; throws `SyntaxError` before anything is changed. */
export const applyUpdateTo = (doc, update) => {
  const { wide } = scan(update)
  if (wide) doc._wide = true
  const transaction = begin(doc)
  try {
    applyUpdate(doc, update)
  } finally {
    // Yjs now takes the whole transaction for a remote one: it would change our client id if we
    // have edited in it too, and clean formatting up with edits of its own, which pycrdt doesn't.
    transaction.local = true
    forgetMarkers(transaction)
  }
}

/** The same for an update whose bytes are the characters of a string. */
export const applyShortUpdateTo = (doc, text) => {
  // A new array each time, since Yjs keeps views of it.
  const update = new Uint8Array(text.length)
  for (let i = 0; i < text.length; i++) update[i] = text.charCodeAt(i)
  applyUpdateTo(doc, update)
}

export const mergeAll = updates => {
  if (updates.length === 0) return new Uint8Array([0, 0])
  updates.forEach(scan)
  return mergeUpdates(updates)
}

export const stateOfUpdate = update => {
  scan(update)
  return encodeStateVectorFromUpdate(update)
}

export const updateSince = (update, state) => {
  scan(update)
  return diffUpdate(update, state)
}
