"""The trial of putting one person out while the others go on."""

from rtc_guide.evidence.verdict import Case
from rtc_guide.pages.ways import NO_HUB, RECOMMENDED
from rtc_guide.trials.notebooks import OpenNotebook
from rtc_guide.trials.registry import tries
from rtc_guide.trials.sockets import Closed
from rtc_guide.trials.visits import Visit
from rtc_guide.trials.waiting import until
from rtc_guide.trials.ways import NoMeans, Sharing

# What a server needs beyond the time for which it believes, or doesn't ask, the hub.
_SECONDS_MORE = 3
# An edit that is saved at all is saved about a second later.
_SECONDS_TO_SAVE = 4


@tries("no-revoke", RECOMMENDED, "group-account", "share", "hub-token-link", NO_HUB)
async def put_one_out(sharing: Sharing) -> list[Case]:
    """Put the visitor out while both the visitor and the other person have the notebook open."""
    visit = await sharing.enter(sharing.visitor)
    others = await sharing.enter(sharing.other)
    async with (
        visit.notebook(sharing.notebook) as notebook,
        others.notebook(sharing.notebook) as others_notebook,
    ):
        for who, opened in (("visitor", notebook), ("other person", others_notebook)):
            saved, how = await _edit(sharing, opened, f"written before by the {who}")
            assert saved, f"the {who}'s edit must be saved before, or nothing is proven: {how}"
        means = await _put_out(sharing)
        page = await _see_pages(sharing, visit, others, means)
        edits = await _see_edits(sharing, notebook, others_notebook, means)
    return [page, edits]


async def _put_out(sharing: Sharing) -> str | None:
    """Put the visitor out; return by what means, `None` if there is none."""
    try:
        await sharing.put_out(sharing.visitor)
    except NoMeans:
        return None
    return sharing.means


async def _see_pages(sharing: Sharing, visit: Visit, others: Visit, means: str | None) -> Case:
    async def is_refused() -> bool:
        return not (await visit.open_page()).is_lab

    seconds = await until(is_refused, sharing.cache_seconds + _SECONDS_MORE) if means else None
    page, others_page = await visit.open_page(), await others.open_page()
    for seen in (page, others_page):
        assert seen.is_lab or seen.is_no, f"neither let in nor refused proves nothing: {seen}"
    after = "" if seconds is None else f" after {seconds:.1f} s"
    proof = (
        f"{means or sharing.means}. Opening JupyterLab anew, the person who was to be put out saw "
        f"{page}{after}, the other one {others_page}."
    )
    return Case("a page opened anew", page.is_lab or not others_page.is_lab, proof)


async def _see_edits(
    sharing: Sharing, notebook: OpenNotebook, others: OpenNotebook, means: str | None
) -> Case:
    if means and sharing.recheck_seconds:
        await until(notebook.socket.ended.is_set, sharing.recheck_seconds + _SECONDS_MORE)
    out = await _edit(sharing, notebook, "written by the one put out")
    goes_on = await _edit(sharing, others, "written by the other one")
    if not out[0] and goes_on[0]:
        # What comes after it is on disk: had it come to the server, it would be there by now.
        late = "written by the one put out" in sharing.on_disk.read_text(encoding="utf-8")
        assert not late, "an edit that counted as not saved was only late"
    proof = (
        f"{means or sharing.means}. In the notebook that both had open, an edit of the person who "
        f"was to be put out: {out[1]}; one of the other person: {goes_on[1]}."
    )
    return Case("a notebook that was open", out[0] or not goes_on[0], proof)


async def _edit(sharing: Sharing, notebook: OpenNotebook, text: str) -> tuple[bool, str]:
    """Write into an open notebook; tell whether that came onto disk, and how."""
    try:
        notebook.write(text)
    except Closed as closed:
        return False, str(closed)
    seconds = await sharing.saved(text, _SECONDS_TO_SAVE)
    if seconds is None:
        ended = notebook.socket.ended.is_set()
        return False, f"not saved, {'the connection ended' if ended else 'still connected'}"
    return True, f"on disk after {seconds:.1f} s"
