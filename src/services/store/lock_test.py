from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from services.store.lock import alone

SRC = Path(__file__).resolve().parent.parent.parent
ADD = """
import sys
sys.path.insert(0, sys.argv[1])
from pathlib import Path
from services.store.lock import alone
file = Path(sys.argv[2])
for _ in range(200):
    with alone(file):
        file.write_text(str(int(file.read_text()) + 1))
"""
STAY = """
import sys, time
sys.path.insert(0, sys.argv[1])
from pathlib import Path
from services.store.lock import alone
with alone(Path(sys.argv[2])):
    print("in", flush=True)
    time.sleep(600)
"""


def start(program: str, file: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", program, str(SRC), str(file)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)  # noqa: S603  itself


def test_what_several_processes_read_and_write_at_once_is_not_lost(tmp_path: Path) -> None:
    file = tmp_path / "count"
    file.write_text("0")
    for each in [start(ADD, file) for _ in range(3)]:
        with each:
            assert each.wait(60) == 0
    assert file.read_text() == "600"


def test_the_lock_of_a_process_that_was_killed_holds_nobody_up(tmp_path: Path) -> None:
    file = tmp_path / "count"
    with start(STAY, file) as other:
        assert other.stdout
        assert other.stdout.readline() == "in\n"
        other.kill()
    with alone(file):
        pass
