"""Trials of what is left to somebody who was put out: new visits, what was open, a token.

In every trial a second person stays in, and must be seen to go on: what is closed for everybody
is no revocation.
"""

import time
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager

from rtc_guide.evidence.verdict import Case
from rtc_guide.pages.ways import RECOMMENDED
from rtc_guide.trials.kernels import OpenKernel
from rtc_guide.trials.notebooks import OpenNotebook, find_room, open_notebook
from rtc_guide.trials.registry import tries
from rtc_guide.trials.sockets import Denied, Refused, Socket
from rtc_guide.trials.terminals import OpenTerminal
from rtc_guide.trials.visits import Visit
from rtc_guide.trials.waiting import until
from rtc_guide.trials.ways import Sharing

# What a server needs beyond the time for which it believes, or doesn't ask, the hub.
_SECONDS_MORE = 5
# An edit that is saved at all is saved about a second later.
_SECONDS_TO_SAVE = 4
_SECONDS_TO_RUN = 10
# Somebody gets in at once as long as the server keeps what the hub said last, which may just have
# run out. Seen once, it is proven; not seen in so many attempts, it is refused.
_ATTEMPTS = 3

# What somebody tried: whether they succeeded, and what they saw.
_Seen = tuple[bool, str]
_Attempt = Callable[[Visit], Awaitable[_Seen]]


def _decided(said_no: bool, seen: str) -> None:
    """Break the trial off where somebody failed for another reason than that they may not."""
    if not said_no:
        raise RuntimeError(f"neither let in nor refused, which proves nothing: {seen}")


@tries("revoked-new-page", RECOMMENDED, "group-account", "share")
async def open_new_page(sharing: Sharing) -> list[Case]:
    """Open JupyterLab anew."""

    async def open_page(visit: Visit) -> _Seen:
        page = await visit.open_page()
        seen = f"They saw {page}."
        _decided(page.is_lab or page.is_no, seen)
        return page.is_lab, seen

    attempts: dict[str, _Attempt] = {"": open_page}
    await _try_before(sharing, attempts)
    return await _try_anew(sharing, attempts)


@tries("revoked-new-request", RECOMMENDED, "group-account", "share")
async def send_new_request(sharing: Sharing) -> list[Case]:
    """Read and change a file of the server."""
    file = sharing.put_file("shared.txt", "as it was")

    async def read(visit: Visit) -> _Seen:
        answer = await visit.read(file.name)
        seen = f"The server answered with {answer}."
        _decided(answer.ok or answer.is_no, seen)
        return answer.ok, seen

    async def change(visit: Visit) -> _Seen:
        text = f"changed at {time.monotonic()}"
        answer = await visit.write(file.name, text)
        changed = file.read_text(encoding="utf-8") == text
        on_disk = f"on disk the file was {'' if changed else 'un'}changed"
        seen = f"The server answered with {answer}; {on_disk}."
        _decided(answer.ok if changed else answer.is_no, seen)
        return changed, seen

    attempts: dict[str, _Attempt] = {"reading": read, "changing": change}
    await _try_before(sharing, attempts)
    return await _try_anew(sharing, attempts)


@tries("revoked-new-websocket", RECOMMENDED, "group-account", "share")
async def open_new_websocket(sharing: Sharing) -> list[Case]:
    """Join a notebook, a kernel and a terminal whose addresses are known from before."""
    others = await sharing.enter(sharing.other)
    visit = await sharing.enter(sharing.visitor)
    # Before, the visitor has their own, since the recommended server ends what they were in.
    async with visit.notebook(sharing.notebook), visit.kernel(), visit.terminal():
        pass
    async with others.kernel() as kernel, others.terminal() as terminal:
        # The session of the notebook, too: JupyterLab keeps it when it connects anew.
        room = await find_room(others, sharing.notebook)
        return await _try_anew(
            sharing,
            {
                "a notebook": lambda visit: _join(open_notebook(visit, sharing.notebook, room)),
                "a kernel": lambda visit: _join(visit.kernel(kernel.id)),
                "a terminal": lambda visit: _join(visit.terminal(terminal.name)),
            },
        )


async def _join(
    opening: AbstractAsyncContextManager[OpenNotebook | OpenKernel | OpenTerminal],
) -> _Seen:
    try:
        async with opening:
            return True, "The websocket opened."
    except Denied as denied:
        seen = f"The websocket was refused: {denied}."
        _decided(isinstance(denied, Refused) and denied.is_no, seen)
        return False, seen


async def _try_before(sharing: Sharing, attempts: dict[str, _Attempt]) -> None:
    """Let the visitor do it while they are let in: later they are refused, and not mistaken."""
    visit = await sharing.enter(sharing.visitor)
    for name, attempt in attempts.items():
        succeeded, seen = await attempt(visit)
        assert succeeded, f"the visitor must succeed while let in ({name}): {seen}"


