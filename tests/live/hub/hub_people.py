"""Who may log in to the hub of the tests; read by JupyterHub."""

import sys
from pathlib import Path

c = get_config()  # noqa: F821
c.Authenticator.allowed_users = {"ada", "grace", "broken"}
# Assigned, not added to: the driver's service and role must survive that.
c.JupyterHub.services = []
c.JupyterHub.load_roles = [{"name": "admin", "users": ["grace"]}]


def break_some(spawner):
    """Let one user's server end at once, and let every user begin with a file."""
    Path(spawner.home_dir, "begun.txt").write_text("to be mine")
    if spawner.user.name == "broken":
        spawner.cmd = [sys.executable, "-c", "raise SystemExit('no server today, ?token=abc')"]


c.Spawner.pre_spawn_hook = break_some
