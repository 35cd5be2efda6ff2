"""The bench of capacity carries people on real servers, and pages can show what it wrote."""

import subprocess
import sys
from pathlib import Path

from rtc_guide.evidence.capacity import Layout, Server, read

ROOT = Path(__file__).parents[2]


def test_people_are_carried_and_what_was_measured_can_be_read(tmp_path):
    file = tmp_path / "capacity.json"
    done = subprocess.run(
        [sys.executable, ROOT / "bench" / "capacity", "--quick", "--output", file],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    capacity = read(file)
    assert {(each.server, each.layout) for each in capacity.measured} == {
        (server, layout) for server in Server for layout in Layout
    }
    for each in capacity.measured:
        # How long it took says something of this machine now; that it arrived, of the bench.
        assert (each.failed, each.missing) == (None, 0)
        assert each.keys and each.median and each.cpu and each.memory and each.opening
    assert capacity.store and capacity.store.size and capacity.store.updates
    assert capacity.memory and capacity.memory.kernel
