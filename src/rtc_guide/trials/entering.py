"""Trials of what people can do who were let in, and who else gets in."""

from collections.abc import Awaitable, Callable
from pathlib import Path

from rtc_guide.evidence.verdict import Case
from rtc_guide.pages.ways import NO_HUB, RECOMMENDED, WAYS
from rtc_guide.trials.people import Person
from rtc_guide.trials.registry import Unproven, tries
from rtc_guide.trials.sockets import Denied, Refused
from rtc_guide.trials.visits import Visit
from rtc_guide.trials.ways import GroupAccount, HubLink, OnHub, Share, Sharing, put_file

_CHANGED = "changed by the visitor"


@tries("home-directory", *WAYS)
async def change_homework(sharing: Sharing) -> list[Case]:
    """Let a visitor try to change the homework of the person who shares, in every way."""
    if isinstance(sharing, GroupAccount):
        if not sharing.hub.isolated:
            raise Unproven(
                "The servers of all users ran under one user id here, so that nothing could keep "
                "one user's code from another's files."
            )
        # A server that doesn't run would refuse everybody.
        await sharing.own_server(sharing.owner)
    visit = await sharing.enter(sharing.visitor)
    if sharing.home_server == sharing.server:
        browsing, folder = visit, sharing.folder
    else:
        page = await sharing.visitor.open(f"{sharing.home_server}lab")
        browsing, folder = Visit(sharing.visitor, sharing.home_server, page), sharing.home
    if isinstance(sharing, OnHub) and not browsing.page.is_lab:
        # Without a page there is no XSRF token, for want of which all would be refused, whoever
        # asks. With a token of the visitor's it is only they who are judged.
        browsing.own_token = await sharing.new_token(sharing.visitor)
    cases = await _change_files(browsing, folder, visit, sharing.home)
    if not all(case.holds for case in cases):
        await _owner_must_change(sharing)
    return cases


async def _owner_must_change(sharing: Sharing) -> None:
    """Let the owner do the same, where they may: a refusal of others isn't a mistake of ours."""
    page = await sharing.owner.open(f"{sharing.home_server}lab")
    at_home = Visit(sharing.owner, sharing.home_server, page)
    in_shared = await sharing.enter_as_owner()
    for case in await _change_files(at_home, sharing.home, in_shared, sharing.folder):
        assert case.holds, f"the owner must be able to, or nothing is proven ({case.name}): " + (
            case.proof
        )


@tries("group-files", RECOMMENDED, "group-account")
async def change_group_files(sharing: Sharing) -> list[Case]:
    """Let a visitor try to change the files of the account that is shared."""
    visit = await sharing.enter(sharing.visitor)
    return await _change_files(visit, sharing.folder, visit, sharing.folder)


async def _change_files(browsing: Visit, folder: Path, running: Visit, home: Path) -> list[Case]:
    """Try to change a file of `folder` by requests, and files of `home` by running code."""

    async def by_requests(file: Path) -> str:
        answer = await browsing.write(file.name, _CHANGED)
        _decided(answer.ok or answer.is_no, str(answer))
        return f"the server answered with {answer}"

    async def by_kernel(file: Path) -> str:
        async with running.kernel() as kernel:
            ran = await kernel.run(f"open({str(file)!r}, 'w').write({_CHANGED!r})")
        _decided(ran.error in (None, "PermissionError"), str(ran.error))
        return f"the code ended with {ran.error}" if ran.error else "the code ran"

    async def by_terminal(file: Path) -> str:
        async with running.terminal() as terminal:
            command = f"(echo '{_CHANGED}' > '{file}') 2> /dev/null; echo $?"
            status = await terminal.run(command)
        return f"the command ended with status {status}"

    ways: list[tuple[str, Path, Callable[[Path], Awaitable[str]]]] = [
        ("through the file browser", folder, by_requests),
        ("through a kernel", home, by_kernel),
        ("through a terminal", home, by_terminal),
    ]
    return [await _change(name, where, change) for name, where, change in ways]


def _decided(decided: bool, seen: str) -> None:
    """Break the trial off where something failed for another reason than that they may not."""
    if not decided:
        raise RuntimeError(f"neither let in nor refused, which proves nothing: {seen}")


