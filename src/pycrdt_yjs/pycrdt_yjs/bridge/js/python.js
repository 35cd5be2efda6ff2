// The two Python functions JavaScript ever calls. Observers and clocks are known here by integer
// keys only: no Python object is ever held by a JavaScript one, so nothing can leak in a cycle.

let dispatch = () => {}
let clock = () => 0

/** Called once, when `pycrdt._pycrdt` is imported. */
export const connect = (dispatchFunction, clockFunction) => {
  dispatch = dispatchFunction
  clock = clockFunction
}

/** The transactions whose observers run just now, the innermost last. */
export const running = []

/** Calls the Python observer `key`; Python keeps its exceptions until the commit returns. */
export const callObserver = (key, transaction, payload, refs) => {
  running.push(transaction)
  try {
    dispatch(key, running.length - 1, payload, refs)
  } finally {
    running.pop()
  }
}

export const callClock = key => clock(key)
