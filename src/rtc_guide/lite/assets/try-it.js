// Starts the notebooks of a page's `.try-it` elements when the reader presses the button.

const PATIENCE = 120_000 // ms; a slow machine needs half of it
const GRACE = 10_000 // ms for a kernel to come up after something in it has failed

// Resolve with what `find` returns once it is neither undefined nor null.
function until (find, signal) {
  return new Promise((resolve, reject) => {
    const look = () => {
      const found = find()
      if (found != null) resolve(found)
      else if (signal.aborted) reject(signal.reason)
      else setTimeout(look, 50)
    }
    look()
  })
}

// What this browser lacks, in words, or nothing.
function missing () {
  if (typeof WebAssembly !== 'object') return 'WebAssembly'
  if (typeof Worker !== 'function') return 'web workers'
  if (typeof BroadcastChannel !== 'function') return 'BroadcastChannel'
}

// Wait until the notebook that `frame()` (a window) opens has its Python; unless `byHand`, run its
// cells. `tell` is given what it is busy with.
async function startNotebook (frame, byHand, tell, { signal, abort }) {
  tell('loading JupyterLite')
  const app = await until(() => frame().jupyterapp, signal)
  // A kernel that can't load waits for ever; all that comes out of it is this event.
  frame().addEventListener('unhandledrejection', ({ reason }) => setTimeout(abort, GRACE, reason))
  followTheme(app)
  const panel = await until(() => app.shell.currentWidget?.sessionContext && app.shell.currentWidget, signal)
  await panel.context.ready
  tell('starting Python')
  await panel.sessionContext.ready
  await until(() => panel.sessionContext.session?.kernel?.status === 'idle' || null, signal)
  if (byHand) return
  tell('running the notebook')
  await app.commands.execute('notebook:run-all-cells')
  if (cells(panel).some(cell => cell.outputs?.toJSON().some(output => output.output_type === 'error'))) {
    throw new Error('a cell failed')
  }
}

function cells (panel) {
  const list = panel.content.model.cells
  return Array.from({ length: list.length }, (_, index) => list.get(index))
}

// Have a notebook as light or dark as the page, also after the reader switches that.
async function followTheme (app) {
  const follow = () => {
    const dark = document.documentElement.dataset.theme === 'dark'
    app.commands.execute('apputils:change-theme', { theme: dark ? 'JupyterLab Dark' : 'JupyterLab Light' })
  }
  await app.restored
  follow()
  new MutationObserver(follow).observe(document.documentElement, { attributeFilter: ['data-theme'] })
}

// What ends a start: the time is up, or `abort(reason)`.
function limit () {
  const controller = new AbortController()
  const abort = reason => controller.abort(reason)
  setTimeout(abort, PATIENCE, new Error('two minutes are over'))
  return { signal: controller.signal, abort }
}

function element (name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties)
  made.append(...children)
  return made
}

function prepare (tryIt) {
  const byHand = 'byHand' in tryIt.dataset
  const links = [...tryIt.querySelectorAll('a.try-it-pane')]
  tryIt.querySelector('.try-it-needs').remove()
  const lacking = missing()
  const status = element('p', { className: 'try-it-progress' })
  status.setAttribute('role', 'status')
  if (lacking) {
    status.textContent = `This browser has no ${lacking}, which the notebooks need. ` +
      'A current Firefox, Chrome, Edge or Safari has it.'
    links[0].before(status)
    links.forEach(link => link.remove())
    return
  }
  const start = element('button', { type: 'button', className: 'try-it-start', textContent: 'Start' })
  const panes = element('div', { className: 'try-it-panes', hidden: true })
  tryIt.prepend(element('div', { className: 'try-it-bar' }, start, status), panes)
  const separately = element('p', { className: 'try-it-tabs' }, 'Or open in a tab of its own: ')
  panes.after(separately)
  for (const link of links) {
    separately.append(link)
    link.target = '_blank'
    const open = event => {
      if (event.button > 1) return // the right button has a menu
      // The tab's notebook is run from here, as a frame's is.
      const tab = window.open(link.href, '_blank')
      if (!tab) return // a blocker: the link does what links do
      event.preventDefault()
      startNotebook(() => tab, byHand, () => {}, limit()).catch(console.error)
    }
    link.addEventListener('click', open)
    link.addEventListener('auxclick', open) // the middle button
  }
  start.addEventListener('click', async () => {
    start.disabled = true
    const limits = limit()
    const began = performance.now()
    const doing = links.map(() => '')
    const tell = () => {
      const counts = doing.map((what, index) => `${links[index].textContent}: ${what}`)
      status.textContent = counts.join(' · ')
    }
    panes.hidden = false
    for (const figure of tryIt.querySelectorAll('figure')) figure.hidden = true
    try {
      await Promise.all(links.map((link, index) => {
        const frame = element('iframe', { src: link.href, title: link.textContent })
        panes.append(frame)
        return startNotebook(() => frame.contentWindow, byHand, what => { doing[index] = what; tell() }, limits)
      }))
      tryIt.dataset.started = Math.round(performance.now() - began)
      status.textContent = byHand
        ? 'Ready. Run a cell with Shift+Enter.'
        : 'Ready. Everything runs in this page: nothing you type is sent anywhere.'
      start.hidden = true
    } catch (error) {
      console.error(error)
      status.textContent = limits.signal.aborted
        ? 'Starting failed: a file did not load, or took too long. Reload the page to try once more.'
        : 'Starting failed: see what the notebook says below.'
    }
  })
}

document.querySelectorAll('.try-it').forEach(prepare)
