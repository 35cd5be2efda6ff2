// Colours that people bring with them.

const DARK = "#111";
const LIGHT = "#fff";

/** Return black or white, whichever can be read on a colour (WCAG 2's contrast). */
export function readable(color) {
  const context = document.createElement("canvas").getContext("2d");
  if (!context) return LIGHT;
  context.fillStyle = "#767676"; // stays if the colour is none, or a variable
  context.fillStyle = color;
  context.fillRect(0, 0, 1, 1);
  const [red, green, blue] = context.getImageData(0, 0, 1, 1).data;
  const linear = (part) =>
    part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4;
  const luminance = 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
  return luminance > 0.179 ? DARK : LIGHT;
}
