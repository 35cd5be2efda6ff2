"""The ``rtc-guide`` command: each subcommand is one call."""

from pathlib import Path
from threading import Event

import click

from rtc_guide import site
from rtc_guide.checks.running import RunError, run_checks

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
    """Build, serve and check the guide to real-time collaboration in Jupyter."""


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
    """Build the book and serve it on this machine until Ctrl-C."""
    built = _build(book)
    try:
        with site.serving(built, port) as url:
            click.echo(f"The guide is at {url} (stop with Ctrl-C)")
            if opens:
                site.open_in_browser(url)
            Event().wait()
    except KeyboardInterrupt:
        click.echo("\nStopped.")
    except site.SiteError as error:
        raise click.ClickException(str(error)) from error


@main.command()
@click.argument("pages", nargs=-1)
@click.option("--stack", help="The software to check on (default: the newest).")
@click.option("--headed", is_flag=True, help="Show the browsers.")
@click.option("--figures", is_flag=True, help="Write the figures that steps ask for.")
@click.option("--accept", is_flag=True, help="Make what is seen the stack's evidence.")
@click.option("--json", "json_file", type=click.Path(path_type=Path), help="Write results here.")
@click.option("--junit", "junit_file", type=click.Path(path_type=Path), help="Write JUnit XML.")
def check(
    pages: tuple[str, ...],
    stack: str | None,
    headed: bool,
    figures: bool,
    accept: bool,
    json_file: Path | None,
    junit_file: Path | None,
) -> None:
    """Carry out the steps of PAGES and try their claims (default: the folder book).

    PAGES are pages, folders, or single items: a walkthrough such as book/share.md::share-link,
    a claim on a way of sharing such as book/risks/security.md::home-directory@share.
    """
    try:
        holds = run_checks(
            pages,
            stack=stack,
            headed=headed,
            figures=figures,
            accept=accept,
            json_file=json_file,
            junit_file=junit_file,
        )
    except RunError as error:
        raise click.ClickException(str(error)) from error
    if not holds:
        raise SystemExit(1)


def _build(book: Path) -> Path:
    try:
        return site.build(book)
    except site.SiteError as error:
        raise click.ClickException(str(error)) from error


if __name__ == "__main__":
    main(prog_name="rtc-guide")
