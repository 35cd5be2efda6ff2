// Packs the bridge with Yjs and lib0 into one script: `node bundle.mjs NODE_MODULES OUTPUT.js`, and
// next to it OUTPUT.mjs, the same as a module.
//
// Yjs is taken from its sources, since the bridge needs two things it doesn't export:
// `cleanupTransactions` (to commit a transaction that Python opened earlier) and the undo manager's
// clock (pycrdt lets its user provide one). Both are changed here, while bundling, in the open.

import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = dirname(fileURLToPath(import.meta.url))
const [modules, output] = process.argv.slice(2).map(path => resolve(path))
const yjs = join(modules, 'yjs/src')
// These files may lie anywhere, the packages are in a folder of their own.
const { build } = createRequire(join(modules, 'esbuild/'))('esbuild')

/** Fails the build when Yjs no longer contains what we change. */
const mustContain = (text, part, path) => {
  if (!text.includes(part)) throw new Error(`${path} no longer contains: ${part}`)
}

const openYjs = {
  name: 'open-yjs',
  setup ({ onLoad, onResolve }) {
    onResolve({ filter: /^#yjs$/ }, () => ({ path: join(yjs, 'internals.js') }))
    onLoad({ filter: /yjs[\\/]src[\\/]utils[\\/]Transaction\.js$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8')
      mustContain(text, 'const cleanupTransactions = ', path)
      return { contents: text + '\nexport { cleanupTransactions }\n' }
    })
    onResolve({ filter: /^lib0\/time$/ }, ({ importer }) =>
      /UndoManager\.js$/.test(importer) ? { path: join(here, 'clock.js') } : undefined)
  }
}

const options = {
  entryPoints: [join(here, 'index.js')],
  bundle: true,
  minify: true,
  legalComments: 'none',
  target: 'es2022',
  nodePaths: [modules],
  plugins: [openYjs],
  logLevel: 'warning',
  charset: 'ascii'
}

await build({
  ...options,
  outfile: output,
  format: 'iife',
  globalName: 'bridge',
  // Evaluated by Python: the value of the whole script is the bridge, and nothing becomes global.
  // lib0 makes two errors as it loads. With Python on the stack V8 takes 20 ms for the trace of
  // each, which nobody reads.
  banner: { js: '(() => { const limit = Error.stackTraceLimit; Error.stackTraceLimit = 0; try {' },
  footer: { js: 'return bridge } finally { Error.stackTraceLimit = limit } })()' }
})
await build({ ...options, outfile: output.replace(/\.js$/, '.mjs'), format: 'esm' })
