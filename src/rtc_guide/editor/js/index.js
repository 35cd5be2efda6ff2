// The page's side of the editor: an anywidget (https://anywidget.dev/en/afm/) whose views show one
// shared text. The kernel's side is editor.py.
import { createPanel } from "./panel.js";
import { Sync } from "./sync.js";
import { createText } from "./text.js";

function render({ model, el }) {
  const sync = new Sync((message) => model.send(message));
  const text = createText(sync);
  const panel = createPanel(model, sync, text.dom);
  const receive = (message) => sync.receive(message);
  model.on("msg:custom", receive);
  el.append(panel.dom);
  sync.start(text);
  return () => {
    model.off("msg:custom", receive);
    sync.stop();
    panel.destroy();
    text.destroy();
  };
}

export default { render };
