// Has the doctor examine a notebook that the reader drops on a page's `.doctor`, or chooses there.

const PATIENCE = 120_000 // ms to load in; a slow machine needs a tenth of it

// What this browser lacks, in words, or nothing.
function missing () {
  if (typeof WebAssembly !== 'object') return 'WebAssembly'
  if (typeof Worker !== 'function') return 'web workers'
}

function element (name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties)
  made.append(...children)
  return made
}

function list (sentences) {
  return element('ul', {}, ...sentences.map(sentence => element('li', { textContent: sentence })))
}

function count (number, what) {
  return `${number} ${what}${number === 1 ? '' : 's'}`
}

// Start the doctor's Python in a worker; return a function that sends it a text for what it says.
async function call ({ worker: file, lite, python }) {
  const worker = new Worker(file, { type: 'module' })
  let last = Promise.resolve()
  // One question after another: answers have no names.
  const ask = question => (last = last.catch(() => {}).then(() => new Promise((resolve, reject) => {
    worker.onmessage = ({ data: { value, error } }) => error ? reject(new Error(error)) : resolve(value)
    worker.onerror = event => reject(new Error(event.message || `${file} did not load`))
    worker.postMessage(question)
  })))
  const at = address => new URL(address, document.baseURI).href
  try {
    await Promise.race([ask({ lite: at(lite), python: at(python) }), new Promise((_, reject) => {
      setTimeout(reject, PATIENCE, new Error('two minutes are over'))
    })])
  } catch (error) {
    worker.terminate()
    throw error
  }
  return text => ask({ text })
}

// A failure whose message is for the reader.
class Told extends Error {}

// Say what a failure of `promise` means to the reader; what it was is in the console.
function orElse (promise, message) {
  return promise.catch(error => {
    console.error(error)
    throw new Told(message)
  })
}

// Return a file's text.
async function read (file) {
  const bytes = await orElse(
    file.arrayBuffer(), `${file.name} can’t be read. Is it a folder, or has it moved?`)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new Told(`${file.name} is no notebook: it isn’t text. Choose a file that ends in .ipynb.`)
  }
}

// What to say of a file in a sentence.
function summary (name, { cells, found, mended }) {
  if (!found.length) return `${name} looks healthy: ${count(cells, 'cell')}, nothing doubled, nothing lost.`
  if (cells === null && mended === null) return `${name} is no notebook that the doctor can read.`
  return `${name}: ${count(found.length, 'finding')}. ` +
    (mended === null ? 'The doctor can’t mend it.' : 'A mended copy is ready to download.')
}

// Return what to show of it: findings, what mending changes, the mended file.
function report (name, { found, done, left, mended }) {
  if (!found.length) return []
  const shown = [element('h2', { textContent: `What the doctor found in ${name}` }), list(found)]
  if (mended !== null) {
    const url = URL.createObjectURL(new Blob([mended], { type: 'application/x-ipynb+json' }))
    const file = `${name.replace(/\.ipynb$/, '')}.mended.ipynb`
    shown.push(
      element('h2', { textContent: 'What the mended copy has changed' }), list(done),
      element('p', {}, element('a', {
        className: 'doctor-download', href: url, download: file, textContent: `Download ${file}`
      }))
    )
    if (left.length) {
      shown.push(element('h2', { textContent: 'What is left for you to look at' }), list(left))
    }
  }
  return shown
}

function prepare (doctor) {
  const lacking = missing()
  const status = element('p', { className: 'doctor-status' })
  status.setAttribute('role', 'status')
  if (lacking) {
    status.textContent = `This browser has no ${lacking}, which the doctor needs here.`
    doctor.prepend(status)
    return
  }
  const input = element('input', { type: 'file', id: 'doctor-file', accept: '.ipynb,.json' })
  const label = element('label', { htmlFor: input.id, textContent: 'Drop a notebook here, or choose one:' })
  const drop = element('div', { className: 'doctor-drop' }, label, input)
  const shown = element('div', { className: 'doctor-report' })
  doctor.replaceChildren(drop, status, shown)

  let called // the doctor, once there is somebody to see
  let turn = 0
  const consult = async file => {
    const mine = ++turn
    const tell = text => { if (mine === turn) status.textContent = text }
    for (const { href } of shown.querySelectorAll('a')) URL.revokeObjectURL(href)
    shown.replaceChildren()
    try {
      tell('Loading the doctor, which takes a few seconds the first time …')
      called ??= call(doctor.dataset)
      const examine = await orElse(
        called, 'The doctor could not be loaded. Check the connection, then choose the file again.'
      ).catch(told => { called = undefined; throw told })
      // Only now, when nothing is left to be loaded, is the file read.
      tell(`Reading ${file.name} …`)
      const text = await read(file)
      const said = await orElse(
        examine(text), `The doctor failed on ${file.name}, which is the doctor’s fault. Please report it.`)
      if (mine !== turn) return // another file was chosen meanwhile
      shown.replaceChildren(...report(file.name, said))
      tell(summary(file.name, said))
    } catch (error) {
      if (!(error instanceof Told)) throw error
      tell(error.message)
    }
  }

  // The same file may be chosen again, once it has changed.
  input.addEventListener('click', () => { input.value = '' })
  input.addEventListener('change', () => { if (input.files.length) consult(input.files[0]) })
  // Beside the box a browser would leave the page for the file.
  window.addEventListener('dragover', event => event.preventDefault())
  window.addEventListener('drop', event => {
    event.preventDefault()
    input.value = ''
    if (event.dataTransfer.files.length) consult(event.dataTransfer.files[0])
  })
}

document.querySelectorAll('.doctor').forEach(prepare)
