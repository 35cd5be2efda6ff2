// The same measurements on plain Yjs: evaluates to a function of Yjs and the traces.

(Y => {
  const best = (repeat, f) => {
    let least = Infinity
    for (let i = 0; i < repeat; i++) {
      const start = performance.now()
      f()
      least = Math.min(least, performance.now() - start)
    }
    return least / 1000
  }

  const typed = edits => {
    const doc = new Y.Doc()
    const text = doc.getText('text')
    for (const [at, character] of edits) {
      if (character === null) text.delete(at, 1)
      else text.insert(at, character)
    }
    return doc
  }

  return (short, long) => {
    const found = {
      insert: best(5, () => {
        const text = new Y.Doc().getText('text')
        for (let at = 0; at < 2000; at++) text.insert(at, 'a')
      }) / 2000,
      'wide insert': best(3, () => {
        const text = new Y.Doc().getText('text')
        text.insert(0, 'é')
        for (let at = 0; at < 2000; at++) text.insert(at + 1, 'a')
      }) / 2000,
      'map set': best(5, () => {
        const map = new Y.Doc().getMap('map')
        for (let i = 0; i < 2000; i++) map.set('key', i)
      }) / 2000,
      'trace 10k': best(3, () => typed(short))
    }
    if (long.length > 0) {
      let doc
      found['trace 100k'] = best(1, () => { doc = typed(long) })
      const update = Y.encodeStateAsUpdate(doc)
      found['apply 100k'] = best(5, () => Y.applyUpdate(new Y.Doc(), update))
    }
    return found
  }
})
