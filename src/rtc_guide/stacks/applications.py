"""What the users of a stack open: how its server is started, and where a file is on it."""

from dataclasses import dataclass

from rtc_guide.software import product_of, version_of
from rtc_guide.stacks.environment import Stack


@dataclass(frozen=True)
class Application:
    """A Jupyter application: the Python module that starts it, and the paths of its pages.

    `flags` are what its users add to have real-time collaboration. `file` and `folder` are what
    the path of a notebook, or of a folder, is put behind.
    """

    module: str
    flags: tuple[str, ...] = ()
    file: str = "lab/tree/"
    folder: str = "lab/tree/"


# Before JupyterLab 4 real-time collaboration was built in, behind this flag.
# https://jupyterlab.readthedocs.io/en/3.6.x/user/rtc.html
_COLLABORATIVE = ("--collaborative",)


def application_of(stack: Stack) -> Application:
    """Return the application of a stack, by its name; JupyterLab for a name of somebody's own."""
    version = int(version_of(stack.name).partition(".")[0]) if product_of(stack.name) else 4
    match product_of(stack.name):
        case "notebook" if version >= 7:
            return Application("notebook", file="notebooks/", folder="tree/")
        case "notebook":
            # The classic notebook as hubs offered it then: beside a JupyterLab that collaborates.
            return Application("jupyterlab", _COLLABORATIVE, file="notebooks/", folder="tree/")
        case "retrolab":
            return Application(
                "retrolab", _COLLABORATIVE, file="retro/notebooks/", folder="retro/tree/"
            )
        case _:
            return Application("jupyterlab", _COLLABORATIVE if version < 4 else ())
