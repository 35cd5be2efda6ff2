// Reads an update from its first byte to its last without building anything.
//
// Yjs applies an update while it reads it: one that is cut off or wrong would leave half of it in
// the document. So every update is scanned first, which takes a small part of the time of applying.

const MAX_CLOCK = 0xffffffff // pycrdt's clocks are 32 bits wide
const MAX_DEPTH = 500 // of nested arrays and objects in a value
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

// One scan at a time: variables of the module are much faster here than fields of an object.
let bytes = new Uint8Array(0)
let at = 0
let end = 0
let wide = false

const fail = what => {
  throw new SyntaxError(`${what} at byte ${at}`)
}

const byte = () => {
  if (at >= end) fail('unexpected end')
  return bytes[at++]
}

const varUint = () => {
  const first = byte()
  return first < 0x80 ? first : longVarUint(first & 0x7f)
}

const longVarUint = n => {
  for (let factor = 128; ; factor *= 128) {
    const b = byte()
    n += (b & 0x7f) * factor
    if (n > Number.MAX_SAFE_INTEGER) fail('number too large')
    if (b < 0x80) return n
  }
}

/** A count of things that take at least `size` bytes each. */
const count = size => {
  const n = varUint()
  if (n * size > end - at) fail('unexpected end')
  return n
}

const skip = n => {
  if (n > end - at) fail('unexpected end')
  at += n
}

/** The string that was just skipped and began at `start`. */
const textFrom = start => {
  try {
    return decoder.decode(bytes.subarray(start, at))
  } catch {
    return fail('not UTF-8')
  }
}

/** Skips a string; returns its length in UTF-16 units, negative if it holds more than ASCII. */
const string = () => {
  const length = varUint()
  const start = at
  skip(length)
  for (let i = start; i < at; i++) {
    if (bytes[i] > 0x7f) return -textFrom(start).length
  }
  return length
}

const json = () => {
  const length = varUint()
  const start = at
  skip(length)
  const text = textFrom(start)
  if (text === 'undefined') return
  try {
    JSON.parse(text)
  } catch {
    fail('not JSON')
  }
}

const any = depth => {
  if (depth > MAX_DEPTH) fail('values nested too deeply')
  switch (byte()) {
    case 127: case 126: case 121: case 120: break // undefined, null, false, true
    case 125: while (byte() > 0x7f); break // integer
    case 124: skip(4); break
    case 123: case 122: skip(8); break // float64, bigint
    case 119: string(); break
    case 118: // object
      for (let n = count(2); n > 0; n--) {
        string()
        any(depth + 1)
      }
      break
    case 117: for (let n = count(1); n > 0; n--) any(depth + 1); break
    case 116: skip(varUint()); break
    default: fail('unknown value')
  }
}

/** Skips the id of an item, which an item of `client` at `clock` may depend on. */
const id = (client, clock) => {
  const otherClient = varUint()
  const otherClock = varUint()
  if (otherClient === client && otherClock >= clock) fail('block depends on itself')
}

/** Skips an item's content; returns how many clock ticks it takes. */
const content = ref => {
  switch (ref) {
    case 1: return varUint() // deleted
    case 2: { // JSON, of old documents
      const n = count(1)
      for (let i = 0; i < n; i++) json()
      return n
    }
    case 3: skip(varUint()); return 1 // binary
    case 4: { // string: its clock counts UTF-16 units
      const length = string()
      if (length >= 0) return length
      wide = true
      return -length
    }
    case 5: json(); return 1 // embed
    case 6: string(); json(); return 1 // format
    case 7: { // type
      const type = varUint()
      if (type > 6) fail('unknown shared type')
      if (type === 3 || type === 5) string()
      return 1
    }
    case 8: { // values
      const n = count(1)
      for (let i = 0; i < n; i++) any(0)
      return n
    }
    case 9: string(); any(0); return 1 // sub-document
    default: return fail('unknown content')
  }
}

const block = (client, clock) => {
  const info = byte()
  const ref = info & 0x1f
  if (ref === 0 || ref === 10) return varUint() // garbage collected, skipped
  if (info & 0x80) id(client, clock)
  if (info & 0x40) id(client, clock)
  if ((info & 0xc0) === 0) {
    if (varUint() === 1) string()
    else id(client, clock)
    if (info & 0x20) string()
  }
  return content(ref)
}

const blocks = () => {
  for (let clients = count(3); clients > 0; clients--) {
    const n = count(2)
    const client = varUint()
    let clock = varUint()
    for (let i = 0; i < n; i++) {
      const length = block(client, clock)
      if (length === 0) fail('empty block')
      clock += length
      if (clock > MAX_CLOCK) fail('clock too large')
    }
  }
}

const deletions = () => {
  for (let clients = count(2); clients > 0; clients--) {
    varUint()
    for (let ranges = count(2); ranges > 0; ranges--) {
      if (varUint() + varUint() > MAX_CLOCK) fail('clock too large')
    }
  }
}

/** Throws `SyntaxError` if `update` is malformed; tells whether it holds more than ASCII text. */
export const scan = update => {
  bytes = update
  at = 0
  end = update.length
  wide = false
  try {
    blocks()
    deletions()
  } finally {
    bytes = new Uint8Array(0)
  }
  return { wide }
}
