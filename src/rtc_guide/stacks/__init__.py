"""Real software at pinned versions: its environments, its servers, their users.

A stack's environment is its own: nothing in here imports JupyterLab, everything is a
subprocess. `server_config.py` is read by the server, in the stack's own environment.
"""
