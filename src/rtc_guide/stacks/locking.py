"""Pinning what the declared stacks require: ``python -m rtc_guide.stacks.locking [NAMES]``."""

import subprocess
import sys
import tempfile
from pathlib import Path

import click
from uv import find_uv_bin

from rtc_guide.software import FILE, DeclarationError, Software, read_declaration
from rtc_guide.stacks.base_python import OLDEST
from rtc_guide.stacks.environment import StackError


def lock(software: Software, pins: Path, *, upgrade: bool = False) -> None:
    """Write the exact versions of all packages of a stack to the file `pins`.

    What is pinned there already stays, unless `upgrade` is set. The pins fit every system.
    Raises `StackError` where the requirements can't all be met.
    """
    with tempfile.TemporaryDirectory(dir=pins.parent, prefix=f".{software.name}-") as making:
        made = Path(making) / pins.name
        if pins.exists():
            made.write_bytes(pins.read_bytes())
        compiled = subprocess.run(
            [
                find_uv_bin(), "pip", "compile", "--quiet", "--universal", "--no-header",
                "--no-annotate", f"--python-version={'.'.join(map(str, OLDEST))}",
                *(["--upgrade"] if upgrade else []),
                # To the end of that day, whatever the time zone.
                *([f"--exclude-newer={software.day}T23:59:59Z"] if software.day else []),
                f"--output-file={made}", "-",
            ],
            input="\n".join(software.requires),
            capture_output=True,
            text=True,
            check=False,
        )  # fmt: skip
        if compiled.returncode:
            raise StackError(
                f"the stack {software.name} can't be pinned: {compiled.stderr.strip()}\n"
                f"Mend its line in {FILE}, and check the connection to the package index."
            )
        made.replace(pins)


@click.command()
@click.argument("names", nargs=-1)
@click.option("--upgrade", is_flag=True, help="Take newer versions where there are any.")
def main(names: tuple[str, ...], upgrade: bool) -> None:
    """Pin the stacks of stacks/stacks.toml that NAMES match (default: all)."""
    root = Path.cwd()
    try:
        declared = read_declaration(root)
        for name in declared.matching(names or ("*",)):
            print(f"Pinning {name} …", file=sys.stderr, flush=True)
            lock(declared.stacks[name], root / "stacks" / f"{name}.txt", upgrade=upgrade)
    except (DeclarationError, StackError) as error:
        raise click.ClickException(str(error)) from error


if __name__ == "__main__":
    main(prog_name="python -m rtc_guide.stacks.locking")
