"""Wiring: what `rtc_guide.lite` adds to a Sphinx build."""

from functools import partial
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util.typing import ExtensionMetadata

from rtc_guide.lite import assembly, panes, settings
from rtc_guide.lite import site as lite
from rtc_guide.lite.assembly import Runtime


def _prepare(app: Sphinx) -> None:
    """Get the browser's Python, before pages are read: without it there is no site."""
    if app.builder.format != "html":
        return
    try:
        runtime = assembly.assemble()
    except assembly.FAILURES as error:
        raise ExtensionError(str(error), modname=__name__) from error
    app.connect("build-finished", partial(_add_lite, runtime))


def _add_lite(runtime: Runtime, app: Sphinx, error: Exception | None) -> None:
    """Put JupyterLite into the site, with the notebooks and the browser's Python."""
    if error is not None:
        return
    notebooks = [
        path for pattern in app.config.lite_notebooks for path in Path(app.srcdir).glob(pattern)
    ]
    target = Path(app.outdir, panes.LITE)
    try:
        extensions = [assembly.labextension(name) for name in settings.EXTENSIONS]
        files = {
            "jupyter-lite.json": settings.pages(lite.RUNTIME, runtime),
            "jupyter_lite_config.json": settings.build([str(path) for path in extensions]),
            "overrides.json": settings.OVERRIDES,
        }
        lite.make_site(target, runtime.folder, files, notebooks, extensions)
    except (*assembly.FAILURES, lite.LiteFailed) as failed:
        raise ExtensionError(str(failed), modname=__name__) from failed


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the extension, with `lite_notebooks`: patterns of what the demo's readers find."""
    app.add_config_value("lite_notebooks", [], "html", types=[list])
    app.setup_extension("rtc_guide.lite.panes")
    app.setup_extension("rtc_guide.lite.conformance")
    app.connect("builder-inited", _prepare)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
