// Views without a page, for test_editor_views.py: the real js/sync.js on a real CodeMirror state.
// Reads one command a line, answers each with one line: what the views have sent, and what was
// asked for. `reset` tells how many timers are left.
import { createInterface } from "node:readline";
import { EditorState, Transaction } from "@codemirror/state";
import { Sync } from "../../src/rtc_guide/editor/js/sync.js";

const views = [];
let sent = [];

function createView(number) {
  const view = {
    state: null,
    cursors: [],
    load(doc, collaboration) {
      view.state = EditorState.create({ doc, extensions: [collaboration] });
    },
    dispatch(change) {
      const transaction = change instanceof Transaction ? change : view.state.update(change);
      view.state = transaction.state;
      const edited = transaction.docChanged && !transaction.annotation(Transaction.remote);
      const selected = Boolean(transaction.selection);
      if (edited || selected) view.sync.changed({ edited, selected });
    },
    showCursors: (list) => (view.cursors = list),
  };
  view.sync = new Sync((message) => sent.push([number, message]));
  return view;
}

const commands = {
  create() {
    views.push(createView(views.length));
    views.at(-1).sync.start(views.at(-1));
  },
  // Positions are fractions: nobody else knows how long the view's text is now.
  edit({ view, at, length, insert }) {
    const { state } = views[view];
    if (!state) return;
    const text = state.doc.toString();
    const clean = (place) => (/[\udc00-\udfff]/.test(text[place] ?? "") ? place - 1 : place);
    const from = clean(Math.floor(at * text.length));
    const to = clean(Math.min(from + length, text.length));
    views[view].dispatch({ changes: { from, to: Math.max(from, to), insert: state.toText(insert) } });
  },
  type: ({ view, insert }) => views[view].dispatch(views[view].state.replaceSelection(insert)),
  select: ({ view, anchor, head }) => views[view].dispatch({ selection: { anchor, head } }),
  step: ({ view, which }) => views[view].sync.step(which),
  receive: ({ view, message }) => views[view].sync.receive(message),
  look: () =>
    views.map(({ state, cursors }) => {
      const { anchor, head } = state?.selection.main ?? {};
      return { lines: state?.doc.toJSON(), cursors, anchor, head };
    }),
  reset() {
    for (const view of views) view.sync.stop();
    views.length = 0;
    return commands.timers();
  },
  timers: () => process.getActiveResourcesInfo().filter((kind) => kind === "Timeout").length,
};

createInterface({ input: process.stdin })
  .on("line", (line) => {
    const command = JSON.parse(line);
    const answer = commands[command.do](command) ?? null;
    console.log(JSON.stringify({ sent, answer }));
    sent = [];
  })
  .on("close", () => process.exit());
