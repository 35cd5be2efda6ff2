// Reads an update from its first byte to its last without building anything.
//
// Yjs applies an update while it reads it: one that is cut off or wrong would leave half of it in
// the document. So every update is scanned first, which takes a small part of the time of applying.

const MAX_CLOCK = 0xffffffff // pycrdt's clocks are 32 bits wide
const MAX_DEPTH = 500 // of nested arrays and objects in a value
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

class Scanner {
  constructor (bytes) {
    this.bytes = bytes
    this.at = 0
    this.wide = false
  }

  fail (what) {
    throw new SyntaxError(`${what} at byte ${this.at}`)
  }

  byte () {
    if (this.at >= this.bytes.length) this.fail('unexpected end')
    return this.bytes[this.at++]
  }

  varUint () {
    let n = 0
    let factor = 1
    for (;;) {
      const b = this.byte()
      n += (b & 0x7f) * factor
      if (b < 0x80) break
      factor *= 128
      if (n > Number.MAX_SAFE_INTEGER) this.fail('number too large')
    }
    if (n > Number.MAX_SAFE_INTEGER) this.fail('number too large')
    return n
  }

  /** A count of things that take at least `size` bytes each. */
  count (size = 1) {
    const n = this.varUint()
    if (n * size > this.bytes.length - this.at) this.fail('unexpected end')
    return n
  }

  skip (n) {
    if (n > this.bytes.length - this.at) this.fail('unexpected end')
    this.at += n
  }

  /** Skips a string; true if it holds more than ASCII. */
  string () {
    const length = this.varUint()
    const start = this.at
    this.skip(length)
    for (let i = start; i < this.at; i++) {
      if (this.bytes[i] > 0x7f) {
        this.text(start)
        return true
      }
    }
    return false
  }

  /** The string that was just skipped and began at `start`. */
  text (start) {
    try {
      return decoder.decode(this.bytes.subarray(start, this.at))
    } catch {
      return this.fail('not UTF-8')
    }
  }

  json () {
    const length = this.varUint()
    const start = this.at
    this.skip(length)
    const text = this.text(start)
    if (text === 'undefined') return
    try {
      JSON.parse(text)
    } catch {
      this.fail('not JSON')
    }
  }

  any (depth = 0) {
    if (depth > MAX_DEPTH) this.fail('values nested too deeply')
    switch (this.byte()) {
      case 127: case 126: case 121: case 120: break // undefined, null, false, true
      case 125: while (this.byte() > 0x7f); break // integer
      case 124: this.skip(4); break
      case 123: case 122: this.skip(8); break // float64, bigint
      case 119: this.string(); break
      case 118: // object
        for (let n = this.count(2); n > 0; n--) {
          this.string()
          this.any(depth + 1)
        }
        break
      case 117: for (let n = this.count(); n > 0; n--) this.any(depth + 1); break
      case 116: this.skip(this.varUint()); break
      default: this.fail('unknown value')
    }
  }

  /** Skips the id of an item, which an item of `client` at `clock` may depend on. */
  id (client, clock) {
    const otherClient = this.varUint()
    const otherClock = this.varUint()
    if (otherClient === client && otherClock >= clock) this.fail('block depends on itself')
  }

  /** Skips an item's content; returns how many clock ticks it takes. */
  content (ref) {
    switch (ref) {
      case 1: return this.varUint() // deleted
      case 2: { // JSON, of old documents
        const n = this.count()
        for (let i = 0; i < n; i++) this.json()
        return n
      }
      case 3: this.skip(this.varUint()); return 1 // binary
      case 4: { // string: its clock counts UTF-16 units
        const length = this.varUint()
        const start = this.at
        this.skip(length)
        for (let i = start; i < this.at; i++) {
          if (this.bytes[i] > 0x7f) {
            this.wide = true
            return this.text(start).length
          }
        }
        return length
      }
      case 5: this.json(); return 1 // embed
      case 6: this.string(); this.json(); return 1 // format
      case 7: { // type
        const type = this.varUint()
        if (type > 6) this.fail('unknown shared type')
        if (type === 3 || type === 5) this.string()
        return 1
      }
      case 8: { // values
        const n = this.count()
        for (let i = 0; i < n; i++) this.any()
        return n
      }
      case 9: this.string(); this.any(); return 1 // sub-document
      default: return this.fail('unknown content')
    }
  }

  block (client, clock) {
    const info = this.byte()
    const ref = info & 0x1f
    if (ref === 0 || ref === 10) return this.varUint() // garbage collected, skipped
    if (info & 0x80) this.id(client, clock)
    if (info & 0x40) this.id(client, clock)
    if ((info & 0xc0) === 0) {
      if (this.varUint() === 1) this.string()
      else this.id(client, clock)
      if (info & 0x20) this.string()
    }
    return this.content(ref)
  }

  update () {
    for (let clients = this.count(3); clients > 0; clients--) {
      const blocks = this.count(2)
      const client = this.varUint()
      let clock = this.varUint()
      for (let i = 0; i < blocks; i++) {
        const length = this.block(client, clock)
        if (length === 0) this.fail('empty block')
        clock += length
        if (clock > MAX_CLOCK) this.fail('clock too large')
      }
    }
    for (let clients = this.count(2); clients > 0; clients--) {
      this.varUint()
      for (let ranges = this.count(2); ranges > 0; ranges--) {
        if (this.varUint() + this.varUint() > MAX_CLOCK) this.fail('clock too large')
      }
    }
  }
}

/** Throws `SyntaxError` if `update` is malformed; tells whether it holds more than ASCII text. */
export const scan = update => {
  const scanner = new Scanner(update)
  scanner.update()
  return { wide: scanner.wide }
}
