"""What the users of a stack open: how its server is started, and where a file is on it."""

from dataclasses import dataclass

from rtc_guide.software import product_of, version_of
from rtc_guide.stacks.environment import Stack


@dataclass(frozen=True)
class Application:
    """A Jupyter application: the Python module that starts it, and the paths of its pages.

    `flags` are what its users add to have real-time collaboration. `file` and `folder` are what the
    path of a notebook, or of a folder, is put behind; `drive` is what the path of a shared notebook
    begins with. `sessions` and `rooms` are the addresses by which a page begins to collaborate on a
    file: the first tells the room, the second is its websocket's. `package` is the one whose
    version its “About” tells. `own_pages` tells that a file opens in a browser tab of its own,
    `asks_for_kernel` that whoever opens a notebook may be asked for its kernel, though the notebook
    names it.
    """

    module: str
    flags: tuple[str, ...] = ()
    file: str = "lab/tree/"
    folder: str = "lab/tree/"
    drive: str = ""
    sessions: str = "api/collaboration/session/"
    rooms: str = "api/collaboration/room"
    package: str = "jupyterlab"
    own_pages: bool = False
    asks_for_kernel: bool = False


# Before JupyterLab 4 real-time collaboration was built in, behind this flag.
# https://jupyterlab.readthedocs.io/en/3.6.x/user/rtc.html
_COLLABORATIVE = ("--collaborative",)

# Until its version 3, jupyter-collaboration shared what was opened from a drive of its own, as
# the file browser did, and nothing that was opened by its plain path.
_DRIVE = "RTC%3A"
_FIRST_LAB_WITHOUT_DRIVE = (4, 4)
_FIRST_NOTEBOOK_WITHOUT_DRIVE = (7, 3)


def application_of(stack: Stack) -> Application:
    """Return the application of a stack, by its name; JupyterLab for a name of somebody's own."""
    product = product_of(stack.name)
    version = tuple(int(part) for part in version_of(stack.name).split(".")) if product else (4, 4)
    match product:
        case "notebook" if version >= (7,):
            return Application(
                "notebook",
                file="notebooks/",
                folder="tree/",
                drive=_DRIVE if version < _FIRST_NOTEBOOK_WITHOUT_DRIVE else "",
                package="notebook",
                own_pages=True,
            )
        case "notebook":
            # The classic notebook as hubs offered it then: beside a JupyterLab that collaborates.
            return Application(
                "jupyterlab",
                _COLLABORATIVE,
                file="notebooks/",
                folder="tree/",
                # The classic notebook's pages know no version but this one.
                package="jupyter-server",
            )
        case "retrolab":
            return Application(
                "retrolab",
                _COLLABORATIVE,
                file="retro/notebooks/",
                folder="retro/tree/",
                package="retrolab",
                own_pages=True,
                asks_for_kernel=True,
            )
        case _ if version < (4,):
            return Application(
                "jupyterlab",
                _COLLABORATIVE,
                sessions="api/yjs/session/",
                rooms="api/yjs",
                asks_for_kernel=True,
            )
        case _:
            return Application(
                "jupyterlab", drive=_DRIVE if version < _FIRST_LAB_WITHOUT_DRIVE else ""
            )
