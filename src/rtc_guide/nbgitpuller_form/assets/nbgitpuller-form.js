// The form in which readers make an nbgitpuller link, and take one apart. It asks no server and
// keeps nothing; what a link is made of is known to nbgitpuller-links.js.
(() => {
  const FIELDS = ["hub", "repository", "branch", "file"];
  const { makeLink, readLink } = globalThis.nbgitpullerLinks;

  function startMaking(form) {
    const link = form.querySelector("#nbgitpuller-link");
    const told = form.querySelector(".told");
    // A field that is being filled in for the first time isn't called wrong before it is left.
    const left = new Set();

    const values = () => Object.fromEntries(new FormData(form));
    const show = (typedIn) => {
      const { problems = {}, link: made = "", folder, notes = [] } = makeLink(values());
      for (const field of FIELDS) {
        const problem = left.has(field) ? problems[field] : "";
        // Whoever is mending a field isn't told anew at each letter.
        if (!problem || field !== typedIn) showProblem(form.elements[field], problem);
      }
      if (link.value === made) return problems;
      link.value = made;
      const where = `Each student gets the folder “${folder}”.`;
      tell(told, "p", made ? [where, ...notes] : []);
      return problems;
    };

    form.addEventListener("input", ({ target }) => show(target.name));
    form.addEventListener("change", ({ target }) => {
      left.add(target.name);
      show();
    });
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      FIELDS.forEach((field) => left.add(field));
      const wrong = FIELDS.find((field) => field in show());
      if (wrong) {
        form.elements[wrong].focus();
        return;
      }
      link.select();
      told.replaceChildren(element("p", await copy(link.value)));
    });

    // Fill the fields in from a link that was taken apart.
    return (parts) => {
      for (const field of [...FIELDS, "opensIn"]) {
        form.elements[field].value = parts[field] ?? "";
        left.add(field);
      }
      show();
      form.elements.hub.focus();
    };
  }

  function startReading(form, fill) {
    const given = form.elements.given;
    const over = form.querySelector("button");
    const [summary, cautions, beyond, parts] = [".summary", ".cautions", ".beyond", ".parts"].map(
      (part) => form.querySelector(part),
    );
    let found = {};

    const show = () => {
      found = given.value.trim() ? readLink(given.value) : {};
      showProblem(given, found.problem);
      tell(summary, "p", found.summary ? [found.summary] : []);
      tell(cautions, "li", found.cautions ?? []);
      const reason = found.beyondForm;
      tell(beyond, "p", reason ? [`The form above can’t make this link: ${reason}.`] : []);
      parts.replaceChildren(...(found.parts ?? []).flatMap(describe));
      over.hidden = reason !== "";
    };
    form.addEventListener("input", show);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      fill(found);
    });
  }

  function describe({ name, value, says }) {
    const title = element("dt", `${name} `);
    title.append(element("code", value));
    return [title, element("dd", says)];
  }

  function showProblem(field, problem = "") {
    const place = document.getElementById(`${field.id}-problem`);
    if (place.textContent !== problem) place.textContent = problem;
    if (problem) field.setAttribute("aria-invalid", "true");
    else field.removeAttribute("aria-invalid");
  }

  // Copy a text that is selected as well; say how that went.
  async function copy(text) {
    try {
      await navigator.clipboard.writeText(text);
      return "Copied.";
    } catch {
      return "Your browser doesn’t let this page copy. The link is selected: copy it by the keyboard.";
    }
  }

  // Write texts into a place that is read out whenever it is written into: only if they are new.
  function tell(place, name, texts) {
    if (place.textContent !== texts.join(""))
      place.replaceChildren(...texts.map((text) => element(name, text)));
  }

  function element(name, text) {
    const made = document.createElement(name);
    made.textContent = text;
    return made;
  }

  document.addEventListener("DOMContentLoaded", () => {
    const place = document.querySelector(".nbgitpuller-form");
    startReading(
      place.querySelector(".reading"),
      startMaking(place.querySelector(".making")),
    );
    place.hidden = false;
  });
})();
