// Transactions that stay open between two calls from Python.

import { Transaction, cleanupTransactions } from '#yjs'

/**
 * The document's open transaction; opens one if there is none.
 *
 * `Y.transact` needs all edits to happen in one function; pycrdt's happen in a `with` block, which
 * JavaScript doesn't see. So this is the first half of `Y.transact`, and `commit` the second.
 */
export const begin = (doc, origin = null) => {
  if (doc._transaction === null) {
    const transaction = new Transaction(doc, origin, true)
    doc._transaction = transaction
    const cleanups = doc._transactionCleanups
    cleanups.push(transaction)
    if (cleanups.length === 1) doc.emit('beforeAllTransactions', [doc])
    doc.emit('beforeTransaction', [transaction, doc])
  }
  return doc._transaction
}

/** Commits the open transaction, if any: calls the observers, collects garbage, merges items. */
export const commit = doc => {
  const transaction = doc._transaction
  if (transaction === null) return
  doc._transaction = null
  const cleanups = doc._transactionCleanups
  if (cleanups[0] === transaction) cleanupTransactions(cleanups, 0)
}

/**
 * Remembers that a position in `type` was looked up in the open transaction.
 *
 * Yjs keeps search markers and forgets them when a remote update is applied, in a transaction of
 * its own. Ours may hold local edits and remote updates, so `forgetMarkers` does it by hand.
 */
export const touch = type => {
  const transaction = type.doc._transaction
  if (transaction === null) return
  const touched = transaction._touched
  // Most transactions edit one type only: a set is made for the second one.
  if (touched === undefined) transaction._touched = type
  else if (touched instanceof Set) touched.add(type)
  else if (touched !== type) transaction._touched = new Set([touched, type])
}

export const forgetMarkers = transaction => {
  const forget = type => {
    if (type._searchMarker) type._searchMarker.length = 0
  }
  for (const type of transaction.changed.keys()) forget(type)
  const touched = transaction._touched
  if (touched instanceof Set) touched.forEach(forget)
  else if (touched !== undefined) forget(touched)
}
