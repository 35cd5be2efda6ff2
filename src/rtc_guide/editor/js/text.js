// The text itself: a CodeMirror without a history of its own, since undo is the kernel's.
import { EditorState } from "@codemirror/state";
import { EditorView, highlightSpecialChars, keymap, placeholder } from "@codemirror/view";
import { cursors, showCursors } from "./cursors.js";

function insertLine(view) {
  view.dispatch(view.state.replaceSelection("\n"), { scrollIntoView: true, userEvent: "input" });
  return true;
}

// Places and ranges of the whole text. A browser's own keys know only the lines that are drawn.
function select(find) {
  return (view) => {
    view.dispatch({ selection: find(view.state), scrollIntoView: true });
    return true;
  };
}

const wholeText = [
  { key: "Mod-a", run: select(({ doc }) => ({ anchor: 0, head: doc.length })) },
  ...[
    ["Mod-Home", "Cmd-ArrowUp", () => 0],
    ["Mod-End", "Cmd-ArrowDown", ({ doc }) => doc.length],
  ].map(([key, mac, place]) => ({
    key,
    mac,
    run: select((state) => ({ anchor: place(state) })),
    shift: select((state) => ({ anchor: state.selection.main.anchor, head: place(state) })),
  })),
];

export function createText(sync) {
  const extensions = [
    EditorView.lineWrapping,
    EditorView.contentAttributes.of({ "aria-label": "Shared text" }),
    placeholder("Type here; everybody in the room sees it."),
    highlightSpecialChars(),
    cursors,
    keymap.of([{ key: "Enter", shift: insertLine, run: insertLine }, ...wholeText]),
    EditorView.domEventHandlers({
      // Not a keymap's: with caps lock on, shift makes the letter small.
      keydown(event) {
        if (!(event.ctrlKey || event.metaKey) || event.altKey) return false;
        const which = { z: event.shiftKey ? "redo" : "undo", y: "redo" }[event.key.toLowerCase()];
        if (!which) return false;
        event.preventDefault();
        sync.step(which);
        return true;
      },
      // Undo by the browser's menu or a phone's gesture.
      beforeinput(event) {
        const which = { historyUndo: "undo", historyRedo: "redo" }[event.inputType];
        if (!which) return false;
        event.preventDefault();
        sync.step(which);
        return true;
      },
    }),
    EditorView.updateListener.of((update) => {
      sync.changed({
        edited: update.docChanged,
        selected: (update.selectionSet || update.focusChanged) && update.view.hasFocus,
      });
    }),
  ];
  const unloaded = EditorState.create({ extensions: [EditorView.editable.of(false)] });
  const view = new EditorView({ state: unloaded });

  return {
    dom: view.dom,
    get state() {
      return view.state;
    },
    dispatch: (...transactions) => view.dispatch(...transactions),
    load(doc, collaboration) {
      const focused = view.hasFocus;
      view.setState(EditorState.create({ doc, extensions: [extensions, collaboration] }));
      if (focused) view.focus();
    },
    showCursors: (list) => view.dispatch({ effects: showCursors.of(list) }),
    focus: () => view.focus(),
    destroy: () => view.destroy(),
  };
}
