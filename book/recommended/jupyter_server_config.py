"""The configuration of a group account's server.

The hub's configuration names this file when it starts such a server. rtc_members.py lies beside.
"""

import os

# They kept this server from importing what lies in the members' folders. Their kernels and
# terminals may import that as usual.
for name in ("PYTHONNOUSERSITE", "PYTHONSAFEPATH", "PYTHONPATH"):
    os.environ.pop(name, None)

c = get_config()  # type: ignore[name-defined]  # noqa: F821

# How often the guard (rtc_members.py) asks the hub who may be here, and for how long open
# connections may go on while the hub doesn't answer. In seconds.
c.RTCMembers.recheck_seconds = 5
c.RTCMembers.unreachable_seconds = 60

# For how many seconds a "yes" of the hub is believed for pages and for reading; 0 would be for
# ever, the default is five minutes.
c.HubOAuth.cache_max_age = 1
# A token in an address is no way in.
c.HubOAuth.allow_token_in_url = False
# An address that forgot to say who may use it is for nobody, instead of for everybody.
c.ServerApp.allow_unauthenticated_access = False

# This is a server for collaborating.
c.ServerApp.jpserver_extensions = {"jupyter_server_ydoc": True}
