// What surrounds the text: who is here, undo and redo, the switch, and what waits.

const LOST = "The kernel of this editor is gone. Run the cell again to go on.";

// JupyterLab's shortcuts and its notebook's keys are for the notebook, not for what is typed here.
const KEPT_EVENTS = ["keydown", "keypress", "keyup", "paste", "copy", "cut"];

function create(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

function createButton(text, act) {
  const button = create("button", { type: "button" }, text);
  button.addEventListener("click", () => {
    if (button.getAttribute("aria-disabled") !== "true") act();
  });
  return button;
}

function showPerson({ name, color, you }) {
  const dot = create("span", { class: "rtc-dot", "aria-hidden": "true" });
  dot.style.setProperty("--rtc-person", color);
  return create("li", {}, dot, you ? `${name} (you)` : name);
}

function tellPending(count) {
  return count ? `${count} ${count === 1 ? "change" : "changes"} waiting` : "";
}

export function createPanel(model, sync, text) {
  const people = create("ul", { class: "rtc-people", "aria-label": "People here" });
  const pending = create("span", { class: "rtc-pending", role: "status", "aria-live": "polite" });
  const undo = createButton("Undo", () => sync.step("undo"));
  const redo = createButton("Redo", () => sync.step("redo"));
  const offline = createButton("Offline", () => sync.switchTo(!model.get("online")));
  offline.className = "rtc-switch";
  offline.setAttribute("role", "switch");
  const problem = create("p", { class: "rtc-problem", role: "alert" });
  const bar = create("div", { class: "rtc-bar" }, people, pending, undo, redo, offline);
  const dom = create(
    "div",
    { class: "rtc-editor", role: "group", "data-lm-suppress-shortcuts": "true" },
    bar,
    problem,
    text,
  );
  for (const name of KEPT_EVENTS) dom.addEventListener(name, (event) => event.stopPropagation());

  const shows = {
    people(list) {
      people.replaceChildren(...list.map(showPerson));
      const you = list.find((person) => person.you);
      dom.setAttribute("aria-label", you ? `Shared text, edited as ${you.name}` : "Shared text");
    },
    online: (online) => offline.setAttribute("aria-checked", String(!online)),
    switching: (switching) => offline.setAttribute("aria-busy", String(switching)),
    pending(count) {
      const told = tellPending(count);
      if (pending.textContent !== told) pending.textContent = told;
    },
    // Not `disabled`, which would take the focus from whoever has just pressed the button.
    can_undo: (can) => undo.setAttribute("aria-disabled", String(!can)),
    can_redo: (can) => redo.setAttribute("aria-disabled", String(!can)),
    problem: (words) => (problem.textContent = words),
  };
  const listeners = Object.entries(shows).map(([name, show]) => {
    const listener = () => show(model.get(name));
    listener();
    model.on(`change:${name}`, listener);
    return [`change:${name}`, listener];
  });
  const lost = () => shows.problem(LOST);
  // Closed by the kernel; or cut off, as by a restart, after which nobody closes anything.
  for (const name of ["comm:close", "comm_live_update"]) {
    model.on(name, lost);
    listeners.push([name, lost]);
  }

  return {
    dom,
    destroy() {
      for (const [name, listener] of listeners) model.off(name, listener);
      dom.remove();
    },
  };
}
