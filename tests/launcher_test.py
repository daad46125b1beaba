"""./inv, the launcher: installs when the lock has changed, then hands over."""

from __future__ import annotations

import ast
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
INSTALLS = ("first_install", "wheel_index", "wheel_tags")  # what the launcher needs of tooling
ECHO = '#!/bin/sh\necho "$@"\n'

pytestmark = pytest.mark.skipif(os.name == "nt", reason="stands in for programs with shell scripts")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout with an installed .venv whose Python and uv only say how they were called."""
    copy_launcher(tmp_path)
    (tmp_path / "requirements.dev.txt").write_text("lock 1\nuv==1.0\n")
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    (tmp_path / ".venv" / "installed.requirements.dev.txt").write_text("lock 1\nuv==1.0\n")
    for name in (".venv/bin/python", ".venv/bin/uv"):
        (tmp_path / name).write_text(ECHO)
        (tmp_path / name).chmod(0o755)
    return tmp_path


def copy_launcher(folder: Path) -> None:
    shutil.copy(ROOT / "inv", folder)
    (folder / "tooling" / "install").mkdir(parents=True)
    for name in ("__init__", "install/__init__", *map("install/{}".format, INSTALLS)):
        shutil.copy(ROOT / "tooling" / f"{name}.py", folder / "tooling" / f"{name}.py")


def inv(checkout: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": "/usr/bin:/bin"}
    command = [sys.executable, str(checkout / "inv"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, env=environment)


def test_an_unchanged_lock_goes_straight_to_the_tasks(checkout: Path) -> None:
    done = inv(checkout, "run", "--port", "2201")
    assert done.stdout.strip() == f"{checkout}/tasks.py run --port 2201"
    assert done.stderr == ""


def test_a_changed_lock_is_installed_once(checkout: Path) -> None:
    (checkout / "requirements.dev.txt").write_text("lock 2\nuv==1.0\n")
    done = inv(checkout, "--list")
    assert "installing 1 packages into .venv" in done.stderr
    assert "pip sync" in done.stdout
    assert "--require-hashes" in done.stdout
    assert inv(checkout, "--list").stderr == ""


def test_an_install_that_fails_is_tried_again(checkout: Path) -> None:
    (checkout / "requirements.dev.txt").write_text("lock 2\nuv==1.0\n")
    (checkout / ".venv" / "bin" / "uv").write_text("#!/bin/sh\nexit 1\n")
    for _ in range(2):
        done = inv(checkout, "--list")
        assert done.returncode == 1
        assert "inv: failed" in done.stderr


def test_ctrl_c_while_it_installs_is_one_line(checkout: Path) -> None:
    (checkout / "requirements.dev.txt").write_text("lock 2\nuv==1.0\n")
    (checkout / ".venv" / "bin" / "uv").write_text("#!/bin/sh\necho begun >&2\nexec sleep 600\n")
    command = [sys.executable, str(checkout / "inv"), "--list"]
    options = {"stderr": subprocess.PIPE, "text": True, "start_new_session": True}
    with subprocess.Popen(command, **options) as process:
        assert process.stderr is not None
        assert "installing" in process.stderr.readline()
        assert process.stderr.readline() == "begun\n"  # else Ctrl-C may come before there is a uv to end
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does: the launcher, and what it has started
        assert process.stderr.read() == "inv: interrupted. Way out: the same command goes on from here\n"
    assert process.returncode == 130
    assert not [*(checkout / ".venv").glob("uv-*")]


INTERRUPT = """
import signal, sys

file, line = sys.argv[1], int(sys.argv[2])

def ctrl_c(frame, event, _):
    if frame.f_code.co_filename == file and event == "line" and frame.f_lineno == line:
        sys.settrace(None)
        signal.raise_signal(signal.SIGINT)
    return ctrl_c

code = compile(open(file).read(), file, "exec")
for name in ("os", "signal"):
    del sys.modules[name]
sys.settrace(ctrl_c)
exec(code, {"__name__": "__main__", "__file__": file})
"""


def lines_before_it_hands_over(launcher: Path) -> list[int]:
    """Of the launcher's statements after the first that can end on Ctrl-C, up to where it is held back."""
    source = launcher.read_text(encoding="utf-8")
    module = ast.parse(source)
    (main,) = (each for each in module.body if isinstance(each, ast.FunctionDef) and each.name == "main")
    line_of = {ast.unparse(each): each.lineno for each in (*module.body, *main.body)}
    watched = line_of["sys.excepthook = ended"]
    held = line_of["signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})"]
    found = [each.lineno for each in module.body if each.lineno > watched]
    return found + [each.lineno for each in main.body if each.lineno < held]


@pytest.mark.parametrize("line", lines_before_it_hands_over(ROOT / "inv"))
def test_ctrl_c_at_any_line_of_the_launcher_is_one_line(checkout: Path, line: int) -> None:
    command = [sys.executable, "-c", INTERRUPT, str(checkout / "inv"), str(line)]
    done = subprocess.run(command, capture_output=True, text=True, env={"PATH": "/usr/bin:/bin"})
    assert done.stderr == "inv: interrupted. Way out: the same command goes on from here\n"
    assert (done.returncode, done.stdout) == (130, "")


def test_a_missing_lock_says_how_to_get_it_back(checkout: Path) -> None:
    (checkout / "requirements.dev.txt").unlink()
    done = inv(checkout, "run")
    assert done.returncode == 1
    assert "git checkout requirements.dev.txt" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_python_without_all_of_its_library_is_one_line(checkout: Path) -> None:
    (checkout / "requirements.dev.txt").write_text("lock 2\nuv==1.0\n")
    with (checkout / "tooling" / "__init__.py").open("a") as file:
        file.write("import sys\nsys.modules['shutil'] = None\n")
    done = inv(checkout, "run")
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1), done.stderr
    assert "shutil" in done.stderr and "Way out: apt install python3" in done.stderr


def test_every_task_has_one_line_of_help() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "invoke", "--list"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    tasks = [line.split() for line in done.stdout.splitlines() if line.startswith("  ") and line[2] != " "]
    assert len(tasks) > 8
    assert [words[0] for words in tasks if len(words) < 3] == []


@pytest.mark.parametrize(
    "arguments",
    [
        ("run", "--port", "abc"),
        ("run", "--port", "99999"),
        ("aws", "start", "--port", "99999"),
        ("aws", "dance"),
        ("demo", "--resources", "-5"),
        ("demo", "--output", "/proc/nowhere/demo.json"),
        ("test", "--fail-under", "all"),
    ],
)
def test_a_bad_value_is_one_line_without_a_traceback(arguments: tuple[str, ...]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "invoke", *arguments], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode != 0
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
