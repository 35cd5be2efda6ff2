// Prints a page in light colours, also for whoever reads it in dark ones: paper is white.

let read;

matchMedia("print").addEventListener("change", ({ matches }) => {
  const { dataset } = document.documentElement;
  if (matches) read = dataset.theme;
  dataset.theme = matches ? "light" : read;
});
