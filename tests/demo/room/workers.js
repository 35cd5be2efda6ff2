// Lets a test ask any number of Pyodide workers of this page, each by its name.
// pycrdt_yjs/testing/worker.js is what runs in them.

const workers = new Map()
const waiting = new Map()
let last = 0

window.openWorker = name => {
  const worker = new Worker('worker.js', { type: 'module' })
  worker.onmessage = ({ data: { id, value, error } }) => {
    const { resolve, reject } = waiting.get(id)
    waiting.delete(id)
    if (error === undefined) resolve(value)
    else reject(new Error(error))
  }
  workers.set(name, worker)
}

window.closeWorker = name => workers.get(name).terminate()

window.askWorker = (name, what, arg, seconds) => new Promise((resolve, reject) => {
  const id = ++last
  const timer = setTimeout(() => reject(new Error(`no answer within ${seconds} s`)), seconds * 1000)
  const done = settle => value => {
    clearTimeout(timer)
    settle(value)
  }
  waiting.set(id, { resolve: done(resolve), reject: done(reject) })
  workers.get(name).postMessage({ id, what, arg })
})
