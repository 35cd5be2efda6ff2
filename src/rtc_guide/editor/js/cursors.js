// The others' cursors and selections in the text. Hidden from screen readers, which would read
// names in the middle of words; who is here is told by the panel.
import { RangeSet, StateEffect, StateField } from "@codemirror/state";
import { Decoration, EditorView, WidgetType } from "@codemirror/view";
import { readable } from "./color.js";

export const showCursors = StateEffect.define();

class Caret extends WidgetType {
  constructor(name, color) {
    super();
    this.name = name;
    this.color = color;
  }

  eq(other) {
    return other.name === this.name && other.color === this.color;
  }

  toDOM() {
    const caret = document.createElement("span");
    caret.className = "rtc-caret";
    caret.setAttribute("aria-hidden", "true");
    caret.style.setProperty("--rtc-person", this.color);
    caret.style.setProperty("--rtc-on-person", readable(this.color));
    const label = document.createElement("span");
    label.className = "rtc-caret-name";
    label.textContent = this.name;
    caret.append(label);
    return caret;
  }

  ignoreEvent() {
    return true;
  }
}

function decorate(list, length) {
  const ranges = [];
  for (const { name, color, anchor, head } of list) {
    const [from, to] = [Math.min(anchor, head, length), Math.min(Math.max(anchor, head), length)];
    if (to > from) {
      const style = `--rtc-person: ${safe(color)}`;
      ranges.push(Decoration.mark({ class: "rtc-selection", attributes: { style } }).range(from, to));
    }
    const caret = Decoration.widget({ widget: new Caret(name, color), side: -1 });
    ranges.push(caret.range(Math.min(head, length)));
  }
  return RangeSet.of(ranges, true);
}

/** A colour as it may stand in a style attribute: names come from other people. */
function safe(color) {
  return CSS.supports("color", color) && !/[;{}]/.test(color) ? color : "gray";
}

export const cursors = StateField.define({
  create: () => Decoration.none,
  update(shown, transaction) {
    for (const effect of transaction.effects) {
      if (effect.is(showCursors)) return decorate(effect.value, transaction.newDoc.length);
    }
    return shown.map(transaction.changes);
  },
  provide: (field) => EditorView.decorations.from(field),
});
