// Plays an animation in the place of its still, once, when its reader asks for it.
// Without this script the link opens the animation itself.

const PLAY = "Play the animation";
const BACK = "Back to the still picture";

function makeButton(link) {
  const picture = link.closest("figure").querySelector("img");
  const still = picture.src;
  const button = document.createElement("button");
  button.type = "button";
  button.className = link.className;
  button.textContent = PLAY;
  button.addEventListener("click", () => {
    const plays = button.textContent === PLAY;
    // A new address each time: a browser goes on with an animation that it has shown already.
    picture.src = plays ? `${link.href}?${Date.now()}` : still;
    button.textContent = plays ? BACK : PLAY;
  });
  link.replaceWith(button);
}

document.addEventListener("DOMContentLoaded", () => {
  document.querySelectorAll(".animation a.play").forEach(makeButton);
});
