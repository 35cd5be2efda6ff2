"""The ``rtc-guide`` command: each subcommand is one call."""

import json
from collections.abc import Iterator
from contextlib import chdir, closing, contextmanager
from pathlib import Path

import click

# What only some commands need is imported by those: pytest and Sphinx take a second.

book_folder = click.option(
    "--project",
    "book",
    metavar="DIR",
    type=click.Path(path_type=Path),
    default=".",
    help="The guide's folder, if it isn't the current one.",
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="rtc-guide")
def main() -> None:
    """Build, serve and check the guide to real-time collaboration in Jupyter, or your own pages."""


@main.command()
@book_folder
def build(book: Path) -> None:
    """Build the book; every warning is an error."""
    _build(book)


@main.command()
@book_folder
@click.option("--port", default=0, metavar="N", help="Where to listen (default: a free port).")
@click.option("--open/--no-open", "opens", default=True, help="Open a browser (default: yes).")
def serve(book: Path, port: int, opens: bool) -> None:
    """Build the book, and again after each change; serve it on this machine until Ctrl-C.

    Pages that are open in a browser are loaded again after each build. Where it failed, they show
    why.
    """
    from rtc_guide import site
    from rtc_guide.building.news import News
    from rtc_guide.serving import PortRefused, open_in_browser, serving
    from rtc_guide.software import DeclarationError, read_declaration

    with _brought_by("book", "serving"):
        from rtc_guide.building.watching import watch_book
    news = News()

    def rebuild(first: bool = False) -> None:
        try:
            read_declaration(book)
            # Also where a broken declaration is as it was for the last whole build.
            if builder.build() or news.error is not None:
                news.tell()
            elif not first:
                return
        except site.BookFailed as failed:
            click.echo(f"Error: {failed}", err=True)
            news.tell(failed.said)
        except DeclarationError as error:
            click.echo(f"Error: {error}", err=True)
            news.tell(str(error))
        click.echo(f"The guide is at {url} (stop with Ctrl-C)")
        builder.get_ready()

    try:
        with (
            closing(site.Builder(book)) as builder,
            serving(book / site.BUILT, port, news=news) as url,
        ):
            rebuild(first=True)
            if opens:
                open_in_browser(url)
            watch_book(book, rebuild)
    except KeyboardInterrupt:
        click.echo("\nStopped.")
    except (site.SiteError, PortRefused) as error:
        raise click.ClickException(str(error)) from error


@main.command()
@click.argument("pages", nargs=-1)
@click.option(
    "--project",
    metavar="DIR",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=".",
    help="The folder that PAGES are in, if it isn't the current one; evidence is kept there.",
)
@click.option(
    "--stack",
    metavar="NAME",
    help="The software to check on (default: the newest): a stack’s name, one with wildcards "
    "such as “lab-4.*”, or “all”.",
)
@click.option(
    "--side-by-side",
    type=click.IntRange(1),
    help="How many of several stacks are checked at a time (default: two).",
)
@click.option("--headed", is_flag=True, help="Show the browsers.")
@click.option("--accept", is_flag=True, help="Make what is seen the stack's evidence.")
@click.option(
    "--traces/--no-traces",
    default=True,
    help="Keep traces and screenshots of failures (default: yes; without is faster).",
)
@click.option(
    "--pins",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Install these exact versions in place of the stack’s own.",
)
@click.option(
    "--kept",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Where traces and screenshots are kept, in a folder of their own that each run empties "
    "(default: .artifacts).",
)
@click.option("--json", "json_file", type=click.Path(path_type=Path), help="Write results here.")
@click.option("--junit", "junit_file", type=click.Path(path_type=Path), help="Write JUnit XML.")
def check(
    pages: tuple[str, ...],
    project: Path,
    stack: str | None,
    side_by_side: int | None,
    headed: bool,
    accept: bool,
    traces: bool,
    pins: Path | None,
    kept: Path | None,
    json_file: Path | None,
    junit_file: Path | None,
) -> None:
    """Carry out the steps of PAGES and try their claims.

    Without PAGES, those of the folder book or, where there is none, of this one.

    PAGES are pages, folders, or single items: a walkthrough such as book/share.md::share-link,
    a claim on a way of sharing such as book/risks/security.md::home-directory@share.

    On several stacks no traces and no JUnit file are kept.
    """
    from rtc_guide.checks.running import RunError, run_checks
    from rtc_guide.checks.several import SIDE_BY_SIDE, check_several, several_of

    # Seen from where the command was given, not from the project.
    pins, kept, json_file, junit_file = (
        path and path.resolve() for path in (pins, kept, json_file, junit_file)
    )
    click.get_current_context().with_resource(chdir(project))
    try:
        several = several_of(stack, Path.cwd())
        if several:
            if headed or pins or kept or junit_file:
                raise click.UsageError("--headed, --pins, --kept and --junit need one stack")
            holds = check_several(
                several,
                pages,
                accept=accept,
                json_file=json_file,
                side_by_side=side_by_side or SIDE_BY_SIDE,
            )
            raise SystemExit(not holds)
        holds = run_checks(
            pages,
            stack=stack,
            headed=headed,
            accept=accept,
            traces=traces,
            pins=pins,
            kept=kept,
            json_file=json_file,
            junit_file=junit_file,
        )
    except RunError as error:
        raise click.ClickException(str(error)) from error
    if not holds:
        raise SystemExit(1)


