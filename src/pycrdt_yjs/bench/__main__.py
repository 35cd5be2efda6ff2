"""`python bench [--short]`: pycrdt in the browser against plain Yjs there and native pycrdt.

All in one run, with the same edits, in turns: each round measures the three one after the other,
so that whatever else the machine does slows all of them. Told are medians over the rounds, of the
times and of each round's ratio. Writes `build/bench.json`; fails if a goal isn't reached.
"""

import base64
import json
import sys
from pathlib import Path
from statistics import median

import edits

from pycrdt_yjs.testing.browser import bundle_yjs, chromium, pyodide

HERE = Path(__file__).resolve().parent
RESULT = HERE.parent / "build" / "bench.json"
ROUNDS = {
    "insert": 15,
    "wide_insert": 9,
    "map_set": 9,
    "trace_10k": 9,
    "apply_one": 15,
    "trace_100k": 3,
    "apply_each": 3,
}
LONG = ("trace_100k", "apply_each")
# How many times as long as plain Yjs each may take.
GOALS = {"insert": 3, "trace_10k": 2, "apply_one": 1.2}
IMPORT_SECONDS = 0.3
STARTS = 5
"""How often `import pycrdt` is measured, each time in a new Pyodide."""

IMPORT = """
import time
start = time.perf_counter()
import pycrdt
time.perf_counter() - start
"""

SET_UP = """
import sys
from base64 import b64decode
from pathlib import Path
from js import updates, update

Path("/bench").mkdir()
Path("/bench/edits.py").write_text(source)
sys.path.insert(0, "/bench")
import edits
given = {"update": update.to_bytes(), "updates": [each.to_bytes() for each in updates]}
"""

SET_UP_YJS = """
self.Y = await import('/bundle/yjs.mjs')
self.plain = (0, eval)(source)(Y)
const bytes = text => Uint8Array.from(atob(text), c => c.charCodeAt(0))
self.update = bytes(update)
self.updates = updates.map(bytes)
self.given = { ...traces, update: self.update, updates: self.updates }
"""

MEMORY = """
import asyncio, gc
import js, pycrdt

refs = js.Array.new()

def open_and_drop(count):
    for i in range(count):
        doc = pycrdt.Doc()
        doc["text"] = text = pycrdt.Text("Hello")
        doc["array"] = array = pycrdt.Array([1, pycrdt.Map({"a": 1})])
        # Callbacks in cycles with what they observe.
        text.observe(lambda event: text)
        array.observe_deep(lambda events: (array, doc))
        doc.observe(lambda event: doc)
        undo = pycrdt.UndoManager(scopes=[text], timestamp=lambda: id(text))
        text += "!"
        undo.undo()
        refs.push(js.WeakRef.new(doc._doc._js))

async def look():
    gc.collect()
    await asyncio.sleep(0.1)
    js.gc()
    await asyncio.sleep(0.1)
    alive = js.eval("refs => refs.filter(ref => ref.deref() !== undefined).length")(refs)
    return [len(gc.get_objects()), alive, js.pyodide._module.HEAP8.length]

open_and_drop(500)
before = await look()
open_and_drop(10_000)
after = await look()
[*before, *after]
"""


def text(data):
    return base64.b64encode(data).decode()


def measure(python, long):
    """Seconds of each round: {name: [(native, bridge, yjs), …]}."""
    updates, update = edits.updates_of(edits.trace(100_000 if long else 10_000))
    traces = {"trace_10k": edits.trace(10_000), "trace_100k": edits.trace(100_000) if long else []}
    values = {
        "source": (HERE / "edits.js").read_text("utf-8"),
        "update": text(update),
        "updates": [text(each) for each in updates],
        "traces": traces,
    }
    given = "".join(f"const {name} = {json.dumps(value)};" for name, value in values.items())
    python.run_js(given + SET_UP_YJS)
    python.run(SET_UP, source=(HERE / "edits.py").read_text("utf-8"))
    native = {"update": update, "updates": updates}
    found = {}
    for name, rounds in ROUNDS.items():
        if name in LONG and not long:
            continue

        def once(name=name):
            return (
                python.run(f"edits.seconds({name!r}, given)", timeout=300),
                python.run_js(f"return plain({name!r}, given)", timeout=300),
            )

        once()  # for the compilers of JavaScript to warm up
        # Native needs no repetition where it takes long.
        slow = edits.seconds(name, native) if name == "trace_100k" else None
        found[name] = [
            (slow if slow is not None else edits.seconds(name, native), *once())
            for _ in range(rounds)
        ]
    return found


def main() -> None:
    long = "--short" not in sys.argv
    only = [name for name in sys.argv[1:] if name in ROUNDS]
    for name in list(ROUNDS):
        if only and name not in only:
            del ROUNDS[name]
    bundle_yjs()
    imports = []
    with chromium() as browser:
        for _ in range(1 if only else STARTS):
            with pyodide(browser) as python:
                imports.append(python.run(IMPORT))
        with pyodide(browser) as python:
            rounds = measure(python, long)
            memory = python.run(MEMORY, timeout=300) if long and not only else None

    missed = []
    summary = {}
    print(f"{'':14}{'native':>12}{'bridge':>12}{'Yjs':>12}{'bridge/Yjs':>12}{'goal':>6}")
    for name, times in rounds.items():
        native, bridge, yjs = (median(side) for side in zip(*times, strict=True))
        ratio = median(ours / theirs for _, ours, theirs in times)
        summary[name] = {"native": native, "bridge": bridge, "yjs": yjs, "ratio": ratio}
        per = edits.COUNT if name in ("insert", "wide_insert", "map_set") else 1
        row = [f"{1e6 * side / per:,.1f}" for side in (native, bridge, yjs)]
        print(f"{name:14}" + "".join(f"{cell:>12}" for cell in row), end="")
        print(f"{ratio:>12.2f}{GOALS.get(name, ''):>6}")
        if ratio > GOALS.get(name, ratio):
            missed.append(f"{name}: {ratio:.2f} times Yjs")
    print("(µs)")
    took = median(imports)
    print(f"import pycrdt: {took:.2f} s (of {', '.join(f'{each:.2f}' for each in imports)})")
    if took > IMPORT_SECONDS:
        missed.append(f"import: {took:.2f} s")
    if memory:
        objects, alive, heap = (
            after - before for before, after in zip(memory[:3], memory[3:], strict=True)
        )
        print(
            f"10,000 documents: {objects:+,} Python objects, {alive:+,} documents of Yjs, ", end=""
        )
        print(f"{heap / 2**20:+.1f} MiB of WebAssembly")
        if objects > 1000 or alive > 0:
            missed.append("memory grows")
    if "trace_100k" in summary:
        side = summary["trace_100k"]
        if side["bridge"] > side["native"]:
            missed.append("trace_100k: slower than native")
    result = {
        "seconds": summary,
        "import_seconds": took,
        "import_all": imports,
        "memory": memory,
        "missed": missed,
    }
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(result, indent=2) + "\n", "utf-8")
    sys.exit("missed: " + "; ".join(missed) if missed else 0)


if __name__ == "__main__":
    main()
