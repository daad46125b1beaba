"""A console and tasks over files that are damaged, of a newer Polo, or on a disk that can't be written."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import tasks
from devserver.gateway.gateway import Client
from errors import CollectError
from services.read import builds
from services.read.read_model import local_read_model
from settings import Settings
from tests.damage import DAMAGE, refusing, unwritable
from tests.local_files import ACCOUNT, FILES, NOW, collect, model, volumes
from tests.memory import MemoryDataService
from tests.web_routes import paths_of
from tooling.checks.doctor import checks, doctor
from tooling.laptop.cop import cop
from tooling.laptop.costs import costs
from tooling.laptop.reports import report
from tooling.laptop.sync import sync
from tooling.laptop.sync_table import pull
from tooling.laptop.sync_test import FakeAccount
from wiring.web import web_app

BESIDE = {name: file for name, file in FILES.items() if file.path.endswith(".json") and name != "prices"}
HARM = ("a folder", "cut", "of a newer Polo")
PATHS = paths_of(
    "GET", type="volumes", resource=f"volumes/{ACCOUNT}/eu-west-1/a", rule="EBS-GP2", report="waste"
)


@pytest.fixture(autouse=True)
def no_progress(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a busy machine a small estate takes longer than what is told of by a line."""
    monkeypatch.setattr(builds, "LONG", float("inf"))


def fill(folder: Path) -> None:
    for file in (FILES["the estate"], *BESIDE.values()):
        if not (folder / file.path).exists():
            file.fill(folder)


def client(folder: Path) -> Client:
    settings = Settings(
        env="test",
        use_local_data="1",
        local_data_path=str(folder / "local_data.json"),
        cache_path=str(folder / ".cache"),
        patience="60",
    )
    local_read_model.cache_clear()
    return Client(web_app(settings, clock=lambda: NOW))


def check_pages(folder: Path, about: str) -> list[str]:
    """Ask every page; answers those that are an error that says what to do."""
    console, errors = client(folder), []
    for path in PATHS:
        answer = console.get(path)
        assert answer.status in (200, 303, 404, 500, 503), (about, path, answer.status)
        assert "Polo failed" not in answer.text, (about, path)
        assert "<h1" in answer.text or not answer.text.startswith("<!"), (about, path)
        errors += [path] if answer.status >= 500 else []
        way_out = "way out" in answer.text.lower() or "way_out" in answer.text
        assert answer.status < 500 or way_out or path.endswith("/health"), (about, path)
    return errors


@pytest.mark.parametrize("name", BESIDE)
def test_every_page_goes_on_or_says_what_is_wrong_with_a_file(name: str, tmp_path: Path) -> None:
    file = BESIDE[name]
    for harm in HARM if name == "the estate" else HARM[::2]:
        if harm == "of a newer Polo" and not file.schema:
            continue
        folder = tmp_path / harm
        folder.mkdir()
        fill(folder)
        DAMAGE[harm](folder / file.path)
        errors = check_pages(folder, f"{name} is {harm}")
        if name in ("the estate", "a type", "daily values"):
            assert "/" not in errors, "the demo stands in, or the page does without"


def test_every_page_says_where_the_cache_may_be_where_it_can_not_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    collect(tmp_path)
    with unwritable(monkeypatch, errno.EROFS):
        answer = client(tmp_path).get("/")
    assert answer.status == 500
    assert os.strerror(errno.EROFS) in answer.text and "set CACHE_PATH to a folder" in answer.text


def test_a_cache_that_was_written_is_read_where_it_can_not_be_written_any_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(tmp_path)
    model(tmp_path)
    with unwritable(monkeypatch, errno.EROFS):
        answer = client(tmp_path).get("/resources/volumes")
    assert answer.status == 200


@dataclass
class Ask:
    """Runs a task over a data folder. reads: local_data.json before all else. writes: beside it."""

    run: Callable[[Path], int]
    reads: bool = True
    writes: bool = True


class Payer:
    def pages(self, *_: Any, **__: Any) -> Iterator[Any]:
        raise CollectError("no payer", "none")

    call = pages


