// The same measurements on plain Yjs: evaluates to a function of Yjs, which gives one of their names.

(Y => {
  const COUNT = 2000

  const typeIn = (doc, edits) => {
    const text = doc.getText('text')
    for (const [at, character] of edits) {
      if (character === null) text.delete(at, 1)
      else text.insert(at, character)
    }
  }

  const measurements = {
    insert () {
      const text = new Y.Doc().getText('text')
      for (let at = 0; at < COUNT; at++) text.insert(at, 'a')
    },
    wide_insert () {
      const text = new Y.Doc().getText('text')
      text.insert(0, 'é')
      for (let at = 0; at < COUNT; at++) text.insert(at + 1, 'a')
    },
    map_set () {
      const map = new Y.Doc().getMap('map')
      for (let i = 0; i < COUNT; i++) map.set('key', i)
    },
    trace_10k: ({ trace_10k: edits }) => typeIn(new Y.Doc(), edits),
    trace_100k: ({ trace_100k: edits }) => typeIn(new Y.Doc(), edits),
    apply_one: ({ update }) => Y.applyUpdate(new Y.Doc(), update),
    apply_each ({ updates }) {
      const doc = new Y.Doc()
      for (const update of updates) Y.applyUpdate(doc, update)
    }
  }

  return (name, given) => {
    const start = performance.now()
    measurements[name](given)
    return (performance.now() - start) / 1000
  }
})
