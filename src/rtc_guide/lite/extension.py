"""Wiring: what `rtc_guide.lite` adds to a Sphinx build."""

from functools import partial
from pathlib import Path
from subprocess import CalledProcessError

from jupyterlite_sphinx.jupyterlite_sphinx import (  # type: ignore[import-untyped]
    jupyterlite_build,
)
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.errors import ExtensionError
from sphinx.util.typing import ExtensionMetadata

from rtc_guide import licences
from rtc_guide.lite import assembly, panes, settings
from rtc_guide.lite import site as lite
from rtc_guide.lite.assembly import Runtime

HANDED_ON = (
    *("jupyterlite-core", "jupyterlite-pyodide-kernel"),
    *("jupyterlab-widgets", "anywidget"),  # whose extensions `settings.EXTENSIONS` names
)
"""What JupyterLite consists of in the site, beside the browser's Python."""


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
    try:
        extensions = [assembly.labextension(name) for name in settings.EXTENSIONS]
        files = {
            "jupyter-lite.json": settings.pages(lite.RUNTIME, runtime),
            "jupyter_lite_config.json": settings.build([str(path) for path in extensions]),
            "overrides.json": settings.OVERRIDES,
        }
        target = Path(app.outdir, panes.LITE)
        lite.make_site(
            target,
            runtime.folder,
            files,
            [*_notebooks(app), *extensions],
            partial(_build, app),
        )
        (target / licences.FILE).write_text(licences.licences_of(HANDED_ON), "utf-8")
    except (*assembly.FAILURES, lite.LiteFailed, licences.LicenceMissing) as failed:
        raise ExtensionError(str(failed), modname=__name__) from failed


def _notebooks(app: Sphinx) -> list[Path]:
    """List what jupyterlite-sphinx gives JupyterLite's readers, in an order."""
    patterns = app.config.jupyterlite_contents or []
    patterns = [patterns] if isinstance(patterns, str) else patterns
    return sorted(path for pattern in patterns for path in Path(app.srcdir).glob(pattern))


def _build(app: Sphinx, work: Path) -> None:
    """Have jupyterlite-sphinx build by the settings in the folder `work`. Raises `LiteFailed`."""
    config = app.config
    config.jupyterlite_dir = str(work)
    config.jupyterlite_config = str(work / "jupyter_lite_config.json")
    # What it says is this build's log, which is shown where it fails.
    config.jupyterlite_silence = False
    try:
        jupyterlite_build(app, None)
    except CalledProcessError as failed:
        raise lite.LiteFailed(
            f"JupyterLite can't be built (status {failed.returncode})"
        ) from failed


def _build_when_new(app: Sphinx) -> None:
    """Keep jupyterlite-sphinx from building at each build of the book."""
    listeners = app.events.listeners["build-finished"]
    (its,) = (each.id for each in listeners if each.handler is jupyterlite_build)
    app.disconnect(its)


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
    _build_when_new(app)
    app.connect("config-inited", _drop_page_assets)
    app.setup_extension("rtc_guide.lite.panes")
    app.setup_extension("rtc_guide.lite.conformance")
    app.connect("builder-inited", _prepare)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