def collect_again(folder: Path) -> int:
    way = FakeAccount(ACCOUNT, volumes={"eu-west-1": ["vol-a"]})
    return sync("volumes", data_dir=folder, settings=Settings(), open_way=lambda _: way, now=NOW.timestamp)


def pull_table(folder: Path) -> int:
    deployed = MemoryDataService()
    deployed.replace_scope(volumes(1, "abc"))
    return pull(deployed, folder)


TASKS: Mapping[str, Ask] = {
    "sync": Ask(collect_again),
    "sync --from-table": Ask(pull_table),
    "cop": Ask(lambda folder: cop(data_dir=folder, now=NOW)),
    "cop --dry-run": Ask(lambda folder: cop(data_dir=folder, now=NOW, dry_run=True)),
    "report": Ask(lambda folder: report(data_dir=folder, now=NOW)),
    "doctor": Ask(lambda folder: doctor({"local data": checks(folder)["local data"]}, now=NOW), writes=False),
    "costs": Ask(
        lambda folder: costs(data_dir=folder, source=Payer(), now=NOW, settings=Settings()), reads=False
    ),
}
READERS = [name for name, task in TASKS.items() if task.reads]
WRITERS = [name for name, task in TASKS.items() if task.writes]
NO_DATA = {
    *("run", "invoke"),  # pages, see above
    *("backup", "restore"),  # of what people enter: tooling/laptop/backup_test.py
    *("tailwind", "prices", "policy", "aws", "test", "lint", "format", "lock", "template", "demo"),
    *("build", "zip", "deploy", "destroy", "bootstrap", "outputs", "account", "logs", "events", "derive"),
    *("push", "releases", "rollback", "sweep"),
}


@pytest.fixture(autouse=True)
def profile(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    config = tmp_path_factory.mktemp("aws") / "config"
    config.write_text("[profile prod]\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))


def said(name: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    capsys.readouterr()
    code = TASKS[name].run(folder)
    return code, "".join(capsys.readouterr())


@pytest.mark.parametrize("name", READERS)
def test_a_task_says_in_one_line_what_is_wrong_with_the_estate(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for harm in HARM:
        folder = tmp_path / harm
        folder.mkdir()
        collect(folder)
        DAMAGE[harm](folder / "local_data.json")
        code, lines = said(name, folder, capsys)
        assert (code, lines.count("\n")) == (1, 1), (harm, lines)
        assert "local_data.json" in lines and "Way out: " in lines, (harm, lines)
        assert ("update Polo" in lines) == (harm == "of a newer Polo")
    collect(tmp_path)
    with refusing(monkeypatch, tmp_path / "local_data.json", errno.EACCES):
        code, lines = said(name, tmp_path, capsys)
    assert (code, lines.count("\n")) == (1, 1), lines
    assert os.strerror(errno.EACCES) in lines


@pytest.mark.parametrize("name", WRITERS)
@pytest.mark.parametrize("number", [errno.EROFS, errno.ENOSPC])
def test_a_task_says_in_one_line_that_it_can_not_write(
    name: str,
    number: int,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fill(tmp_path)
    before = (tmp_path / "local_data.json").read_bytes()
    with unwritable(monkeypatch, number):
        code, lines = said(name, tmp_path, capsys)
    (line,) = (line for line in lines.splitlines() if "can't write" in line)
    assert code == 1
    assert os.strerror(number) in line and "Way out: " in line
    assert "Traceback" not in lines and "Synced" not in lines
    assert (tmp_path / "local_data.json").read_bytes() == before


def test_every_task_is_in_one_of_the_lists() -> None:
    known = {name.partition(" ")[0] for name in TASKS} | NO_DATA
    assert not set(tasks.namespace.task_names) - known, "a task that reads the estate belongs into TASKS"


def test_without_any_harm_there_is_no_error(tmp_path: Path) -> None:
    fill(tmp_path)
    assert check_pages(tmp_path, "nothing") == []
