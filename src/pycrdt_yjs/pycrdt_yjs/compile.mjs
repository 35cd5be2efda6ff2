// Compiles Python files with Pyodide's own Python: `node compile.mjs PYODIDE FOLDER`, for each
// `x.py` in the folder an `x.pyc` next to it.

import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

const [pyodideFolder, folder] = process.argv.slice(2).map(path => resolve(path))
const { loadPyodide } = await import(pathToFileURL(join(pyodideFolder, 'pyodide.mjs')))
const pyodide = await loadPyodide({
  // Sets in compiled files would otherwise be in another order each time.
  env: { PYTHONHASHSEED: '0' },
  indexURL: pyodideFolder
})
pyodide.mountNodeFS('/files', folder)
const tag = pyodide.runPython(`
import sys
from importlib._bootstrap_external import _code_to_hash_pyc
from importlib.util import source_hash
from pathlib import Path

for path in sorted(Path("/files").rglob("*.py")):
    source = path.read_bytes()
    try:
        code = compile(source, str(path.relative_to("/files")), "exec", dont_inherit=True)
    except SyntaxError:
        continue  # a template, or of another Python: importing it fails as it did before
    path.with_suffix(".pyc").write_bytes(_code_to_hash_pyc(code, source_hash(source), False))
sys.implementation.cache_tag
`)
console.log(tag)
