"""The trials' hub: who is on it, what they may do, and how each way's server differs.

Read by JupyterHub in the stack's own environment. A copy of the recommended set-up's files lies
beside the copy of this one that the hub reads.
"""

import runpy
from pathlib import Path
from types import SimpleNamespace
from typing import Any

_HERE = Path(__file__).parent
accounts = SimpleNamespace(**runpy.run_path(str(_HERE / "accounts.py")))

c = get_config()  # type: ignore[name-defined]  # noqa: F821
load_subconfig(str(_HERE / "recommended" / "jupyterhub_config.py"))  # type: ignore[name-defined]  # noqa: F821

c.Authenticator.allowed_users = set(accounts.ACCOUNTS)
c.JupyterHub.load_groups.update({accounts.GROUP: {"users": []}})

c.JupyterHub.load_roles.extend(
    [
        # As in JupyterHub's tutorial “Configuring user-collaborative servers”:
        # https://jupyterhub.readthedocs.io/en/stable/tutorial/collaboration-users.html
        {
            "name": f"collab-access-{accounts.GROUP}",
            "scopes": [
                f"access:servers!user={accounts.GROUP_ACCOUNT}",
                f"admin:servers!user={accounts.GROUP_ACCOUNT}",
                "admin-ui",
                f"list:users!user={accounts.GROUP_ACCOUNT}",
            ],
            "groups": [accounts.GROUP],
        },
        # As in JupyterHub's tutorial on sharing, here for one user only:
        # https://jupyterhub.readthedocs.io/en/stable/tutorial/sharing.html
        {
            "name": "may-share",
            "scopes": ["shares!user", "read:users:name", "read:groups:name"],
            "users": [accounts.SHARER],
        },
    ]
)

_recommended = c.Spawner.pre_spawn_hook


def prepare_server(spawner: Any) -> None:
    """Give each account's server the settings of its way of sharing."""
    name = spawner.user.name
    if name == accounts.RECOMMENDED_ACCOUNT:
        _recommended(spawner)
        return
    # Set anew, since a spawner that starts again keeps what it had.
    spawner.args = [f"--HubOAuth.cache_max_age={accounts.CACHE_SECONDS}"]
    if name == accounts.TOKEN_OWNER:
        spawner.environment = {"JUPYTERHUB_ALLOW_TOKEN_IN_URL": "1"}


c.Spawner.pre_spawn_hook = prepare_server