async def _try_anew(sharing: Sharing, attempts: dict[str, _Attempt]) -> list[Case]:
    """Try each at once after the visitor was put out, and until it is refused."""
    others = await sharing.enter(sharing.other)
    for name, attempt in attempts.items():
        succeeded, seen = await attempt(others)
        assert succeeded, f"whoever is let in must succeed, or nothing is proven ({name}): {seen}"
    at_once: dict[str, _Seen] = {}
    for _ in range(_ATTEMPTS):
        await sharing.let_in(sharing.visitor)
        # A new log-in, about which the server has just asked the hub.
        visit = await sharing.enter(sharing.new_person(sharing.visitor.name))
        assert visit.page.is_lab, f"the visitor is let in, and saw {visit.page}"
        await sharing.put_out(sharing.visitor)
        out_since = time.monotonic()
        for name, attempt in attempts.items():
            if not at_once.get(name, (False, ""))[0]:
                at_once[name] = await attempt(visit)
        if all(succeeded for succeeded, _ in at_once.values()):
            break
    cases = []
    for name, attempt in attempts.items():
        cases += await _cases_of(sharing, visit, name, attempt, at_once[name], out_since)
    for name, attempt in attempts.items():
        succeeded, seen = await attempt(others)
        assert succeeded, f"the one who was not put out must go on ({name}): {seen}"
    return cases


async def _cases_of(
    sharing: Sharing,
    visit: Visit,
    name: str,
    attempt: _Attempt,
    at_once: _Seen,
    out_since: float,
) -> list[Case]:
    """Tell what was seen at once and, if that succeeded, try until it is refused."""
    before = f"{name}, " if name else ""
    stayed = "Somebody who was not put out succeeded."
    if not at_once[0]:
        proof = f"{sharing.means}; at once they were refused. {at_once[1]} {stayed}"
        return [Case(name or "at once and later", False, proof)]
    last = at_once

    async def is_refused() -> bool:
        nonlocal last
        last = await attempt(visit)
        return not last[0]

    await until(is_refused, sharing.cache_seconds + _SECONDS_MORE)
    passed = f"{time.monotonic() - out_since:.1f} s after that"
    return [
        Case(f"{before}at once", True, f"{sharing.means}. {at_once[1]}"),
        Case(f"{before}seconds later", last[0], f"{sharing.means}; {passed}: {last[1]} {stayed}"),
    ]


@tries("revoked-open-rtc", RECOMMENDED, "group-account", "share")
async def edit_open_notebook(sharing: Sharing) -> list[Case]:
    """Edit a notebook that was open before; look on disk."""
    visit = await sharing.enter(sharing.visitor)
    others = await sharing.enter(sharing.other)
    async with (
        visit.notebook(sharing.notebook) as notebook,
        others.notebook(sharing.notebook) as others_notebook,
    ):
        notebook.write("written before")
        before = await sharing.saved("written before")
        assert before is not None, "an edit must be saved before, or nothing is proven"
        put_out = await _put_out(sharing, visit, notebook.socket)
        text = "written by the one put out"
        try:
            notebook.write(text)
            seconds = await sharing.saved(text, _SECONDS_TO_SAVE)
            how = "not saved" if seconds is None else f"on disk {seconds:.1f} s later"
        except Denied as denied:
            how = f"not sent: {denied}"
        # Saved after the other's edit was sent: had it come to the server, it would be there.
        others_notebook.write("written by the other one")
        others_seconds = await sharing.saved("written by the other one")
    assert others_seconds is not None, "the edit of the one who was not put out must be saved"
    proof = (
        f"{put_out} An edit made then was {how}; one of the person who was not put out was on "
        f"disk {others_seconds:.1f} s later."
    )
    return [Case("an edit", text in sharing.on_disk.read_text(encoding="utf-8"), proof)]


@tries("revoked-open-kernel", RECOMMENDED, "group-account", "share")
async def run_in_open_kernel(sharing: Sharing) -> list[Case]:
    """Run code in a kernel that was open before."""
    visit = await sharing.enter(sharing.visitor)
    others = await sharing.enter(sharing.other)

    async def run(kernel: OpenKernel) -> bool:
        return (await kernel.run("print(6 * 7)", _SECONDS_TO_RUN)).output == "42"

    async with visit.kernel() as kernel, others.kernel() as others_kernel:
        assert await run(kernel), "the kernel must run code before, or nothing is proven"
        put_out = await _put_out(sharing, visit, kernel.socket)
        ran, how = await _attempt(run(kernel))
        goes_on, others_how = await _attempt(run(others_kernel))
    assert goes_on, f"the kernel of the one who was not put out must go on: {others_how}"
    proof = f"{put_out} Code sent then {how}; that of the person who was not put out {others_how}."
    return [Case("code", ran, proof)]