@main.command()
@click.argument("pages", nargs=-1)
def proofread(pages: tuple[str, ...]) -> None:
    """Read PAGES without carrying them out, and say what is wrong (default: the folder book).

    PAGES are pages or folders; of a single item, as `check` takes it, the whole page is read. It
    takes seconds and needs no browser.
    """
    from rtc_guide.checks.proofreading import proofread as proofread_pages
    from rtc_guide.checks.running import RunError
    from rtc_guide.software import DeclarationError

    try:
        problems = list(proofread_pages(pages, Path.cwd()))
    except (RunError, DeclarationError) as error:
        raise click.ClickException(str(error)) from error
    for problem in problems:
        click.echo(problem)
    if problems:
        raise SystemExit(1)


@main.command()
@click.argument("pages", nargs=-1)
@click.option("--json", "json_file", type=click.Path(path_type=Path), help="Write results here.")
def watch(pages: tuple[str, ...], json_file: Path | None) -> None:
    """Check PAGES on releases that are newer than the stacks; say what no longer holds.

    The status is 1 where something fails.
    """
    from rtc_guide.checks.running import RunError, refuse_unwritable
    from rtc_guide.checks.watch import watch as watch_releases
    from rtc_guide.checks.watch import write_releases
    from rtc_guide.software import DeclarationError
    from rtc_guide.stacks.environment import StackError

    found = []
    try:
        if json_file:
            refuse_unwritable(json_file)
        for release in watch_releases(Path.cwd(), pages):
            found.append(release)
            click.echo("\n".join(release.lines()))
    except (DeclarationError, StackError, RunError) as error:
        raise click.ClickException(str(error)) from error
    if json_file:
        write_releases(found, json_file)
    if not found:
        click.echo("Nothing new: the newest releases are in stacks.")
    raise SystemExit(not all(release.run.good for release in found))


@main.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
def drift(folder: Path) -> None:
    """Say, as the text of an issue, what `check` and `watch` found; nothing if all is well.

    FOLDER has the files check.json and watch.json that their --json wrote.
    """
    from rtc_guide.checks.drift import DriftUnknown, told_as_issue

    try:
        click.echo(told_as_issue(folder), nl=False)
    except DriftUnknown as error:
        raise click.ClickException(str(error)) from error


@main.command()
@click.option("--json", "as_json", is_flag=True, help="The names only, as JSON.")
def stacks(as_json: bool) -> None:
    """List the stacks, oldest first."""
    from rtc_guide.software import DeclarationError, read_declaration

    try:
        declared = read_declaration(Path.cwd())
    except DeclarationError as error:
        raise click.ClickException(str(error)) from error
    if as_json:
        click.echo(json.dumps(list(declared.stacks)))
        return
    for name, software in declared.stacks.items():
        newest = " (what is checked by default)" if name == declared.newest else ""
        click.echo(f"{name:28}{software.title}{newest}")


@main.command()
@click.argument("names", nargs=-1)
@click.option("--check", "checks", is_flag=True, help="Write nothing, fail where one is stale.")
@click.option("--headed", is_flag=True, help="Show the browsers.")
def record(names: tuple[str, ...], checks: bool, headed: bool) -> None:
    """Record the figures that pages ask for (default: all).

    NAMES are figures, such as share-dialog, or whatever `check` takes: a page, or a walkthrough
    such as book/share.md::share-link. A figure is written only where it differs to the eye.
    """
    from rtc_guide.checks.figure_run import record_figures
    from rtc_guide.checks.running import RunError
    from rtc_guide.software import DeclarationError

    try:
        current = record_figures(names, checks=checks, headed=headed)
    except (RunError, DeclarationError) as error:
        raise click.ClickException(str(error)) from error
    if not current:
        raise SystemExit(1)


