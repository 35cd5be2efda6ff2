"""`python bench [--short]`: pycrdt in the browser against plain Yjs there and native pycrdt.

All in one run, with the same edits. Writes `build/bench.json`; fails if a goal isn't reached.
"""

import json
import sys
from pathlib import Path

import edits

from pycrdt_yjs.testing.browser import bundle_yjs, pyodide
from pycrdt_yjs.wheel import ROOT

HERE = Path(__file__).parent
# How many times as long as plain Yjs each may take.
GOALS = {"insert": 3, "trace 10k": 2, "apply 100k": 1.2}
IMPORT_SECONDS = 0.3

IMPORT = """
import sys, time
start = time.perf_counter()
import anyio.abc, anyio.streams.memory
middle = time.perf_counter()
import pycrdt
[time.perf_counter() - start, time.perf_counter() - middle]
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


def main() -> None:
    short = "--short" in sys.argv
    bundle_yjs()
    native = edits.measure(long=not short)
    with pyodide() as python:
        first = python.run(IMPORT)
        python.run(
            "import sys\nfrom pathlib import Path\nPath('/edits.py').write_text(source)\n"
            "sys.path.insert(0, '/')\nimport edits",
            source=(HERE / "edits.py").read_text("utf-8"),
        )
        bridge = json.loads(
            python.run(f"_json.dumps(edits.measure(long={not short}))", timeout=300)
        )
        source = json.dumps((HERE / "edits.js").read_text("utf-8"))
        traces = [edits.trace(10_000), [] if short else edits.trace(100_000)]
        plain = python.run_js(
            f"self.Y = await import('/bundle/yjs.mjs');"
            f"return (0, eval)({source})(Y)(...{json.dumps(traces)})",
            timeout=300,
        )
        memory = None if short else python.run(MEMORY, timeout=300)

    ratios = {name: bridge[name] / plain[name] for name in plain}
    missed = [f"{n}: {ratios[n]:.2f} times Yjs" for n, g in GOALS.items() if ratios.get(n, 0) > g]
    print(f"{'':14}{'native':>12}{'bridge':>12}{'Yjs':>12}{'bridge/Yjs':>12}{'goal':>6}")
    for name in plain:
        row = [f"{1e6 * times[name]:,.1f}" for times in (native, bridge, plain)]
        print(f"{name:14}" + "".join(f"{cell:>12}" for cell in row), end="")
        print(f"{ratios[name]:>12.2f}{GOALS.get(name, ''):>6}")
    print("(µs)")
    print(f"import pycrdt: {first[0]:.2f} s, of which anyio {first[0] - first[1]:.2f}")
    if first[0] > IMPORT_SECONDS:
        missed.append(f"import: {first[0]:.2f} s")
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
        if bridge["trace 100k"] > native["trace 100k"]:
            missed.append("trace 100k: slower than native")
    result = {"native": native, "bridge": bridge, "yjs": plain, "import": first, "memory": memory}
    (ROOT / "build" / "bench.json").write_text(json.dumps({**result, "missed": missed}, indent=2))
    sys.exit("missed: " + "; ".join(missed) if missed else 0)


if __name__ == "__main__":
    main()
