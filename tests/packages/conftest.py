"""Empty environments with what `make dist` built, far from the source tree."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from uv import find_uv_bin

ROOT = Path(__file__).parents[2]
DIST = ROOT / "dist"


@dataclass(frozen=True)
class Installed:
    """An environment; `home` is a folder to work in."""

    folder: Path
    home: Path

    def run(self, *command: str | Path, cwd: Path | None = None, **environment: str):
        """Run a command of the environment, and return what came of it, with all it said."""
        ours = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
        name, *arguments = command
        return subprocess.run(
            [self.folder / "bin" / name, *arguments],
            cwd=cwd or self.home,
            env={**ours, **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=900,
            check=False,
        )


@pytest.fixture(scope="session")
def packages() -> Path:
    """The folder of what `make dist` built."""
    assert list(DIST.glob("rtc_guide-*.whl")), "run: make dist"
    return DIST


@pytest.fixture(scope="session")
def install(packages: Path):
    """Make an environment with packages of `dist/` and what they need, in the locked versions."""

    def install(folder: Path, *requirements: str) -> Installed:
        environment, home = folder / "environment", folder / "home"
        home.mkdir()
        uv("venv", "--python", sys.executable, environment)
        uv(
            "pip", "install", "--python", environment / "bin" / "python",
            "--find-links", packages, "--constraint", ROOT / "requirements.lock",
            # What was built before has the same version.
            "--refresh-package", "rtc-guide", "--refresh-package", "pycrdt-yjs",
            "--no-verify-hashes", *requirements,
        )  # fmt: skip
        return Installed(environment, home)

    return install


def uv(*arguments: str | Path) -> None:
    done = subprocess.run(
        [find_uv_bin(), "--quiet", *arguments], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="session")
def folder() -> Iterator[Path]:
    """A folder for environments: pytest's own have names too long for Chromium's sockets."""
    with tempfile.TemporaryDirectory(prefix="rtc-packages-") as made:
        yield Path(made)
