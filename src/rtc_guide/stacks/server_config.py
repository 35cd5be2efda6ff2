"""The configuration of a stack's server; read by Jupyter in the stack's own environment."""

import json
import os
import signal
import threading
from typing import Any
from urllib.parse import unquote

c = get_config()  # type: ignore[name-defined]  # noqa: F821

try:
    from jupyter_server.auth import PasswordIdentityProvider, User
except ImportError:
    # Before Jupyter Server 2 the server knew nobody; pages gave themselves names.
    pass
else:

    class NamedByCookie(PasswordIdentityProvider):
        """Gives whoever logs in the name and colour of their cookie, so that runs agree.

        Logging in works as ever. Somebody without such a cookie is anonymous, as by default.
        """

        def generate_anonymous_user(self, handler: Any) -> Any:
            """Return the person of the cookie, else one of Jupyter's anonymous moons."""
            cookie = handler.get_cookie(os.environ["RTC_GUIDE_PERSON_COOKIE"])
            if not cookie:
                return super().generate_anonymous_user(handler)
            person = json.loads(unquote(cookie))
            return User(
                username=person["name"],
                name=person["name"],
                display_name=person["name"],
                initials="".join(part[0] for part in person["name"].split()),
                color=person["color"],
            )

    c.ServerApp.identity_provider_class = NamedByCookie


def end_with_parent() -> None:
    """Stop the server once whoever started it is gone, even if they were killed."""
    # Not by `sys.stdin`: Python aborts if a thread is reading there when it ends.
    while os.read(0, 1024):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


threading.Thread(target=end_with_parent, daemon=True).start()

c.ServerApp.ip = "127.0.0.1"
c.ServerApp.port_retries = 0
c.ServerApp.open_browser = False
c.ServerApp.allow_root = True
c.ServerApp.local_hostnames = ["localhost", os.environ["RTC_GUIDE_HOST"]]
c.LabApp.check_for_updates_class = "jupyterlab.NeverCheckForUpdate"
# The check reads the document model through the application's own object.
for application in (c.LabApp, c.JupyterNotebookApp, c.RetroApp):
    application.expose_app_in_browser = True
