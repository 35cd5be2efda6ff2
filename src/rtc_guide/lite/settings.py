"""What JupyterLite is told: for its build, and for the pages it becomes."""

from typing import Any

from rtc_guide.lite.assembly import Runtime

KERNEL = "@jupyterlite/pyodide-kernel-extension:kernel"

EXTENSIONS = (
    "@jupyterlite/pyodide-kernel-extension",
    "@jupyter-widgets/jupyterlab-manager",
    "anywidget",
)
"""The JupyterLab extensions that the demo's notebooks use."""

OVERRIDES = {
    # Half a page is narrow: no logo and no name above the notebook's own menu.
    "@jupyter-notebook/application-extension:top": {"visible": "no"},
}
"""JupyterLab's own settings, where they differ from the defaults."""

PRELOADED = (
    # What the kernel would install by itself, one after another, were it not listed here …
    *("micropip", "piplite", "ipykernel", "comm", "pyodide-kernel", "jedi", "ipython"),
    # … and what every notebook of the demo imports.
    *("pycrdt", "rtc-guide"),
)
"""The packages that load together with Python."""

DISABLED_EXTENSIONS = (
    # It installs a service worker for `input()` and for files, which no notebook here uses.
    "@jupyterlite/application-extension:service-worker-manager",
    # It would ask "Leave site?" of every reader who goes on to the next page: a notebook that has
    # run counts as changed, and saving it into memory would keep nothing.
    "@jupyter-notebook/application-extension:dirty",
)


def pages(folder: str, runtime: Runtime) -> dict[str, Any]:
    """Return `jupyter-lite.json`; `folder` is the runtime's, seen from JupyterLite's."""
    return {
        "jupyter-lite-schema-version": 0,
        "jupyter-config-data": {
            "appName": "Try real-time collaboration",
            # The book's page starts the notebooks through it.
            "exposeAppInBrowser": True,
            "disabledExtensions": list(DISABLED_EXTENSIONS),
            # With a database of the browser two notebooks that start together lose a race for it,
            # and a reader who comes back would see an old copy.
            "enableMemoryStorage": True,
            "contentsStorageDrivers": ["memoryStorageDriver"],
            "settingsStorageDrivers": ["memoryStorageDriver"],
            "workspacesStorageDrivers": ["memoryStorageDriver"],
            "litePluginSettings": {
                KERNEL: {
                    "disablePyPIFallback": True,
                    "pyodideUrl": f"./{folder}/{runtime.pyodide}",
                    "loadPyodideOptions": {
                        "lockFileURL": f"./{folder}/{runtime.lock}",
                        "stdLibURL": f"./{folder}/{runtime.standard_library}",
                        "packages": list(PRELOADED),
                    },
                }
            },
        },
    }


def build(extensions: list[str]) -> dict[str, Any]:
    """Return `jupyter_lite_config.json`; `extensions` are folders of JupyterLab extensions."""
    return {
        "LiteBuildConfig": {
            "no_sourcemaps": True,
            "no_unused_shared_packages": True,
            "no_libarchive": True,
            # Only these extensions, whatever else the environment holds.
            "ignore_sys_prefix": ["federated_extensions"],
            "federated_extensions": extensions,
        }
    }
