"""The hub's side of sharing notebooks through group accounts.

Load it at the end of your own jupyterhub_config.py, so that nothing there overrides it:

    load_subconfig("/srv/jupyterhub/recommended/jupyterhub_config.py")

The groups are in groups.json beside this file. A group `project-1` gets

- a hub group `project-1`: its members edit and run code;
- a hub group `project-1-readers`: they open files, and change nothing;
- the account `project-1-collab`, whose server both visit.

Who is in a group is the hub's to know (Admin page, REST API, or your authenticator), so that
adding and removing take effect at once and need no restart.
"""

import json
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
# Where servers find their files; on Kubernetes or Docker, a folder of the image. The servers'
# users must be able to read them, and not to write them.
SERVER_FILES = HERE
GROUPS: list[str] = json.loads((HERE / "groups.json").read_text(encoding="utf-8"))
ACCOUNTS = {f"{group}-collab": group for group in GROUPS}
EDIT = "custom:rtc:edit"

c = get_config()  # type: ignore[name-defined]  # noqa: F821

# JupyterHub makes names lower-case, and the lines below would be about nobody; and the members of
# a group `x-readers` would be the readers of `x`.
for group in GROUPS:
    if group != group.lower() or group.removesuffix("-readers") in set(GROUPS) - {group}:
        raise ValueError(f"groups.json: write {group!r} in lower case and without “-readers”")

# --- Who may do what ------------------------------------------------------------------------

# What tells a member from a reader. Without it, whoever gets in may only read.
c.JupyterHub.custom_scopes.update(
    {EDIT: {"description": "Edit and run code on a group account's server"}}
)
for account, group in ACCOUNTS.items():
    on_account = f"!user={account}"
    c.JupyterHub.load_roles.extend(
        [
            {
                "name": f"{group}-members",
                "description": f"Enter, start and stop the server of {account}; edit there",
                # Not `admin:servers` or `shares`: nobody can let others in.
                "scopes": [
                    f"access:servers{on_account}",
                    f"servers{on_account}",
                    f"{EDIT}{on_account}",
                ],
                "groups": [group],
            },
            {
                "name": f"{group}-readers",
                "description": f"Read on the server of {account}",
                "scopes": [f"access:servers{on_account}"],
                "groups": [f"{group}-readers"],
            },
        ]
    )

# Creates the accounts; gives them nothing.
c.JupyterHub.load_roles.append(
    {
        "name": "group-accounts",
        "description": "Accounts that stand for a group",
        "scopes": [],
        "users": list(ACCOUNTS),
    }
)
# Nobody logs in as a group, whatever your authenticator would accept.
c.Authenticator.blocked_users.update(set(ACCOUNTS))

# --- What tokens can do -----------------------------------------------------------------------


def scopes_of_the_servers_own_token(spawner: Any) -> list[str]:
    """Return what a server may ask of the hub: on a group's, every member's code has this token.

    It can do no more than its account, which may nothing, so that this one only tells whose it is.
    An empty list is JupyterHub's default, which would let the token into the server.
    """
    return ["users:activity!user"] if spawner.user.name in ACCOUNTS else []


c.Spawner.server_token_scopes = scopes_of_the_servers_own_token
# A visitor's token, which the visited server sees, is good for that server only. (On servers
# that are no group's, nobody has this scope, so this line adds nothing there.)
c.Spawner.oauth_client_allowed_scopes = [f"{EDIT}!server"]

# --- The servers ------------------------------------------------------------------------------


def prepare_server(spawner: Any) -> None:
    """Harden a group's server, and switch real-time collaboration off on all others."""
    if spawner.user.name not in ACCOUNTS:
        # Its page's and its server's half, in one folder; one alone leaves the other on.
        spawner.environment = {
            **spawner.environment,
            "JUPYTER_CONFIG_PATH": str(SERVER_FILES / "rtc_off"),
        }
        return
    # Members share a home directory: none of them configures the server for the others.
    spawner.disable_user_config = True
    spawner.environment = {
        **spawner.environment,
        # ... nor by a module in ~/.local or the home directory that the server would import.
        "PYTHONNOUSERSITE": "1",
        "PYTHONSAFEPATH": "1",
        "PYTHONPATH": str(SERVER_FILES),
        # No tokens in addresses, which get forwarded, logged and remembered by browsers.
        "JUPYTERHUB_ALLOW_TOKEN_IN_URL": "0",
        # The server's token may not even report activity; the proxy tells the hub what goes on.
        "JUPYTERHUB_ACTIVITY_INTERVAL": "0",
    }
    spawner.args = [
        *spawner.args,
        f"--config={SERVER_FILES / 'jupyter_server_config.py'}",
        # Named here, so that a server that can't find the guard doesn't start at all.
        "--ServerApp.authorizer_class=rtc_members.RTCMembers",
    ]


# One hook a hub: if you have your own, call this one from it.
c.Spawner.pre_spawn_hook = prepare_server

# --- Stopping what nobody uses ----------------------------------------------------------------

c.JupyterHub.services.append(
    {
        "name": "group-culler",
        "command": [
            sys.executable,
            "-m",
            "jupyterhub_idle_culler",
            # An hour without anybody doing anything.
            "--timeout=3600",
            "--cull-every=300",
            # A tab left open counts as activity: end each server once a day all the same.
            "--max-age=86400",
        ],
    }
)
c.JupyterHub.load_roles.append(
    {
        "name": "group-culler",
        "description": "Stop the groups' servers when nobody uses them",
        # It sees the groups' accounts only, so that nobody's own server is stopped.
        "scopes": [
            f"{scope}!user={account}"
            for account in ACCOUNTS
            for scope in ("list:users", "read:users:activity", "read:servers", "delete:servers")
        ],
        "services": ["group-culler"],
    }
)
