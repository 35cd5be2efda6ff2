// Pyodide, as JupyterLite's kernel has it: in a module worker.

import { loadPyodide } from '/pyodide/pyodide.mjs'

let pyodide

const actions = {
  async start () {
    pyodide = await loadPyodide({ indexURL: '/pyodide/' })
    self.pyodide = pyodide
  },
  async load (wheels) {
    const extractDir = pyodide.runPython(
      'import sys; f"/lib/python{sys.version_info.major}.{sys.version_info.minor}/site-packages"')
    for (const wheel of wheels) {
      const response = await fetch('/wheels/' + wheel)
      if (!response.ok) throw new Error(`no wheel ${wheel}`)
      pyodide.unpackArchive(await response.arrayBuffer(), 'wheel', { extractDir })
    }
  },
  async register (url) {
    pyodide.registerJsModule('pycrdt_yjs_bridge', await import(url))
  },
  async python (code) {
    const value = await pyodide.runPythonAsync(code)
    return value?.toJs ? value.toJs() : value
  },
  call ([name, text]) {
    const found = pyodide.globals.get(name)
    try {
      return found(text)
    } finally {
      found.destroy()
    }
  },
  // The code is the body of an async function with `pyodide` in reach.
  javascript: code => (0, eval)(`(async () => { ${code} })()`)
}

self.onmessage = async ({ data: { id, what, arg } }) => {
  try {
    self.postMessage({ id, value: await actions[what](arg) })
  } catch (error) {
    self.postMessage({ id, error: String(error.message ?? error) })
  }
}
