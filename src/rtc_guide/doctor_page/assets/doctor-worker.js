// The doctor's Python, beside the page: a file's text comes in, what the doctor says goes out.

const KERNEL = '@jupyterlite/pyodide-kernel-extension:kernel'

let examine

async function get (url, options) {
  const answer = await fetch(url, options)
  if (!answer.ok) throw new Error(`${url}: status ${answer.status}`)
  return answer
}

// `lite` is the address of JupyterLite's settings, which tell where the site has its Pyodide;
// `python` that of the archive with the doctor.
async function start ({ lite, python }) {
  const [settings, archive] = await Promise.all([
    get(lite).then(answer => answer.json()),
    get(python).then(answer => answer.arrayBuffer())
  ])
  const { pyodideUrl, loadPyodideOptions } =
    settings['jupyter-config-data'].litePluginSettings[KERNEL]
  const at = path => new URL(path, lite).href
  const indexURL = at(pyodideUrl.replace(/[^/]*$/, ''))
  const [{ loadPyodide }] = await Promise.all([
    import(at(pyodideUrl)),
    // Where it doesn't come, Pyodide may only warn, and wait for ever.
    get(`${indexURL}pyodide.asm.wasm`, { method: 'HEAD' })
  ])
  const pyodide = await loadPyodide({
    indexURL,
    lockFileURL: at(loadPyodideOptions.lockFileURL),
    stdLibURL: at(loadPyodideOptions.stdLibURL),
    packages: ['nbformat']
  })
  pyodide.unpackArchive(archive, 'zip', { extractDir: '/home/pyodide' })
  examine = pyodide.pyimport('rtc_guide.doctor_page.consultation').examine
}

// Pyodide waits for ever where a file of its own doesn't come; all that comes out of it is this.
self.onunhandledrejection = ({ reason }) => postMessage({ error: String(reason?.message ?? reason) })

self.onmessage = async ({ data }) => {
  try {
    if (data.text === undefined) postMessage({ value: await start(data) })
    else postMessage({ value: JSON.parse(examine(data.text)) })
  } catch (error) {
    postMessage({ error: String(error?.message ?? error) })
  }
}
