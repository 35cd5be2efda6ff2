// Passes code to the worker, with a time limit: a worker that hangs is ended, the page never hangs.

const worker = new Worker('worker.js', { type: 'module' })
const waiting = new Map()
let last = 0

worker.onmessage = ({ data: { id, value, error } }) => {
  const { resolve, reject } = waiting.get(id)
  waiting.delete(id)
  if (error === undefined) resolve(value)
  else reject(new Error(error))
}
worker.onerror = event => {
  for (const { reject } of waiting.values()) reject(new Error(event.message || 'the worker failed'))
}

/** Asks the worker to do `what` ("start", "load", "python", …: see worker.js) with `arg`. */
window.ask = (what, arg, seconds) => new Promise((resolve, reject) => {
  const id = ++last
  const timer = setTimeout(() => {
    worker.terminate()
    reject(new Error(`no answer within ${seconds} s`))
  }, seconds * 1000)
  const done = settle => value => {
    clearTimeout(timer)
    settle(value)
  }
  waiting.set(id, { resolve: done(resolve), reject: done(reject) })
  worker.postMessage({ id, what, arg })
})
