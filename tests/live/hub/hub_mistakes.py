"""The recommended set-up with what an admin may get wrong; read by JupyterHub in its place.

Which mistakes the recommended server is started with is in the file that a variable names.
"""

import json
import os
from pathlib import Path

MISTAKES = {
    "the authorizer off": [
        "--ServerApp.authorizer_class=jupyter_server.auth.authorizer.AllowAllAuthorizer"
    ],
    "the cache long": ["--HubOAuth.cache_max_age=300"],
    "asked again too seldom": ["--RTCMembers.recheck_seconds=3600"],
}

c = get_config()  # noqa: F821
load_subconfig(str(Path(__file__).with_name("as_recommended.py")))  # noqa: F821
prepare = c.Spawner.pre_spawn_hook

# Whoever is in this group may do more than anybody should; who is, is for a test to say.
c.JupyterHub.load_groups.update({"widened": {"users": []}})
c.JupyterHub.load_roles.append(
    {"name": "widened", "scopes": ["access:servers"], "groups": ["widened"]}
)


def prepare_wrongly(spawner):
    """Prepare a server as the hub does, and then make the mistakes."""
    prepare(spawner)
    if spawner.user.name == "project-1-collab":
        made = json.loads(Path(os.environ["RTC_GUIDE_MISTAKES"]).read_text())
        flags = [flag for mistake in made for flag in MISTAKES[mistake]]
        wrong = {flag.partition("=")[0] for flag in flags}
        right = [flag for flag in spawner.args if flag.partition("=")[0] not in wrong]
        spawner.args = [*right, *flags]


c.Spawner.pre_spawn_hook = prepare_wrongly
