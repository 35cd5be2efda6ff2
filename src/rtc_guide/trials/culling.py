"""The idle culler at work on one account's servers, and on nobody else's."""

import asyncio
import os
import subprocess
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from rtc_guide import stacks
from rtc_guide.stacks.jupyterhub import Hub
from rtc_guide.stacks.processes import environment_without_jupyter, stop
from rtc_guide.trials.driving import Driver

_KEEPER = Path(stacks.__file__).with_name("keeper.py")

# What the culler's manual asks for, of one account:
# https://github.com/jupyterhub/jupyterhub-idle-culler#permissions
_SCOPES = ("list:users", "read:users:activity", "read:servers", "delete:servers")


@asynccontextmanager
async def culling(
    hub: Hub, driver: Driver, account: str, timeout: int, max_age: int = 0
) -> AsyncIterator[None]:
    """Run jupyterhub-idle-culler, which looks each second; both times are in seconds.

    It has a token with which it can stop this account's servers only. What it is given is of the
    hub's environment, and it ends with the hub at the latest.
    """
    tokens = f"users/{account}/tokens"
    wanted = {"note": "idle culler", "scopes": [f"{scope}!user={account}" for scope in _SCOPES]}
    token = await driver.ask("POST", tokens, wanted)
    # The keeper removes it.
    folder = tempfile.mkdtemp(prefix="rtc-guide-culler-")
    process = subprocess.Popen(
        [
            *(hub.python, "-I", _KEEPER, folder),
            *(hub.python, "-m", "jupyterhub_idle_culler", f"--url={hub.url}/hub/api"),
            *("--cull-every=1", f"--timeout={timeout}", f"--max-age={max_age}"),
        ],
        cwd=folder,
        env=environment_without_jupyter() | {"JUPYTERHUB_API_TOKEN": token["token"]},
        # It ends when this pipe does, however we end.
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=os.name != "nt",
    )
    try:
        yield
    finally:
        await asyncio.to_thread(stop, process)
        await driver.ask("DELETE", f"{tokens}/{token['id']}")