@main.command()
@click.argument("files", nargs=-1, metavar="[FILE]…")
@click.option("--fix", is_flag=True, help="Write a mended copy, NAME.mended.ipynb.")
@click.option(
    "--output",
    type=click.Path(path_type=Path),
    help="Write the mended copy, or the version, here (of one file).",
)
@click.option(
    "--in-place",
    is_flag=True,
    help="Mend the file itself, after copying it to NAME.ipynb.before-mending.",
)
@click.option("--diff", is_flag=True, help="Show what mending changes (needs nbdime).")
@click.option("--json", "as_json", is_flag=True, help="Say everything as JSON.")
@click.option(
    "--earlier",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="An earlier version of FILE, or the server’s store: .jupyter_ystore.db. It tells what "
    "was typed into copies (default: the checkpoint that Jupyter keeps beside FILE).",
)
@click.option(
    "--history",
    "store",
    metavar="STORE",
    type=click.Path(path_type=Path),
    help="List earlier versions of FILEs, or of all, in a server’s store: .jupyter_ystore.db.",
)
@click.option("--version", "number", type=int, help="With --history: write this one to --output.")
def doctor(
    files: tuple[str, ...],
    fix: bool,
    output: Path | None,
    in_place: bool,
    diff: bool,
    as_json: bool,
    earlier: Path | None,
    store: Path | None,
    number: int | None,
) -> None:
    """Find what accidents of real-time collaboration did to notebooks, and mend it.

    FILEs are notebooks, folders, or patterns such as "week*/*.ipynb". Nothing is changed without
    --fix. The status is 0 where all are healthy or mended, 1 where something is wrong (with --fix:
    where a person still has to look), 2 where a file can't be read or written.

    With --history nothing is examined: notebooks as they were are got back from what a server
    keeps of each edit. It is only read.
    """
    if store is not None:
        if fix or in_place or diff or as_json or earlier:
            raise click.UsageError("--history goes with --version and --output only")
        _go_back(store, files, number, output)
        return
    if number is not None:
        raise click.UsageError("--version needs --history")
    if not files:
        raise click.UsageError("Name a notebook, a folder, or a pattern.")
    with _brought_by("doctor", "the doctor"):
        from rtc_guide.doctor.files import find
        from rtc_guide.doctor.telling import Wish, examine_files
    if output and in_place:
        raise click.UsageError("--output and --in-place: choose one")
    for option, given in (("--output", output), ("--earlier", earlier)):
        if given and (Path(files[0]).is_dir() or len(list(find(files))) > 1):
            raise click.UsageError(f"{option} takes one file")
    wish = Wish(fix or in_place or output is not None, output, in_place, diff, earlier)
    told = []
    status = examine_files(
        files,
        wish,
        lambda report: (
            told.append(report.json()) if as_json else click.echo("\n".join(report.lines()))
        ),
    )
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False, indent=1))
    raise SystemExit(int(status))


def _go_back(store: Path, files: tuple[str, ...], number: int | None, output: Path | None) -> None:
    """List earlier versions, or write one out."""
    with _brought_by("doctor", "the doctor"):
        from rtc_guide.doctor.recovering import recover, tell_history
        from rtc_guide.doctor.store import StoreError
    if (number is None) != (output is None):
        raise click.UsageError("--version and --output go together")
    try:
        if number is not None and output is not None:
            click.echo(recover(store, files, number, output))
        else:
            for line in tell_history(store, files):
                click.echo(line)
    except StoreError as error:
        click.echo(f"Error: {error}", err=True)
        raise SystemExit(2) from error


@main.command()
@click.argument("schedule", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--times", default=10, metavar="N", help="How often (default: 10).")
@click.option("--stack", metavar="NAME", help="On which software (default: the newest).")
def replay(schedule: Path, times: int, stack: str | None) -> None:
    """Play a saved SCHEDULE of edits and faults again, and say what became of the notebook.

    The status is 1 where a notebook was damaged.
    """
    with _brought_by("trials", "replaying"):
        from rtc_guide.trials.faults import commands

    if commands.replay(schedule, times, stack, click.echo):
        raise SystemExit(1)


@main.command()
@click.option("--seeds", default="0-63", metavar="A-B", help="Which to draw (default: 0-63).")
@click.option("--case", metavar="NAME", help="Those of a claim on the page of data risks instead.")
@click.option("--kind", metavar="KIND", help="Save only damage of this kind, such as “doubled”.")
@click.option("--stack", metavar="NAME", help="On which software (default: the newest).")
@click.option(
    "--kept",
    default=".artifacts/schedules",
    type=click.Path(path_type=Path),
    help="Where schedules are saved that do damage (default: .artifacts/schedules).",
)
def search(seeds: str, case: str | None, kind: str | None, stack: str | None, kept: Path) -> None:
    """Draw schedules of edits and faults at random, and play them on a real server.

    One of each kind of damage is made as short as it can be and saved, for `rtc-guide replay`.
    The status is 1 where a notebook was damaged.
    """
    with _brought_by("trials", "searching"):
        from rtc_guide.trials.faults import commands

    if commands.search(seeds, case, kind, stack, kept, click.echo):
        raise SystemExit(1)


def _build(book: Path) -> Path:
    from rtc_guide import site
    from rtc_guide.software import DeclarationError, read_declaration

    try:
        read_declaration(book)  # in the midst of a build it would be told with a traceback
        return site.build(book)
    except (DeclarationError, site.SiteError) as error:
        raise click.ClickException(str(error)) from error


@contextmanager
def _brought_by(extra: str, what: str) -> Iterator[None]:
    """Tell which extra brings the packages of others that are imported meanwhile."""
    try:
        yield
    except ImportError as error:
        raise click.ClickException(
            f"{what} needs {error.name}: pip install 'rtc-guide[{extra}]'"
        ) from error


if __name__ == "__main__":
    main(prog_name="rtc-guide")
