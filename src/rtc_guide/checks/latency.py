"""How long a key takes from one person's keyboard to another person's document.

Each page writes down by itself what happens in it, and is asked afterwards: asking while somebody
types would be part of what is measured. The times are of `performance.timeOrigin` and
`performance.now()`, which agree between the pages of a machine (High Resolution Time, W3C:
https://www.w3.org/TR/hr-time-3/). A page that can't be asked is not measured, and no check fails
of it.
"""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Error, Page

# Keeps the times of all keys, and those at which a cell's source in the document model changed.
# `changed` is there since JupyterLab 3.6; cells had `getSource` before they had `source`.
_WATCH = """() => {
  window.rtcGuideNoted?.stop();
  const app = window.jupyterapp ?? window.jupyterlab;
  const cells = app?.shell.currentWidget?.context?.model?.sharedModel?.cells;
  if (!cells) return;
  const now = () => performance.timeOrigin + performance.now();
  const keys = [], texts = [], undo = [];
  const onKey = () => keys.push(now());
  addEventListener("keydown", onKey, true);
  undo.push(() => removeEventListener("keydown", onKey, true));
  for (const cell of cells) {
    const read = () => cell.source ?? cell.getSource();
    let last = read();
    const onChange = () => {
      const text = read();
      if (text !== last) texts.push([now(), last = text]);
    };
    cell.changed.connect(onChange);
    undo.push(() => cell.changed.disconnect(onChange));
  }
  window.rtcGuideNoted = {keys, texts, stop: () => undo.forEach(each => each())};
}"""
_TELL = """() => {
  const noted = window.rtcGuideNoted;
  noted?.stop();
  return noted ? {keys: noted.keys, texts: noted.texts} : null;
}"""


@dataclass(frozen=True)
class Noted:
    """What a page wrote down: milliseconds of keys, and of each new source of a cell."""

    keys: tuple[float, ...]
    texts: tuple[tuple[float, str], ...]


def watch(pages: Iterable[Page]) -> None:
    """Let pages with an open notebook write down keys and changes from now on."""
    for page in pages:
        try:
            page.evaluate(_WATCH)
        except Error:
            continue


def noted_by(page: Page) -> Noted | None:
    """Return what a page wrote down since it was watched, and let it stop; none if it was not."""
    try:
        told: dict[str, Any] | None = page.evaluate(_TELL)
    except Error:
        return None
    if told is None:
        return None
    return Noted(tuple(told["keys"]), tuple((when, text) for when, text in told["texts"]))


def latencies(typing: Noted, seeing: Noted) -> list[float]:
    """Return for each key that changed a cell in how many milliseconds another page had that.

    A later text of the typing page, too, shows that the key has arrived: changes may come together.
    Keys that never arrived, or whose times contradict each other, are left out.
    """
    arrived: dict[str, float] = {}
    for when, text in seeing.texts:
        arrived.setdefault(text, when)
    soonest: float | None = None
    of_key: dict[float, float] = {}
    for when, text in reversed(typing.texts):
        there = arrived.get(text)
        soonest = min((each for each in (soonest, there) if each is not None), default=None)
        key = bisect_right(typing.keys, when) - 1
        if key >= 0 and soonest is not None:
            of_key[typing.keys[key]] = soonest - typing.keys[key]
    return [round(of_key[key], 1) for key in sorted(of_key) if of_key[key] >= 0]
