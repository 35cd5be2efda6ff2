"""Trials of what the owner's stopping and starting of the server does to those who were let in."""

from rtc_guide.evidence.verdict import Case
from rtc_guide.pages.ways import NO_HUB, RECOMMENDED, WAYS
from rtc_guide.trials.registry import tries
from rtc_guide.trials.sockets import Socket
from rtc_guide.trials.visits import Visit
from rtc_guide.trials.waiting import until
from rtc_guide.trials.ways import HubLink, Share, Sharing

_SECONDS_TO_END = 10


@tries("stop-ends-link", RECOMMENDED, "group-account", "share", "hub-token-link", NO_HUB)
async def stop_while_in_use(sharing: Sharing) -> list[Case]:
    """Stop the server while a visitor has a notebook, a kernel and a terminal open."""
    visit = await sharing.enter(sharing.visitor)
    async with (
        visit.notebook(sharing.notebook) as notebook,
        visit.kernel() as kernel,
        visit.terminal() as terminal,
    ):
        open_ = {
            "an open notebook": notebook.socket,
            "an open kernel": kernel.socket,
            "an open terminal": terminal.socket,
        }
        read = await visit.read(sharing.notebook)
        assert read.ok, f"the visitor must be in before, or nothing is proven: {read}"
        for name, socket in open_.items():
            assert not socket.ended.is_set(), f"{name} must be open before, or nothing is proven"
        took = await sharing.stop()
        cases = [await _ended(name, socket) for name, socket in open_.items()]
    page, read = await visit.open_page(), await visit.read(sharing.notebook)
    stopped = f"The server had ended {took:.1f} s after {sharing.stopping}"
    return [
        Case("a page opened anew", not page.is_lab, f"{stopped}; they saw {page}."),
        Case("a request", not read.ok, f"{stopped}; reading the notebook's file: {read}."),
        *cases,
    ]


async def _ended(name: str, socket: Socket) -> Case:
    seconds = await until(socket.ended.is_set, _SECONDS_TO_END)
    if seconds is None:
        return Case(name, False, f"Still open {_SECONDS_TO_END} s after the server had ended.")
    code = f"with close code {socket.close_code}" if socket.close_code else "without a close code"
    return Case(name, True, f"The connection ended {code}.")


@tries("restart-revives", *WAYS)
async def stop_and_start(sharing: Sharing) -> list[Case]:
    """Stop the server, start it again, and use what was handed out before."""
    visit = await sharing.enter(sharing.visitor)
    if not isinstance(sharing, HubLink):
        before = await visit.person.ask("GET", _file_of(sharing))
        assert visit.page.is_lab and before.ok, f"the visitor must be in before: {before}"
    code = await sharing.new_code() if isinstance(sharing, Share) else None
    await sharing.stop()
    await sharing.start()
    # Whatever is refused now, the server is up.
    await sharing.enter_as_owner()
    cases = [await _old_cookie(sharing, visit), await _old_link(sharing)]
    if code:
        page = await sharing.stranger.open(code)
        proof = f"Somebody who had not used it before opened it and saw {page}."
        cases.append(Case("the old share code", page.is_lab, proof))
    return cases


def _file_of(sharing: Sharing) -> str:
    return f"{sharing.server}api/contents/{sharing.notebook}"


async def _old_cookie(sharing: Sharing, visit: Visit) -> Case:
    """Ask as the visitor's browser would that was left open, without logging in anew."""
    answer = await visit.person.ask("GET", _file_of(sharing))
    assert answer.ok or answer.is_no, f"neither let in nor refused proves nothing: {answer}"
    proof = f"A browser that was in before asked for the notebook's file: {answer}."
    return Case("the old cookie", answer.ok, proof)


async def _old_link(sharing: Sharing) -> Case:
    """Open what was handed out in a browser that knows nothing yet."""
    link = sharing.links[sharing.visitor.name]
    page = await sharing.new_person(sharing.visitor.name).open(link)
    assert page.is_lab or page.is_no, f"neither let in nor refused proves nothing: {page}"
    proof = f"The visitor opened it in a new browser and saw {page}."
    return Case("what was handed out before", page.is_lab, proof)
