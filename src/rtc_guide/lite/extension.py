"""Wiring: what `rtc_guide.lite` adds to a Sphinx build."""

import json
import shutil
from functools import partial
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.errors import ExtensionError
from sphinx.util.typing import ExtensionMetadata

from rtc_guide.lite import assembly, panes, settings
from rtc_guide.lite.assembly import Runtime

RUNTIME = "runtime"
"""The folder of the browser's Python in JupyterLite's."""


def _prepare(app: Sphinx) -> None:
    """Write JupyterLite's settings, once there is the Python that they name."""
    if app.builder.format != "html":
        return
    try:
        runtime = assembly.assemble()
        extensions = [str(assembly.labextension(name)) for name in settings.EXTENSIONS]
    except assembly.FAILURES as error:
        raise ExtensionError(str(error), modname=__name__) from error
    folder = Path(app.outdir).with_name("lite")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name, content in (
        ("jupyter-lite.json", settings.pages(RUNTIME, runtime)),
        ("jupyter_lite_config.json", settings.build(extensions)),
        ("overrides.json", settings.OVERRIDES),
    ):
        (folder / name).write_text(json.dumps(content, indent=1), "utf-8")
    app.config.jupyterlite_dir = str(folder)
    app.config.jupyterlite_config = str(folder / "jupyter_lite_config.json")
    # After jupyterlite-sphinx, which builds at this event too.
    app.connect("build-finished", partial(_add_runtime, runtime), priority=900)


def _add_runtime(runtime: Runtime, app: Sphinx, error: Exception | None) -> None:
    """Copy the browser's Python beside the JupyterLite that was built."""
    if error is None:
        target = Path(app.outdir, panes.LITE, RUNTIME)
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(runtime.folder, target)


def _drop_page_assets(app: Sphinx, _: Config) -> None:
    """Forget what jupyterlite-sphinx has on every page for its own directives, used by none here.

    Among it is a font of another host.
    """
    registry = app.registry
    registry.css_files = [file for file in registry.css_files if not _is_dropped(file[0])]
    registry.js_files = [file for file in registry.js_files if not _is_dropped(file[0])]


def _is_dropped(file: str | None) -> bool:
    return (file or "").startswith(("jupyterlite_sphinx.", "https://fonts."))


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the extension."""
    app.setup_extension("jupyterlite_sphinx")
    app.setup_extension("rtc_guide.lite.panes")
    app.setup_extension("rtc_guide.lite.conformance")
    app.connect("config-inited", _drop_page_assets)
    app.connect("builder-inited", _prepare)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
