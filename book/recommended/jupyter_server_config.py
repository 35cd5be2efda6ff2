"""The configuration of a group account's server.

The hub's configuration names this file when it starts such a server. It and rtc_members.py lie
side by side, where the account can read and not write them.
"""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parent))

c = get_config()  # type: ignore[name-defined]  # noqa: F821

# Asks the hub again and again who may be here, and closes what a removed member has open.
c.ServerApp.authorizer_class = "rtc_members.RTCMembers"
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