@tries("revoked-open-terminal", RECOMMENDED, "group-account", "share")
async def run_in_open_terminal(sharing: Sharing) -> list[Case]:
    """Run a command in a terminal that was open before."""
    visit = await sharing.enter(sharing.visitor)
    others = await sharing.enter(sharing.other)

    async def run(terminal: OpenTerminal) -> bool:
        return await terminal.run("echo $((6 * 7))", _SECONDS_TO_RUN) == "42"

    async with visit.terminal() as terminal, others.terminal() as others_terminal:
        assert await run(terminal), "the terminal must run commands before, or nothing is proven"
        put_out = await _put_out(sharing, visit, terminal.socket)
        ran, how = await _attempt(run(terminal))
        goes_on, others_how = await _attempt(run(others_terminal))
    assert goes_on, f"the terminal of the one who was not put out must go on: {others_how}"
    proof = (
        f"{put_out} A command sent then {how}; that of the person who was not put out {others_how}."
    )
    return [Case("a command", ran, proof)]


async def _put_out(sharing: Sharing, visit: Visit, socket: Socket) -> str:
    """Put the visitor out and wait until that has taken effect; tell what it did to a websocket.

    It has when new requests are refused and, where the server asks again about those who are
    there, when it has had the time to.
    """
    assert not socket.ended.is_set(), "the connection must be open before, or nothing is proven"
    await sharing.put_out(visit.person)
    begin = time.monotonic()

    async def is_refused() -> bool:
        return not (await visit.read(sharing.notebook)).ok

    bound = sharing.cache_seconds + _SECONDS_MORE
    refused = await until(is_refused, bound)
    when = f"after {refused:.1f} s" if refused is not None else f"not within {bound} s"
    if sharing.recheck_seconds:
        await until(socket.ended.is_set, sharing.recheck_seconds + _SECONDS_MORE)
    passed = time.monotonic() - begin
    told = f"{sharing.means}. New requests were refused {when}."
    if sharing.recheck_seconds:
        told += f" The server asks again every {sharing.recheck_seconds} s about those inside."
    if not socket.ended.is_set():
        return f"{told} The connection that was open before stayed open."
    code = f"with close code {socket.close_code}" if socket.close_code else "without a close code"
    return f"{told} The connection that was open before was closed after {passed:.1f} s {code}."


async def _attempt(running: Awaitable[bool]) -> _Seen:
    try:
        ran = await running
    except Denied as denied:
        return False, f"didn't run: {denied}"
    return ran, "ran" if ran else "gave a wrong result"


@tries("kernel-token-outlives", RECOMMENDED, "group-account", "share", "hub-token-link")
async def use_kernels_token(sharing: Sharing) -> list[Case]:
    """Take the server's token out of a visitor's kernel and use it without any account."""
    visit = await sharing.enter(sharing.visitor)
    async with visit.kernel() as kernel:
        ran = await kernel.run("import os; print(os.environ.get('JUPYTERHUB_API_TOKEN', ''))")
    token = ran.output
    assert token, "a kernel must see the server's token, or nothing is proven"

    headers = {"Authorization": f"token {token}"}

    async def use() -> _Seen:
        url = f"{sharing.server}api/contents/{sharing.notebook}"
        answer = await sharing.anonymous.ask("GET", url, headers=headers)
        seen = f"the notebook's file, asked for with the token: {answer}"
        _decided(answer.ok or answer.is_no, seen)
        return answer.ok, seen

    # Whatever a token may do: the hub tells whose it is.
    owner = await sharing.anonymous.ask("GET", f"{sharing.hub.url}/hub/api/user", headers=headers)
    assert owner.ok, f"the hub must know the server's token, or nothing is proven: {owner}"
    assert owner.body["name"] == sharing.folder.name, "it must be the shared server's token"
    before = await use()
    await sharing.put_out(sharing.visitor)
    out_since = time.monotonic()

    async def is_refused() -> bool:
        return not (await use())[0]

    # A visitor is refused by then; the token, which is the server's own, may not be.
    await until(is_refused, sharing.cache_seconds)
    after = await use()
    passed = time.monotonic() - out_since
    await sharing.stop()
    await sharing.start()
    await sharing.enter_as_owner()
    restarted = await use()
    return [
        Case(
            "after they were put out",
            after[0],
            f"Before, {before[1]}. {sharing.means}; {passed:.1f} s later, {after[1]}.",
        ),
        Case(
            "after the server was stopped",
            restarted[0],
            f"The server was stopped and started again. Then {restarted[1]}.",
        ),
    ]
