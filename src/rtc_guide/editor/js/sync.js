// Keeps one view in step with the kernel's text, by the protocol of @codemirror/collab:
// authority.py is its authority, and says what is refused.
import { collab, getSyncedVersion, receiveUpdates, sendableUpdates } from "@codemirror/collab";
import { ChangeSet, Text } from "@codemirror/state";

const BUSY_RETRY = 200; // ms until edits are pushed again that met an open transaction
const SELECT_PAUSE = 60; // ms between tellings of where the cursor is
// ms without an answer, as while a cell runs, until the kernel is asked what it has
const ASK_AGAIN = 5000;

export class Sync {
  #send;
  #id = crypto.randomUUID?.() ?? String(Math.random()); // randomUUID needs a secure context
  #view = null; // an EditorView, as far as the simulation in tests needs one
  #loaded = false;
  // Edits pushed and not yet answered. One push at a time: what is typed meanwhile goes out
  // together. Its edits are confirmed one by one.
  #inFlight = 0;
  #steps = []; // undo and redo, each to be sent after so many edits are confirmed
  #askTimer = null;
  #selectTimer = null;
  #untold = false; // whether the kernel has yet to hear of the selection
  #retryTimer = null;

  constructor(send) {
    this.#send = send;
  }

  /** Ask for the text; the view then shows it, and is followed. */
  start(view) {
    this.#view = view;
    this.#ask();
  }

  stop() {
    for (const timer of [this.#askTimer, this.#selectTimer, this.#retryTimer]) clearTimeout(timer);
    this.#view = null;
  }

  /** The view's state has changed: by typing, if `edited`, or its selection, if `selected`. */
  changed({ edited, selected }) {
    if (edited) this.#push();
    else if (selected) {
      this.#untold = true;
      this.#selectTimer ??= setTimeout(() => this.#select(), SELECT_PAUSE);
    }
  }

  /** Undo or redo ("undo", "redo") this editor's edits, after those typed before. */
  step(which) {
    if (!this.#loaded) return;
    this.#steps.push({ which, after: sendableUpdates(this.#view.state).length });
    this.#push();
  }

  switchTo(online) {
    this.#send({ type: "switch", online });
  }

  receive(message) {
    if (!this.#view || (message.view && message.view !== this.#id)) return;
    if (message.type === "text") this.#load(message);
    else if (!this.#loaded) return;
    else if (message.type === "updates") this.#follow(message);
    else if (message.type === "cursors") this.#showCursors(message);
    else if (message.type === "refused") {
      this.#inFlight = 0;
      this.#untold = true; // what the push said of the selection was refused with it
      clearTimeout(this.#retryTimer);
      if (message.busy) this.#retryTimer = setTimeout(() => this.#push(), BUSY_RETRY);
      else this.#push(); // the updates it needed came before the refusal
    } else if (message.type === "unselected") {
      this.#untold = true;
      this.#push();
    }
  }

  #load({ text, version }) {
    this.#loaded = true;
    this.#untold = false;
    this.#steps = [];
    this.#settle();
    // Only line feeds end lines here: positions are the kernel's.
    const doc = Text.of(text.split("\n"));
    this.#view.load(doc, collab({ startVersion: version, clientID: this.#id }));
  }

  #follow({ from, updates, caret }) {
    const known = getSyncedVersion(this.#view.state);
    if (from > known) {
      this.#ask(); // a message was lost
      return;
    }
    const news = updates
      .slice(known - from)
      .map(({ changes, view }) => ({ changes: ChangeSet.fromJSON(changes), clientID: view }));
    const own = news.filter((update) => update.clientID === this.#id).length;
    for (const step of this.#steps) step.after -= own;
    this.#inFlight -= Math.min(own, this.#inFlight);
    if (!news.length || (own && !this.#inFlight)) this.#settle();
    if (news.length) {
      const transaction = receiveUpdates(this.#view.state, news);
      this.#view.dispatch(transaction);
      if (caret === this.#id) this.#moveTo(transaction.changes);
    }
    this.#push();
  }

  /** Put the cursor where an undo has changed the text. */
  #moveTo(changes) {
    let place = null;
    changes.iterChangedRanges((_fromA, _toA, _fromB, toB) => (place = toB));
    if (place !== null) this.#view.dispatch({ selection: { anchor: place }, scrollIntoView: true });
  }

  #showCursors({ version, cursors }) {
    const { state } = this.#view;
    if (version !== getSyncedVersion(state)) return;
    const unconfirmed = sendableUpdates(state);
    const here = (place) => unconfirmed.reduce((at, { changes }) => changes.mapPos(at), place);
    this.#view.showCursors(
      cursors.map((cursor) => ({ ...cursor, anchor: here(cursor.anchor), head: here(cursor.head) })),
    );
  }

  #push() {
    if (this.#inFlight || !this.#loaded || !this.#view) return;
    while (this.#steps.length && this.#steps[0].after <= 0) {
      this.#send({ type: this.#steps.shift().which, view: this.#id });
    }
    const { state } = this.#view;
    const unconfirmed = sendableUpdates(state);
    const ready = this.#steps.length ? unconfirmed.slice(0, this.#steps[0].after) : unconfirmed;
    if (!ready.length) {
      if (this.#untold && this.#selectTimer === null) this.#select();
      return;
    }
    // Where the cursor is once these are made; known only if nothing comes after them.
    const whole = ready.length === unconfirmed.length;
    if (whole) this.#untold = false;
    const { anchor, head } = state.selection.main;
    this.#inFlight = ready.length;
    this.#awaitAnswer();
    this.#send({
      type: "push",
      view: this.#id,
      version: getSyncedVersion(state),
      updates: ready.map((update) => update.changes.toJSON()),
      selection: whole ? [anchor, head] : null,
    });
  }

  #select() {
    this.#selectTimer = null;
    if (!this.#loaded || !this.#view) return;
    const { state } = this.#view;
    if (sendableUpdates(state).length) return; // told when they are confirmed
    this.#untold = false;
    const { anchor, head } = state.selection.main;
    this.#send({
      type: "select",
      view: this.#id,
      version: getSyncedVersion(state),
      selection: [anchor, head],
    });
  }

  #ask() {
    this.#awaitAnswer();
    const version = this.#loaded ? getSyncedVersion(this.#view.state) : null;
    this.#send({ type: "open", view: this.#id, version });
  }

  // One timer at a time: a second one would outlive `stop`, and ask for a view that is gone.
  #awaitAnswer() {
    clearTimeout(this.#askTimer);
    this.#askTimer = setTimeout(() => this.#ask(), ASK_AGAIN);
  }

  #settle() {
    clearTimeout(this.#askTimer);
    this.#askTimer = null;
    this.#inFlight = 0;
  }
}
