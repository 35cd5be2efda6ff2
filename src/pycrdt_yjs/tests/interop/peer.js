// The same peer as peer.py's on plain Yjs, without undo. Evaluates to a function of Yjs.

(Y => {
  const plain = v => {
    if (v instanceof Y.AbstractType) return plain(v.toJSON())
    if (v instanceof Uint8Array) return { bytes: Array.from(v) }
    if (typeof v === 'bigint') return { big: String(v) }
    if (Array.isArray(v)) return v.map(plain)
    if (v !== null && typeof v === 'object') {
      return Object.fromEntries(Object.entries(v).map(([k, x]) => [k, plain(x)]))
    }
    return v
  }

  const tree = node => node instanceof Y.XmlText
    ? node.toString()
    : [node.nodeName, plain(node.getAttributes()), node.toArray().map(tree)]

  const build = value => {
    if (typeof value === 'string') return new Y.Text(value)
    if (Array.isArray(value)) return Y.Array.from(value)
    const map = new Y.Map()
    for (const [k, v] of Object.entries(value)) map.set(k, v)
    return map
  }

  class Peer {
    constructor (clientID) {
      this.doc = new Y.Doc()
      this.doc.clientID = clientID
      this.text = this.doc.getText('text')
      this.array = this.doc.getArray('array')
      this.map = this.doc.getMap('map')
      this.xml = this.doc.getXmlFragment('xml')
      this.updates = []
      this.doc.on('update', update => this.updates.push(update))
    }

    edit (operations) {
      for (const [name, at, ...rest] of operations) {
        if (name !== 'undo' && name !== 'redo') this.doc.transact(() => this[name](at, ...rest))
      }
      const made = this.updates
      this.updates = []
      return made
    }

    receive (updates) {
      for (const update of updates) Y.applyUpdate(this.doc, update)
      // What Yjs tidies up after a remote change are edits of its own.
      const made = this.updates.length > updates.length ? this.updates : []
      this.updates = []
      return made
    }

    range (at, length) {
      const places = [0]
      for (const { insert } of this.text.toDelta()) {
        for (const c of typeof insert === 'string' ? insert : 'e') places.push(places.at(-1) + c.length)
      }
      const start = Math.floor(at * (places.length - 1))
      return [places[start], places[Math.min(start + length, places.length - 1)]]
    }

    insert (at, chunk, attrs) { this.text.insert(this.range(at, 0)[0], chunk, attrs ?? undefined) }
    embed (at, value, attrs) { this.text.insertEmbed(this.range(at, 0)[0], value, attrs ?? {}) }
    remove (at, length) {
      const [start, stop] = this.range(at, length)
      this.text.delete(start, stop - start)
    }

    format (at, length, attrs) {
      const [start, stop] = this.range(at, length)
      this.text.format(start, stop - start, attrs)
    }

    place (at) { return Math.floor(at * this.array.length) }
    push (at, value) { this.array.insert(this.place(at), [value]) }
    push_type (at, kind, value) { this.array.insert(this.place(at), [build(value)]) }
    pull (at, length) {
      const start = this.place(at)
      this.array.delete(start, Math.min(length, this.array.length - start))
    }

    deepen (at, value) {
      const nested = this.array.toArray().filter(item => item instanceof Y.AbstractType)
      if (nested.length === 0) return
      const target = nested[Math.floor(at * (nested.length - 1))]
      if (target instanceof Y.Text) target.insert(0, String(value))
      else if (target instanceof Y.Array) target.push([value])
      else target.set('nested', value)
    }

    set (at, key, value) { this.map.set(key, value) }
    set_type (at, key, value) { this.map.set(key, build(value)) }
    unset (at, key) { this.map.delete(key) }
    child (at) { return Math.floor(at * this.xml.length) }
    node (at, tag, name, value) {
      const element = new Y.XmlElement(tag)
      this.xml.insert(this.child(at), [element])
      element.setAttribute(name, value)
      element.insert(0, [new Y.XmlText('in')])
    }

    line (at, chunk) { this.xml.insert(this.child(at), [new Y.XmlText(chunk)]) }
    prune (at) {
      if (this.xml.length > 0) this.xml.delete(Math.floor(at * (this.xml.length - 1)), 1)
    }

    look () {
      const chunks = []
      for (const { insert, attributes = {} } of this.text.toDelta()) {
        const attrs = plain(attributes)
        const last = chunks.at(-1)
        if (typeof insert === 'string' && last && typeof last[0] === 'string' &&
            same(last[1], attrs)) last[0] += insert
        else chunks.push([plain(insert), attrs])
      }
      return {
        text: chunks,
        length: new TextEncoder().encode(this.text.toString()).length,
        array: plain(this.array.toArray()),
        map: plain(Object.fromEntries(this.map.entries())),
        xml: this.xml.toArray().map(tree)
      }
    }
  }

  const same = (a, b) => {
    const sorted = v => JSON.stringify(Object.entries(v).sort())
    return sorted(a) === sorted(b)
  }

  return Peer
})
