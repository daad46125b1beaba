"""The store of invocations: what is kept, for how long, and what of it is cut."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from devserver.record.folder import FOLDER, keeping, run_secret
from devserver.record.invocation import Invocation, new_id, title_of
from devserver.record.invocations import KEPT, find, record, summaries
from devserver.record.limits import TEXT_LIMIT, WHOLE_LIMIT, shortened, to_json

START = datetime(2026, 3, 4, 5, 6, 7, 8000, tzinfo=UTC)


@pytest.fixture(autouse=True)
def folder() -> Iterator[Path]:
    with keeping() as path:
        yield path


def made(**values: Any) -> Invocation:
    defaults = {"id": new_id(), "function": "F", "started": START, "event": {"a": 1}, "context": {"b": 2}}
    return Invocation(**defaults | values)


def test_what_was_recorded_is_found_whole() -> None:
    first = made(
        response={"statusCode": 200, "body": "ü\ud800"},
        status=200,
        logs=("one", "two"),
        duration=1.5,
        memory=31,
        cold=True,
    )
    record(first)
    assert find(first.id) == first


def test_the_list_begins_with_the_newest() -> None:
    for place in range(3):
        record(made(function=f"F{place}", started=START + timedelta(seconds=place)))
    assert [each.function for each in summaries()] == ["F2", "F1", "F0"]


def test_only_the_last_are_kept(folder: Path) -> None:
    ids = [new_id() for _ in range(KEPT + 30)]
    for id in ids:
        record(made(id=id))
        if id in (ids[100], ids[-1]):
            summaries()
    assert [each.id for each in summaries()] == ids[: -KEPT - 1 : -1]
    assert len(list(folder.glob("*.json"))) == KEPT
    assert find(ids[0]) is None


def test_another_process_of_the_run_sees_them() -> None:
    code = (
        "from datetime import datetime, UTC\n"
        "from devserver.record.invocations import *\n"
        "record(Invocation('0' * 20, 'Other', datetime.now(UTC), {}, {}))\n"
        "writer.flush()"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parent.parent.parent)
    assert [each.function for each in summaries()] == ["Other"]


def test_a_half_written_file_is_left_out(folder: Path) -> None:
    (folder / f"{new_id()}.json").write_text('{"id": "x", "fun')
    assert summaries() == []


@pytest.mark.parametrize("id", ["../key", "key", "", "0" * 19, "0" * 20 + "\n", "0" * 20])
def test_only_an_id_finds_something(id: str) -> None:
    assert find(id) is None


def test_a_run_leaves_nothing_behind() -> None:
    with keeping() as inner:
        record(made())
        secret = run_secret()
        assert len(secret) == 64
        if os.name != "nt":
            assert inner.stat().st_mode & 0o077 == 0
    assert not inner.exists()
    assert run_secret() != secret


@pytest.mark.skipif(os.name != "posix", reason="asks for a process by its number")
def test_what_a_killed_run_left_is_removed_by_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    names = (f"polo-{ended.pid}-a", f"polo-{os.getpid()}-b", "polo-x-c", "polo-notes", "other")
    for name in names:
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.json").touch()
    with keeping():
        left = {path.name for path in tmp_path.iterdir()}
    assert set(names) - left == {names[0]}


def test_without_a_folder_nothing_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(FOLDER)
    first = made()
    record(first)
    assert summaries() == []
    assert find(first.id) is None


def test_a_long_text_is_cut_and_said_so() -> None:
    cut: list[str] = []
    value = shortened("event", {"body": "x" * 150_000, "Records": [{"body": "y" * 7}]}, cut)
    assert value["body"] == "x" * TEXT_LIMIT
    assert value["Records"] == [{"body": "y" * 7}]
    assert cut == ["event.body: 150000 characters, the first 100000 kept"]


@pytest.mark.parametrize("answer", [{1, 2}, {("a",): 1}, float("nan"), b"bytes", object, ["x" * 90_000] * 99])
def test_an_answer_that_is_no_json_or_too_much_is_kept_as_text(answer: object) -> None:
    record(first := made(response=answer))
    found = find(first.id)
    assert found is not None
    assert found.event in ({"a": 1}, "{'a': 1}")
    assert len(to_json(vars(first) | {"started": ""})) <= WHOLE_LIMIT


def test_an_answer_that_holds_itself_is_kept_as_text() -> None:
    answer: dict[str, Any] = {}
    answer["self"] = answer
    record(first := made(response=answer))
    found = find(first.id)
    assert found is not None
    assert found.cut[0].startswith("event: shown as text")


@pytest.mark.parametrize(
    ("event", "title"),
    [
        ({"httpMethod": "GET", "path": "/a"}, "GET /a"),
        (
            {"httpMethod": "GET", "path": "/a", "multiValueQueryStringParameters": {"q": ["1", "2"]}},
            "GET /a?q=1&q=2",
        ),
        ({"detail-type": "Scheduled Event"}, "Scheduled Event"),
        ({"Records": [{"eventSource": "aws:sqs"}]}, "SQS, 1 record"),
        ({"Records": [{"EventSource": "aws:sns"}, {}]}, "SNS, 2 records"),
        ({"Records": []}, "event"),
        ({"httpMethod": "GET", "path": "/a", "multiValueQueryStringParameters": ["odd"]}, "GET /a"),
        (None, "event"),
    ],
)
def test_an_event_is_named_in_a_few_words(event: Any, title: str) -> None:
    assert title_of(event) == title


def test_a_failure_is_told_by_its_last_line() -> None:
    told = made(error="Traceback\n  File\nKeyError: 'a'\n").summary
    assert (told.failure, told.failed) == ("KeyError: 'a'", True)
    assert json.dumps(told.status) == "null"
