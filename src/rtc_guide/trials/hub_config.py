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
        # The same and what the dialog needs, as everybody on a hub has it who uses the dialog.
        {
            "name": "may-share-by-dialog",
            "scopes": ["shares!user", "read:users:name", "read:groups:name", "list:users"],
            "users": [*accounts.SEARCH_SCOPES, accounts.VISITOR],
        },
    ]
)

# --- Looking on, named servers, servers that are left alone ------------------------------------

_LOOK, _ALL = (f"custom:jupyter_server:{action}:*" for action in ("read", "execute"))
c.JupyterHub.custom_scopes.update(
    {
        _LOOK: {"description": "Look on"},
        "custom:jupyter_server:write:*": {"description": "Edit", "subscopes": [_LOOK]},
        _ALL: {
            "description": "Edit and run code",
            "subscopes": ["custom:jupyter_server:write:*", _LOOK],
        },
    }
)
_on_shown, _on_project = (
    f"!user={accounts.SHOWN}",
    f"!server={accounts.OWNER}/{accounts.PROJECT_SERVER}",
)
c.JupyterHub.load_roles.extend(
    [
        {
            "name": "looks-on",
            "scopes": [f"access:servers{_on_shown}", f"{_LOOK}{_on_shown}"],
            "users": [accounts.VISITOR],
        },
        {"name": "shows", "scopes": [f"{_ALL}{_on_shown}"], "users": [accounts.SHOWN]},
        {
            "name": "in-the-project",
            "scopes": [f"access:servers{_on_project}"],
            "users": [accounts.VISITOR],
        },
    ]
)
# For all servers, and of use on one only: nobody has these scopes on the others.
c.Spawner.oauth_client_allowed_scopes += [f"{_LOOK}!server", f"{_ALL}!server"]
# The driver ends what trials leave running, also where being an admin isn't enough for that.
c.JupyterHub.load_roles.append(
    {
        "name": "tidies-up",
        "scopes": [f"{_ALL}{_on_shown}", f"custom:rtc:edit!user={accounts.RECOMMENDED_ACCOUNT}"],
        "services": ["rtc-guide"],
    }
)
c.JupyterHub.allow_named_servers = True
# What the culler needs beyond what a user may do with their own servers.
c.JupyterHub.load_roles.append(
    {
        "name": "culls-own-servers",
        "scopes": [f"list:users!user={accounts.IDLER}"],
        "users": [accounts.IDLER],
    }
)
# Minutes become seconds: the hub asks the proxy every 5 minutes otherwise who was active.
c.JupyterHub.last_activity_interval = 1

_recommended = c.Spawner.pre_spawn_hook


def prepare_server(spawner: Any) -> None:
    """Give each account's server the settings of its way of sharing."""
    name = spawner.user.name
    if name == accounts.RECOMMENDED_ACCOUNT:
        _recommended(spawner)
        return
    # Set anew, since a spawner that starts again keeps what it had.
    spawner.args = [f"--HubOAuth.cache_max_age={accounts.CACHE_SECONDS}"]
    if name == accounts.IDLER:
        # As above: 5 minutes, and 30 s between two pings of an open kernel's websocket.
        spawner.environment = {"JUPYTERHUB_ACTIVITY_INTERVAL": "1"}
        spawner.args.append("--ServerApp.tornado_settings={'ws_ping_interval': 1000}")
    elif name == accounts.SHOWN:
        spawner.args.append(f"--config={_HERE / 'read_only.py'}")
    elif name == accounts.TOKEN_OWNER:
        spawner.environment = {"JUPYTERHUB_ALLOW_TOKEN_IN_URL": "1"}
    if name in accounts.SEARCH_SCOPES:
        _allow(spawner, accounts.SEARCH_SCOPES[name])


def _allow(spawner: Any, scopes: list[str]) -> None:
    """Do what `c.Spawner.oauth_client_allowed_scopes` does, for one account's server.

    The hub has read the setting by now, and its own way to give each server others, a function,
    lets no server start (JupyterHub 6.1).
    """
    spawner.oauth_client_allowed_scopes = scopes
    own = f"access:servers!server={spawner.user.name}/{spawner.name}"
    spawner.orm_spawner.oauth_client.allowed_scopes = sorted({*scopes, own})
    spawner.db.commit()


c.Spawner.pre_spawn_hook = prepare_server
