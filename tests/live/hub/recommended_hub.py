"""A hub with the recommended set-up; read by JupyterHub. The set-up is copied beside this file."""

from pathlib import Path

c = get_config()  # noqa: F821
c.Authenticator.allowed_users = {"ana", "ben", "eva"}
c.JupyterHub.load_groups = {
    "project-1": {"users": ["ana", "ben"]},
    "project-1-readers": {"users": ["eva"]},
}
load_subconfig(str(Path(__file__).parent / "recommended" / "jupyterhub_config.py"))  # noqa: F821
# So that tests needn't wait for a minute.
c.Spawner.args = ["--RTCMembers.recheck_seconds=1", "--RTCMembers.unreachable_seconds=3"]
