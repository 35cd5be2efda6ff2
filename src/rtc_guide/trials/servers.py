"""The trial of what a server made for a project keeps apart from its owner's other server."""

from rtc_guide.evidence.verdict import Case
from rtc_guide.pages.ways import HUB
from rtc_guide.trials.accounts import OWNER, PROJECT_SERVER
from rtc_guide.trials.kernels import OpenKernel
from rtc_guide.trials.registry import tries
from rtc_guide.trials.visits import Visit
from rtc_guide.trials.ways import OnHub

_HOMEWORK = "homework.txt"

# Both run in a kernel of the project's server. A token is used there and told to nobody.
_OPEN_FILE = f"""
import pathlib
path = pathlib.Path.home() / {_HOMEWORK!r}
path.write_text("changed from the project")
"""
_ASK_WITH_TOKEN = """
import os, urllib.error, urllib.request
headers = {{"Authorization": "token " + os.environ["JUPYTERHUB_API_TOKEN"]}}
try:
    with urllib.request.urlopen(urllib.request.Request({url!r}, headers=headers)) as answer:
        print(answer.status)
except urllib.error.HTTPError as error:
    print(error.code)
"""


@tries("named-server-reach", HUB)
async def reach_from_project(sharing: OnHub) -> list[Case]:
    """Let a visitor who may enter the owner's project server go for what isn't the project's."""
    homework = sharing.put_file(_HOMEWORK, "the owner's homework")
    contents = f"{sharing.server}api/contents/{_HOMEWORK}"
    await sharing.driver.start(OWNER, PROJECT_SERVER)
    server = f"{sharing.server}{PROJECT_SERVER}/"
    visit = Visit(sharing.visitor, server, await sharing.visitor.open(f"{server}lab"))
    async with visit.kernel() as kernel:
        own = await visit.person.open(f"{sharing.server}lab")
        # What is refused below is neither down nor misspelt, and the token opens its own server.
        await sharing.enter_as_owner()
        here = await _asked_with_token(kernel, f"{server}api/contents/{_HOMEWORK}")
        assert here == "200", f"the token must open its own server, or nothing is proven: {here}"
        assert own.is_lab or own.is_no, f"neither let in nor refused proves nothing: {own}"
        token = await _asked_with_token(kernel, contents)
        await kernel.run(_OPEN_FILE)
    changed = "changed from the project" in homework.read_text(encoding="utf-8")
    return [
        Case(
            "the other server, by whoever may enter this one",
            own.is_lab,
            f"The visitor opened the owner’s other server and saw {own}.",
        ),
        Case(
            "the other server, with the token that this one has",
            token == "200",
            f"The project’s kernel asked the other server for a file: status {token}.",
        ),
        Case(
            "the files, through a kernel",
            changed,
            "Code in the project’s kernel "
            f"{'changed' if changed else 'did not change'} a file in the owner’s home directory.",
        ),
    ]


async def _asked_with_token(kernel: OpenKernel, url: str) -> str:
    """Ask for something in a kernel, with the token in its environment; return the status."""
    ran = await kernel.run(_ASK_WITH_TOKEN.format(url=url))
    if ran.error or not ran.output.isdecimal():
        raise RuntimeError(f"the kernel could not ask: {ran.error}")
    return ran.output
