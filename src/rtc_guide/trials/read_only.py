"""The configuration of a server on which some may only look, by a role of the hub's.

It does what JupyterHub's example does, for which each action is a scope of the hub's:
https://github.com/jupyterhub/jupyterhub/tree/main/examples/read-only
Read by Jupyter Server in the stack's own environment.
"""

import os
from typing import Any

from jupyterhub.singleuser.extension import (  # type: ignore[import-not-found]
    JupyterHubAuthorizer,
)


class ScopePerAction(JupyterHubAuthorizer):  # type: ignore[misc]
    """Lets a visitor do what they have the scope for: read, write or execute."""

    def is_authorized(self, handler: Any, user: Any, action: str, resource: str) -> bool:
        """Return whether the visitor has the scope of this action on this server."""
        account = os.environ["JUPYTERHUB_USER"]
        server = os.environ.get("JUPYTERHUB_SERVER_NAME", "")
        scopes = {
            f"custom:jupyter_server:{action}:{what}!{where}"
            for what in (resource, "*")
            for where in (f"user={account}", f"server={account}/{server}")
        }
        return bool(self.hub_auth.check_scopes(scopes, user.hub_user))


c = get_config()  # type: ignore[name-defined]  # noqa: F821
c.ServerApp.authorizer_class = ScopePerAction
