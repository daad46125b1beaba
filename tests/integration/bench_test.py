"""Every bench runs, at its smallest size: what is measured is still there, and nobody has renamed it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.integration
BENCH = Path(__file__).resolve().parent.parent.parent / "bench"
DEADLINE = 120  # seconds
SMALLEST = {
    "changes": ("--smallest",),
    "cop": ("--smallest",),
    "costs": ("--smallest",),
    "everything": ("--smallest",),
    "everything at any size": ("--resources", "500"),
    "organisation": ("1", "1", "1"),
    "pull": ("--smallest",),
    "reports": ("--smallest",),
    "search": ("--smallest",),
    "start": ("--smallest",),
}
ELSEWHERE = {
    "mutants": "tests/mutants_test.py runs it",
    "cold": "needs the Python of Lambda beside the own one",
    "custodian": "installs Cloud Custodian",
    "devserver": "installs its peers",
    "sync": "installs and starts a local AWS",
    "zip": "makes zips of a copy, as tests/integration/zip_test.py does",
}

PARTS = {"devserver_clients", "devserver_peers", "everything_at_size"}  # of a bench


def benches() -> list[str]:
    """The names of the files of bench/ that run by themselves; the others are imported or started by them."""
    files = (path for path in BENCH.glob("*.py") if '__name__ == "__main__"' in path.read_text())
    return sorted({path.stem for path in files} - PARTS)


def test_each_bench_is_run_or_says_why_it_is_not() -> None:
    assert benches() == sorted({name.split()[0] for name in SMALLEST} | {*ELSEWHERE})


@pytest.mark.parametrize("name", sorted(SMALLEST))
def test_a_bench_runs_to_its_end(name: str) -> None:
    command = [sys.executable, str(BENCH / f"{name.split()[0]}.py"), *SMALLEST[name]]
    done = subprocess.run(command, capture_output=True, text=True, timeout=DEADLINE)
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.strip()
