"""A process for one build, started ahead of it: once it is wanted, it has imported all it needs."""

import subprocess
import sys
from pathlib import Path

GO = "go\n"
"""What the process is told."""

READ = ".doctrees"
"""The folder of what was read of the pages, beside the site's (Jupyter Book's choice)."""


class BuildProcess:
    """Builds the site of a book once, with the code that there is when it is started."""

    def __init__(self, book: Path, site: Path) -> None:
        """Start it. It does nothing to the site before `build`."""
        self._process = subprocess.Popen(
            [sys.executable, "-m", "rtc_guide.building.running", str(book), str(site)],
            cwd=book,
            stdin=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            errors="replace",
        )

    def build(self) -> tuple[str, int]:
        """Have it build; return what it said of errors, which it also says here, and its status."""
        said = []
        with self._process as running:
            assert running.stdin
            assert running.stderr
            try:
                running.stdin.write(GO)
                running.stdin.close()
            except BrokenPipeError:
                pass  # It has ended with an error, which is read below.
            for line in running.stderr:
                print(line, end="", file=sys.stderr, flush=True)
                said.append(line)
        return "".join(said), running.returncode

    def dismiss(self) -> None:
        """End it without a build."""
        self._process.kill()
        self._process.communicate()
