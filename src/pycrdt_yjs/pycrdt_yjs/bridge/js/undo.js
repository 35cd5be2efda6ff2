// UndoManager, and the stacks of it that pycrdt shows.

import {
  DeleteSet, DSDecoderV1, DSEncoderV1, Item, StackItem, UndoManager, isParentOf,
  iterateDeletedStructs, keepItem, readDeleteSet, transact, writeDeleteSet
} from '#yjs'
import { createDecoder } from 'lib0/decoding'
import { useClockOf } from './clock.js'

const encode = set => {
  const encoder = new DSEncoderV1()
  writeDeleteSet(encoder, set)
  return encoder.toUint8Array()
}

const decode = bytes => bytes.length === 0 ? new DeleteSet() : readDeleteSet(new DSDecoderV1(createDecoder(bytes)))

/** `key`: the manager's clock in Python. Milliseconds. */
export const undoManager = (doc, key, captureTimeout) => {
  return new UndoManager([], {
    doc,
    captureTimeout,
    captureTransaction: () => {
      useClockOf(key)
      return true
    }
  })
}

export const undoDestroy = manager => manager.destroy()

export const undoAddScope = (manager, type) => {
  manager.addToScope(type)
  // Items of stacks given from outside: what they delete must stay restorable.
  transact(manager.doc, transaction => {
    for (const { deletions } of [...manager.undoStack, ...manager.redoStack]) {
      iterateDeletedStructs(transaction, deletions, item => {
        if (item instanceof Item && isParentOf(type, item)) keepItem(item, true)
      })
    }
  })
}

/** Without other origins a manager tracks transactions that have none, else only those named. */
const trackOriginless = manager => {
  manager.trackedOrigins.delete(null)
  if (manager.trackedOrigins.size === 1) manager.trackedOrigins.add(null)
}

export const undoInclude = (manager, origin) => {
  manager.trackedOrigins.add(origin)
  trackOriginless(manager)
}

export const undoExclude = (manager, origin) => {
  manager.trackedOrigins.delete(origin)
  trackOriginless(manager)
}

export const undoCan = manager => manager.canUndo()
export const redoCan = manager => manager.canRedo()
export const undoStep = manager => manager.undo() !== null
export const redoStep = manager => manager.redo() !== null
export const undoClear = manager => { manager.clear() }

/** Puts an item on a stack; `meta` is the number Python keeps its metadata under. */
export const undoPush = (manager, redo, deletions, insertions, meta) => {
  const item = new StackItem(decode(deletions), decode(insertions))
  item.meta.set('python', meta)
  ;(redo ? manager.redoStack : manager.undoStack).push(item)
}

/** `[deletions, insertions, meta, …]` of each item of a stack, the oldest first. */
export const undoStack = (manager, redo) =>
  (redo ? manager.redoStack : manager.undoStack).flatMap(({ deletions, insertions, meta }) =>
    [encode(deletions), encode(insertions), meta.get('python')])
