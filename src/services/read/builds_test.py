"""One builder, however many ask, however it ends: over the demo estate and real processes."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from errors import PoloError
from services.models.all import Everything
from services.read.builds import SRC, STAYS, TRIES, Build, BuildFailed, OnItsWay, Progress, at_work, wait_for
from services.read.everything_file import KIND
from services.read.read_model import ReadModel, build_of
from services.store.files import whole
from services.store.lock import if_free
from tooling.demo.demo import write_demo

ASK = """
import sys
from pathlib import Path
from services.read import builds
from services.read.read_model import ReadModel
start = builds._start
def counted(*given):
    with open(sys.argv[2] + "/started", "a") as file:
        file.write("x")
    start(*given)
builds._start = counted
file = Path(sys.argv[1])
print(ReadModel(file, Path(sys.argv[2]), file).current().totals().count)
"""
BEGIN = """
import os, sys
from pathlib import Path
from services.read.builds import OnItsWay
from services.read.read_model import ReadModel
file = Path(sys.argv[1])
try:
    ReadModel(file, Path(sys.argv[2]), file, patience=0).current()
except OnItsWay:
    print("begun", flush=True)
os._exit(0)
"""
HOLD = """
import sys, time
from pathlib import Path
from services.store.lock import if_free
lock = if_free(Path(sys.argv[1]))
print("held" if lock else "not free", flush=True)
time.sleep(600)
"""


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("data") / "demo.json"
    write_demo(file, 1500)
    return file


@pytest.fixture
def build(demo: Path, tmp_path: Path) -> Build:
    return build_of(demo, tmp_path)


@pytest.fixture
def running() -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Starts Python with these words, in src; ended with the test."""
    started: list[subprocess.Popen[str]] = []

    def start(*words: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-c", *words]
        process = subprocess.Popen(command, cwd=SRC, stdout=subprocess.PIPE, text=True)  # noqa: S603
        started.append(process)
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.communicate()


def test_eight_processes_that_ask_at_once_start_one_builder(
    demo: Path, tmp_path: Path, running: Callable[..., subprocess.Popen[str]]
) -> None:
    readers = [running(ASK, str(demo), str(tmp_path)) for _ in range(8)]
    assert {reader.communicate(timeout=300)[0] for reader in readers} == {"1500\n"}
    assert (tmp_path / "started").read_text() == "x"
    assert len([*tmp_path.glob("everything-*.sqlite")]) == 1


def test_who_has_no_patience_hears_how_far_it_is_and_finds_it_later(demo: Path, tmp_path: Path) -> None:
    hasty = ReadModel(demo, tmp_path, demo, patience=0)
    with pytest.raises(OnItsWay, match=r"^Reading .*, \d+ s so far") as raised:
        hasty.current()
    assert (raised.value.status, raised.value.retry_after > 0) == (503, True)
    assert ReadModel(demo, tmp_path, demo).current().totals().count == 1500
    assert hasty.current().totals().count == 1500


def test_new_content_leaves_what_was_read_until_it_is_there(demo: Path, tmp_path: Path) -> None:
    file = tmp_path / "own.json"
    file.write_bytes(demo.read_bytes())
    model = ReadModel(file, tmp_path, demo)
    before = model.current()
    model.patience = 0
    write_demo(file, 60)
    assert model.current() is before
    assert model.notice.startswith("Showing the data read before. Reading ")
    wait_for(build_of(file, tmp_path))
    assert (model.current().totals().count < 100, model.notice) == (True, "")


def test_builder_that_was_killed_is_followed_by_another(
    build: Build, running: Callable[..., subprocess.Popen[str]]
) -> None:
    holder = running(HOLD, str(build.target.parent / f".{KIND}.lock"))
    assert holder.stdout and holder.stdout.readline() == "held\n"
    with pytest.raises(OnItsWay):
        wait_for(build, patience=0.1)
    holder.kill()
    holder.wait()
    assert Everything(wait_for(build)).totals().count == 1500


def test_what_a_process_began_goes_on_without_it(
    demo: Path, tmp_path: Path, running: Callable[..., subprocess.Popen[str]]
) -> None:
    """As an environment of the dev server ends with every save."""
    ended = running(BEGIN, str(demo), str(tmp_path))
    assert ended.communicate(timeout=300)[0] == "begun\n"
    build = build_of(demo, tmp_path)
    deadline = time.monotonic() + 300
    while not build.target.exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert Everything(build.target).totals().count == 1500


def test_builders_that_die_again_and_again_are_told_of(tmp_path: Path) -> None:
    target = tmp_path / "never.sqlite"
    build = Build(target, "odd", "json.tool", (str(tmp_path / "none"),), Progress("Judging", "resources"))
    with pytest.raises(BuildFailed, match=rf"has died {TRIES} times"):
        wait_for(build, patience=300)
    assert "none" in (tmp_path / ".odd.log").read_text()


def test_what_a_builder_says_is_told_to_all_for_a_while(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build = Build(tmp_path / "a", "odd", "json.tool", (), Progress("Judging", "resources"))

    def refuse(_: object) -> None:
        raise PoloError("no rule can be read", "mend cop.toml")

    assert at_work(build.target, build.kind, refuse) == 1
    for _ in range(3):
        with pytest.raises(BuildFailed, match="no rule can be read. Way out: mend cop.toml"):
            wait_for(build)
    later = time.time() + STAYS
    monkeypatch.setattr(time, "time", lambda: later)
    with pytest.raises(OnItsWay):
        wait_for(build, patience=0)


def test_builder_tells_how_much_there_is(tmp_path: Path) -> None:
    target = tmp_path / "a"
    build = Build(target, "odd", "json.tool", (), Progress("Judging", "resources"))
    seen: list[str] = []

    def make(note: Callable[[Progress], None]) -> None:
        note(Progress("Judging", "resources", 100_000))
        with pytest.raises(OnItsWay) as raised:
            wait_for(build, patience=0)
        seen.append(raised.value.message)
        with whole(target) as part:
            part.write_text("done")

    with if_free(tmp_path / ".odd.lock") as held:  # type: ignore[union-attr]
        assert held and at_work(target, "odd", make) == 0
    assert seen == ["Judging 100,000 resources, 0 s so far"]
    assert wait_for(build, patience=0) == target


def test_what_takes_long_is_told_in_the_terminal(build: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.read.builds.LONG", 0.0)
    told: list[str] = []
    wait_for(build, tell=told.append)
    assert told[0].startswith("Reading ") and told[0].endswith("s so far")


def test_a_builder_of_other_content_refuses_and_the_next_look_finds_the_new_name(
    demo: Path, tmp_path: Path
) -> None:
    file = tmp_path / "own.json"
    file.write_bytes(demo.read_bytes())
    model = ReadModel(file, tmp_path, demo)
    old = model._build_of(file)
    write_demo(file, 60)
    model._builds[file] = ((file.stat().st_mtime_ns, file.stat().st_size), old)  # read just before it changed
    assert model.current().totals().count < 100
    assert not old.target.exists()
