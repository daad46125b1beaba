"""The bench that changes the rules and looks whether a test notices, on a small module."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MODULE = """\
LIMIT = 3

def is_over(days):
    return days > LIMIT

def counted_down(days):
    while days > 0:
        days -= 1
    return days
"""
TEST = """\
from toy import counted_down, is_over

def test_more_is_over():
    assert is_over(4) and not is_over(3)

def test_it_ends():
    assert counted_down(2) <= 0
"""


def test_of_the_mutants_of_a_module_it_tells_those_that_no_test_fails_for(tmp_path: Path) -> None:
    module, test = tmp_path / "toy.py", tmp_path / "toy_test.py"
    module.write_text(MODULE, encoding="utf-8")
    test.write_text(f"import sys\nsys.path.insert(0, {str(tmp_path)!r})\n{TEST}", encoding="utf-8")
    command = [sys.executable, "bench/mutants.py", str(module), "--tests", str(test)]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert f"{module}: 9 mutants, 2 survived" in told, told
    for line, words in ((7, "days > 0 -> days >= 0"), (8, "1 -> 2")):
        assert f"{module}:{line}  {words}" in told
    assert "1 never ended" in told, "days -= 1 -> days += 1"
    assert module.read_text(encoding="utf-8") == MODULE
