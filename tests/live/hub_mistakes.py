"""What an admin may get wrong on the trials' hub; read by JupyterHub, after all other files.

Which mistakes the recommended server is started with is in a file beside this one's copy.
"""

import json
from pathlib import Path

MISTAKES = {
    "the authorizer off": [
        "--ServerApp.authorizer_class=jupyter_server.auth.authorizer.AllowAllAuthorizer"
    ],
    "the cache long": ["--HubOAuth.cache_max_age=300"],
    "asked again too seldom": ["--RTCMembers.recheck_seconds=3600"],
}

c = get_config()  # noqa: F821
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
        made = json.loads(Path(__file__).with_name("made.json").read_text())
        spawner.args = [*spawner.args, *(flag for mistake in made for flag in MISTAKES[mistake])]


c.Spawner.pre_spawn_hook = prepare_wrongly
