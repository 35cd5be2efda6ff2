// Evaluated in the page, gives what the bench calls there: times are taken where things happen, by
// one clock for all frames, in milliseconds since the epoch.
(() => {
  const now = (place = window) => place.performance.timeOrigin + place.performance.now()

  async function until (find) {
    for (;;) {
      const found = find()
      if (found) return found
      await new Promise(resolve => setTimeout(resolve, 10))
    }
  }

  const current = frame => frame.jupyterapp?.shell?.currentWidget

  // The stages of a notebook's start in a window.
  const stages = {
    app: frame => until(() => frame().jupyterapp?.shell),
    notebook: async frame => (await until(() => current(frame())?.context)).ready,
    // Answering to an empty execution: that the kernel calls itself idle says nothing of Python.
    python: async frame => {
      const { sessionContext } = current(frame())
      await sessionContext.ready
      const kernel = await until(() => sessionContext.session?.kernel)
      await kernel.requestExecute({ code: '', silent: true }).done
    }
  }

  // When each stage was reached in every window.
  async function follow (frames, times) {
    for (const [name, reached] of Object.entries(stages)) {
      await Promise.all(frames.map(reached))
      times[name] = now()
    }
    return times
  }

  const text = frame => frame()?.document.querySelector('.rtc-editor .cm-content')

  // The text without what is written at the other's cursor.
  function length (shown) {
    return [...shown.querySelectorAll('.cm-line')].reduce((sum, line) => {
      const copy = line.cloneNode(true)
      copy.querySelectorAll('[aria-hidden], .cm-placeholder').forEach(more => more.remove())
      return sum + copy.textContent.length
    }, 0)
  }

  // From now on note when keys are pressed in one window, and when the other's text grows.
  function watchKeys (here, there) {
    const pressed = window.benchPressed = []
    const seen = window.benchSeen = []
    here.document.addEventListener('keydown', event => {
      pressed.push(here.performance.timeOrigin + event.timeStamp)
    }, { capture: true })
    const shown = text(() => there)
    const atFirst = length(shown)
    new MutationObserver(() => {
      const at = now(there)
      while (seen.length < length(shown) - atFirst) seen.push(at)
    }).observe(shown, { childList: true, subtree: true, characterData: true })
  }

  return {
    // Press Start; when all can be typed in, tell the times until then. Keys then go to the first.
    async start () {
      const times = { began: now() }
      document.querySelector('.try-it-start').click()
      const frames = [...document.querySelectorAll('.try-it iframe')]
        .map(frame => () => frame.contentWindow)
      const followed = follow(frames, times)
      const tryIt = await until(() => document.querySelector('.try-it[data-started]'))
      times.cells = now()
      await Promise.all(frames.map(frame => until(() => text(frame)?.isContentEditable)))
      times.editor = now()
      await followed
      watchKeys(...frames.map(frame => frame()))
      text(frames[0]).focus()
      return times
    },

    // Tell the times from this page's navigation to the word in its one cell's output.
    async print (word) {
      const times = await follow([() => window], { began: performance.timeOrigin })
      window.jupyterapp.commands.execute('notebook:run-all-cells')
      await until(() => document.querySelector('.jp-OutputArea-output')?.textContent.includes(word))
      times.word = now()
      return times
    },

    // Wait until the second shows so many keys; tell when each was pressed and when seen.
    async keys (count) {
      await until(() => window.benchSeen.length >= count)
      return { pressed: window.benchPressed, seen: window.benchSeen }
    }
  }
})()
