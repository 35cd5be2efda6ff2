// People with a notebook open in JupyterLab's page, without the page: Yjs and y-websocket, as in
// @jupyter/docprovider 5, and what that one does when the server closes a room or tells of a
// conflict. Driven by lines of JSON: {id, does, who, …} asks, {id, gives} or {id, fails} answers.

import { createInterface } from "node:readline";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

// The packages are in a cache of the user's, not beside this file.
const resolve = createRequire(`${process.argv[2]}/`).resolve;
const load = async (name) => import(pathToFileURL(resolve(name)));
const { default: WebSocket } = await load("ws");
const Y = await load("yjs");
const { WebsocketProvider } = await load("y-websocket");
const decoding = await load("lib0/decoding");

const RAW = 2;
const TITLES = {
  version_mismatch: "Collaboration extension updated",
  initialization_error: "Document error",
};
const UNLOADABLE = {
  4400: "Bad request",
  4404: "Could not find the file",
  4500: "Internal server error",
};
// Nothing listens there: what a page asks for without a network comes to nothing.
const NOWHERE = "ws://127.0.0.1:9/";

class Person {
  constructor(name) {
    this.name = name;
    this.dialogs = [];
    this.ended = false;
    this.dropped = false;
    this.doc = null;
    this.provider = null;
  }

  open({ server, room, params, text }) {
    this.close();
    const person = this;
    this.text = text;
    this.ended = false;
    this.doc = new Y.Doc();
    class Wire extends WebSocket {
      constructor(url) {
        super(person.dropped ? NOWHERE : url);
        person.wire = this;
      }
    }
    const provider = new WebsocketProvider(server, room, this.doc, {
      disableBc: true,
      params,
      WebSocketPolyfill: Wire,
    });
    this.provider = provider;
    provider.awareness.setLocalStateField("user", { name: this.name });
    provider.on("connection-close", (event) => event && this.onClose(event));
    provider.on("status", ({ status }) => {
      if (status === "connected") {
        provider.ws.addEventListener("message", (event) => this.onMessage(event));
      }
    });
  }

  onClose({ code, reason }) {
    if (code === 1003) {
      let told = "unknown_session";
      try {
        told = JSON.parse(reason).reason;
      } catch {
        // Older servers say it in words.
      }
      // The page's provider goes on trying; who reads the message is asked to reload.
      this.tell(TITLES[told] ?? "Session expired");
      this.ended = true;
    } else if (code in UNLOADABLE && !this.synced) {
      this.tell(UNLOADABLE[code]);
      this.ended = true;
    }
  }

  onMessage({ data }) {
    const decoder = decoding.createDecoder(new Uint8Array(data));
    if (decoding.readVarUint(decoder) !== RAW) return;
    try {
      if (JSON.parse(decoding.readVarString(decoder)).type === "conflict") {
        this.tell("Edit Conflict");
        this.ended = true;
      }
    } catch {
      // Another message, not for people.
    }
  }

  tell(title) {
    if (!this.ended) this.dialogs.push(title);
  }

  get synced() {
    return Boolean(this.provider?.wsconnected && this.provider.synced);
  }

  close() {
    this.provider?.destroy();
    this.wire?.terminate();
    this.doc?.destroy();
    this.provider = this.doc = null;
  }

  drop() {
    this.dropped = true;
    this.wire?.terminate();
  }

  goOn() {
    this.dropped = false;
  }

  texts() {
    if (!this.doc) return null;
    if (this.text) return this.doc.getText("source").toString();
    // After a random schedule a cell was once there without its text.
    return this.doc.getArray("cells").map((cell) => cell.get("source")?.toString() ?? "");
  }

  textOf(cell) {
    if (this.text) return this.doc?.getText("source");
    const cells = this.doc?.getArray("cells");
    return cells?.length ? cells.get(cell % cells.length).get("source") : null;
  }

  // Key by key, the cursor behind the last key wherever that has gone meanwhile. Where the cell
  // itself is gone, as after a replacement by the server's, further keys go nowhere.
  async type({ cell, word, after, milliseconds }) {
    const text = this.textOf(cell);
    if (!text) return;
    let place = text.length;
    if (this.text) {
      const found = text.toString().indexOf(after);
      if (found >= 0) place = found + after.length;
    }
    const { doc } = this;
    try {
      let cursor = Y.createRelativePositionFromTypeIndex(text, place, -1);
      for (const key of ` ${word}`) {
        if (this.doc !== doc || text._item?.deleted) return;
        const at = Y.createAbsolutePositionFromRelativePosition(cursor, doc)?.index ?? text.length;
        text.insert(at, key);
        cursor = Y.createRelativePositionFromTypeIndex(text, at + 1, -1);
        await new Promise((next) => setTimeout(next, milliseconds));
      }
    } catch (error) {
      // Yjs can fail on a text whose parts two servers gave the same ids: the keys go nowhere.
      if (!(error instanceof TypeError)) throw error;
    }
  }

  add({ word, cellId }) {
    const cells = this.doc?.getArray("cells");
    if (!cells || this.text) return;
    const cell = new Y.Map();
    const source = new Y.Text();
    source.insert(0, word);
    for (const [key, value] of Object.entries({
      cell_type: "markdown",
      id: cellId,
      metadata: new Y.Map(),
      source,
    })) {
      cell.set(key, value);
    }
    cells.push([cell]);
  }

  state() {
    return { synced: this.synced, ended: this.ended, dialogs: this.dialogs };
  }
}

// Each provider listens for the end of the process.
process.setMaxListeners(0);

const people = new Map();

async function answer({ does, who, ...more }) {
  if (!people.has(who)) people.set(who, new Person(who.split("/").at(-1)));
  const person = people.get(who);
  const given = await person[does](more);
  return given === undefined ? null : given;
}

createInterface({ input: process.stdin })
  .on("line", async (line) => {
    const { id, ...asked } = JSON.parse(line);
    let told;
    try {
      told = { id, gives: await answer(asked) };
    } catch (error) {
      told = { id, fails: String(error?.stack ?? error) };
    }
    process.stdout.write(`${JSON.stringify(told)}\n`);
  })
  .on("close", () => process.exit());
