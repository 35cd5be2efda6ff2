// The clock of Yjs' undo managers: each pycrdt UndoManager brings its own, in Python.

import { callClock } from './python.js'

let current = 0

/** Says whose clock the next reading is: an undo manager's key. */
export const useClockOf = key => { current = key }

/** What Yjs' UndoManager.js calls, in milliseconds. */
export const getUnixTime = () => callClock(current)
