// What the theme leaves out for whoever uses a keyboard.

// Tables and code that scroll have a place in the tab order, but the theme looks for them only
// when a page is loaded, changed or resized: have it look again when something is unfolded or
// another tab is chosen.
const lookAgain = () => window.dispatchEvent(new Event("resize"));

document.addEventListener("toggle", lookAgain, true);
document.addEventListener("change", ({ target }) => {
  if (target.matches(".sd-tab-set > input")) lookAgain();
});

// The theme takes the focus from these when they are pressed, so that no tooltip stays below a
// mouse. Pressed by keyboard they keep it, or one would begin anew at the top of the page.
document.addEventListener("DOMContentLoaded", () => {
  const pressed = ".theme-switch-button, .search-button, .primary-toggle, .secondary-toggle";
  for (const button of document.querySelectorAll(pressed)) {
    button.blur = () => {
      if (!button.matches(":focus-visible")) HTMLElement.prototype.blur.call(button);
    };
  }
});
