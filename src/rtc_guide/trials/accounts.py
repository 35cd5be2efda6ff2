"""The hub's accounts and groups that trials act with; read by the hub's configuration as well.

It imports nothing, since the stack's environment, where the hub runs, has nothing of ours.
"""

OWNER = "owner"
"""Who shares; their own server holds their homework of another course."""
VISITOR = "visitor"
OTHER = "other"
STRANGER = "stranger"
"""Has an account on the hub, and nobody gave them access to anything."""

SHARER = "sharer"
"""Who shares by JupyterHub's shares, and may do so."""
SEARCH_SCOPES = {
    SHARER: [],
    # https://jupyterhub.readthedocs.io/en/stable/tutorial/sharing.html
    "sharer-as-tutorial": ["access:servers!server", "shares!server"],
    # What the dialog's authors say that it needs to search for users:
    # https://github.com/jupyterlab/jupyter-collaboration/pull/438
    "sharer-as-dialog": ["shares!user", "read:users:name", "list:users"],
    "sharer-limited": ["shares!server", "read:users:name", "list:users"],
}
"""What pages of each sharer's server may ask of the hub (`oauth_client_allowed_scopes`)."""
LINK_OWNER = "link-owner"
"""Who sends the sharing dialog's link as it is by default."""
TOKEN_OWNER = "token-owner"
"""Whose server lets tokens in addresses in."""

RECOMMENDED_GROUP = "project-1"
"""A group of the recommended set-up, in its groups.json."""
RECOMMENDED_ACCOUNT = f"{RECOMMENDED_GROUP}-collab"
GROUP = "team"
GROUP_ACCOUNT = f"{GROUP}-collab"
"""The account that stands for the group, named as in JupyterHub's tutorial."""

IDLER = "idler"
"""Whose servers are left alone and stopped by the idle culler; nobody else's are."""
SHOWN = "shown"
"""Whose server has the authorizer of JupyterHub's read-only example; the visitor may look."""
PROJECT_SERVER = "project"
"""The owner's second server, made for a project; the visitor may enter it, and not the first."""

ACCOUNTS = (
    OWNER,
    VISITOR,
    OTHER,
    STRANGER,
    *SEARCH_SCOPES,
    TOKEN_OWNER,
    LINK_OWNER,
    RECOMMENDED_ACCOUNT,
    GROUP_ACCOUNT,
    IDLER,
    SHOWN,
)

CACHE_SECONDS = 2
"""For how long servers believe the hub's answer (300 by default), except the recommended one."""
