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