async def _change(name: str, folder: Path, change: Callable[[Path], Awaitable[str]]) -> Case:
    file = put_file(folder, f"homework {name}.txt", "as handed in")
    try:
        said = await change(file)
    except Denied as denied:
        _decided(isinstance(denied, Refused) and denied.is_no, str(denied))
        said = f"refused: {denied}"
    changed = file.read_text(encoding="utf-8").strip() == _CHANGED
    return Case(name, changed, f"{said}; on disk the file is {'' if changed else 'un'}changed.")


@tries("forwarded-link", *WAYS)
async def pass_on(sharing: Sharing) -> list[Case]:
    """Let the visitor pass on what they got, to people whom nobody let in."""
    got = "the address" if isinstance(sharing, Share) else "what was handed out"
    link = sharing.links[sharing.visitor.name]
    # Those who may get in by it; only the default link of the dialog gives nobody anything.
    await sharing.enter_as_owner()
    if not isinstance(sharing, HubLink):
        entered = await sharing.enter(sharing.visitor)
        assert entered.page.is_lab, f"the visitor gets in by it: {entered.page}"
    cases = [await _follow(sharing, link, got, sharing.anonymous)]
    if isinstance(sharing, OnHub):
        # The one with an account came in by nothing else than what the visitor passed on.
        cases.insert(0, await _follow(sharing, link, got, sharing.stranger))
    if isinstance(sharing, Share):
        code = await sharing.new_code()
        accepted = await sharing.visitor.open(code)
        assert accepted.is_lab, f"the visitor gets in by the code: {accepted}"
        for person in (sharing.stranger, sharing.anonymous):
            cases.append(await _follow(sharing, code, "a share code", person))
    if isinstance(sharing, Share | GroupAccount):
        cases.append(await _share_further(sharing))
    return cases


async def _follow(sharing: Sharing, link: str, got: str, person: Person) -> Case:
    page = await person.open(link)
    read = await Visit(person, sharing.server, page).read(sharing.notebook)
    who = (
        "somebody without an account"
        if person is sharing.anonymous
        else ("a stranger with an account")
    )
    seen = f"They opened it and saw {page}; the notebook's file: {read}."
    _decided((page.is_lab or page.is_no) and (read.ok or read.is_no), seen)
    # Whoever gets one of them is in.
    return Case(f"{got}, to {who}", page.is_lab or read.ok, seen)


async def _share_further(sharing: OnHub) -> Case:
    """Let the visitor, once in, ask the hub to let the stranger in as well."""
    await sharing.enter(sharing.visitor)
    shares, share = f"shares/{sharing.account}/", {"user": sharing.stranger.name}
    url = f"{sharing.hub.url}/hub/api/{shares}"
    answer = await sharing.visitor.ask("POST", url, share)
    # The hub says that there is no such thing to those who may not; an admin may, so it is there.
    await sharing.driver.ask("POST", shares, share)
    await sharing.driver.ask("PATCH", shares, share)
    _decided(answer.ok or answer.status == 404 or answer.is_no, str(answer))
    proof = f"The visitor asked the hub to share with a stranger: {answer}."
    return Case("by asking the hub to share it further", answer.ok, proof)


@tries("leave-session", RECOMMENDED, "group-account", "share", "hub-token-link", NO_HUB)
async def work_on_both(sharing: Sharing) -> list[Case]:
    """Let a visitor edit a notebook of their own while the shared one is open."""
    shared = await sharing.enter(sharing.visitor)
    own, folder = await sharing.own_server(sharing.visitor)
    file = put_file(folder, sharing.notebook, sharing.on_disk.read_text(encoding="utf-8"))
    async with shared.notebook(sharing.notebook) as theirs, own.notebook(file.name) as mine:
        mine.write("my own work")
        theirs.write("our work")
        saved_own = await sharing.saved("my own work", file=file)
        saved_shared = await sharing.saved("our work")
        open_still = not theirs.socket.ended.is_set()
    proof = (
        f"Both were open at once. An edit of the visitor's own notebook was {_on_disk(saved_own)}, "
        f"one of the shared notebook {_on_disk(saved_shared)}; the shared one "
        f"{'stayed open' if open_still else 'was closed'}."
    )
    at_once = saved_own is not None and saved_shared is not None and open_still
    return [Case("in another tab, on a server of their own", not at_once, proof)]


def _on_disk(seconds: float | None) -> str:
    return "not saved" if seconds is None else f"on disk after {seconds:.1f} s"
