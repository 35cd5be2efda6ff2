// node compile.mjs PYODIDE FROM TO MODULES: run precompile.py in the browser's own Python, which has
// every package of FROM's lock; MODULES is a JSON list.
import { readFile } from 'node:fs/promises'
import { pathToFileURL } from 'node:url'

const [pyodideFolder, from, to, modules] = process.argv.slice(2)
try {
  const { packages } = JSON.parse(await readFile(`${from}/pyodide-lock.json`, 'utf-8'))
  const { loadPyodide } = await import(pathToFileURL(`${pyodideFolder}/pyodide.mjs`))
  const pyodide = await loadPyodide({
    // Sets in compiled files would otherwise be in another order each time.
    env: { PYTHONHASHSEED: '0' },
    indexURL: `${pyodideFolder}/`,
    lockFileURL: `${from}/pyodide-lock.json`,
    packages: Object.keys(packages)
  })
  for (const [name, root] of [['/from', from], ['/to', to]]) {
    pyodide.FS.mkdir(name)
    pyodide.FS.mount(pyodide.FS.filesystems.NODEFS, { root }, name)
  }
  pyodide.globals.set('started', pyodide.toPy(JSON.parse(modules)))
  const source = await readFile(new URL('precompile.py', import.meta.url), 'utf-8')
  await pyodide.runPythonAsync(source, { filename: 'precompile.py' })
} catch (error) {
  // Uncaught, Node would print the whole minified line that it came from.
  console.error(error.message)
  process.exitCode = 1
}
