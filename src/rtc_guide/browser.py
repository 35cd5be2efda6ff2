"""The Chromium that the checks drive: finding one on this machine, or getting one.

``python -m rtc_guide.browser`` makes sure that there is one (the Makefile runs it before tests).
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

BROWSER_VARIABLE = "RTC_GUIDE_BROWSER"
"""The environment variable that names a browser's executable and ends the search."""

PATH_NAMES = ("chromium", "google-chrome", "google-chrome-stable", "chromium-browser")

# Where the installers put it, on systems that don't use PATH for applications.
MAC_PLACES = (
    "Google Chrome.app/Contents/MacOS/Google Chrome",
    "Chromium.app/Contents/MacOS/Chromium",
)
WINDOWS_PLACES = (
    "Google/Chrome/Application/chrome.exe",
    "Chromium/Application/chrome.exe",
    "Microsoft/Edge/Application/msedge.exe",
)

# Chromium heeds only the last --disable-features, which is this: it takes the place of Playwright's
# own (`chromiumSwitches.ts`), and so begins with what that has for a Chromium.
_PLAYWRIGHTS = (
    "AimEnabled",
    "AvoidCorsURLLoaderRestartOnRedirect",
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsFirstBalancedModeAutoEnable",
    "HttpsUpgrades",
    "LensOverlay",
    "MediaRouter",
    "NetworkTimeServiceQuerying",
    "OptimizationHints",
    "PaintHolding",
    "PreconnectToSearch",
    "TcpPortRandomizationWin",
    "ThirdPartyStoragePartitioning",
)
# The address bar's suggestions: two pages of the browser's own, loaded for each window that nobody
# sees. They took a sixth of the time that a page of JupyterLab takes to open. And a process for a
# page that may be opened next.
_UNSEEN = ("SpareRendererForSitePerProcess", "WebUIOmniboxAimPopup", "WebUIOmniboxPopup")

# Quiet and the same everywhere: no GPU, nothing on the wire that a page didn't ask for.
# Flags: https://github.com/GoogleChrome/chrome-launcher/blob/main/docs/chrome-flags-for-tools.md
QUIET_FLAGS = (
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-domain-reliability",
    f"--disable-features={','.join((*_PLAYWRIGHTS, *_UNSEEN))}",
    "--disable-sync",
    "--metrics-recording-only",
    "--no-default-browser-check",
    "--no-first-run",
    "--no-pings",
)

_ASK_PLAYWRIGHT = """
from playwright.sync_api import sync_playwright
with sync_playwright() as playwright:
    print(playwright.chromium.executable_path)
"""


class BrowserMissing(Exception):
    """No browser can be used; the message says what to do."""


def find_browser() -> Path | None:
    """Return the browser to drive, or None where the machine has none.

    The first that starts of: what ``RTC_GUIDE_BROWSER`` names, an installed Chromium or Chrome,
    the Chromium that Playwright downloaded earlier. Raises `BrowserMissing` where
    ``RTC_GUIDE_BROWSER`` names no executable file.
    """
    named = os.environ.get(BROWSER_VARIABLE)
    if named:
        path = Path(named)
        if not (path.is_file() and os.access(path, os.X_OK)):
            raise BrowserMissing(
                f"{BROWSER_VARIABLE} is {named!r}, which is no executable file. "
                "Set it to a Chromium or Chrome, or unset it to have one looked for."
            )
        return path
    return next((path for path in _candidates() if _starts(path)), None)


def needed_browser() -> Path:
    """Return the browser to drive. Raises `BrowserMissing` where there is none."""
    found = find_browser()
    if not found:
        raise BrowserMissing(
            "No browser for the check: there is no Chromium or Chrome on this machine that starts. "
            "Do one of these, then try again:\n"
            f"  - have one installed: {sys.executable} -m rtc_guide.browser\n"
            f"  - install one with your system's package manager\n"
            f"  - set {BROWSER_VARIABLE} to the path of one"
        )
    return found


def launch_args() -> list[str]:
    """Return the command line flags the browser is started with."""
    # Chromium refuses to start as root with its sandbox on.
    return [*QUIET_FLAGS, *(["--no-sandbox"] if _is_root() else [])]


def ensure_browser() -> Path:
    """Return a browser, installing one if the machine has none.

    Tries Playwright's own download, then (as root on a Debian-like system) the Debian package.
    Both print their progress. Raises `BrowserMissing` where none is there and none could be
    installed.
    """
    found = find_browser()
    if found:
        return found
    _download()
    found = find_browser()
    if not found and _is_root() and shutil.which("apt-get"):
        _install_package()
        found = find_browser()
    if not found:
        raise BrowserMissing(
            "No browser for the checks: there is no Chromium or Chrome on this machine that "
            "starts, and none could be installed. Do one of these, then try again:\n"
            "  - install Chromium or Chrome with your system's package manager\n"
            f"  - set {BROWSER_VARIABLE} to the path of one\n"
            "  - if Playwright's own was downloaded but misses libraries: "
            f"sudo {sys.executable} -m playwright install-deps chromium"
        )
    return found


def _download() -> None:
    print("No Chromium or Chrome found. Trying Playwright's own ...", flush=True)
    subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)


def _install_package() -> None:
    print("Trying Debian's package ...", flush=True)
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    # Package lists may be missing or old; whether that mattered, the installation tells.
    subprocess.run(["apt-get", "update", "--quiet"], env=quiet, check=False)
    install = ["apt-get", "install", "--yes", "--quiet", "--no-install-recommends", "chromium"]
    subprocess.run(install, env=quiet, check=False)


def _candidates() -> Iterator[Path]:
    for name in PATH_NAMES:
        if on_path := shutil.which(name):
            yield Path(on_path)
    if sys.platform == "darwin":
        for folder in (Path("/Applications"), Path.home() / "Applications"):
            yield from (folder / place for place in MAC_PLACES)
    if sys.platform == "win32":
        for variable in ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA"):
            if folder_name := os.environ.get(variable):
                yield from (Path(folder_name) / place for place in WINDOWS_PLACES)
    if own := _playwrights_own():
        yield own


def _playwrights_own() -> Path | None:
    # In a process of its own: Playwright allows one sync session a thread, and pytest has it.
    asked = subprocess.run(
        [sys.executable, "-c", _ASK_PLAYWRIGHT], capture_output=True, text=True, check=False
    )
    answer = asked.stdout.strip()
    return Path(answer) if asked.returncode == 0 and answer else None


def _starts(path: Path) -> bool:
    if not path.is_file():
        return False
    if sys.platform == "win32":
        return True  # there `--version` opens a window instead of answering
    try:
        # Ubuntu's chromium-browser without its snap, or a download without its libraries, fails.
        answer = subprocess.run([path, "--version"], capture_output=True, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return answer.returncode == 0


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def main() -> int:
    """Make sure that there is a browser; return the exit status."""
    try:
        ensure_browser()
    except BrowserMissing as missing:
        print(missing, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
