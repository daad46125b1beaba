from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import NoReturn

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from errors import CantWrite, DataFileError
from services.conformance_test import BUCKETS, VOLUMES, attempt, failure
from services.store.estate import Estate, read_estate, read_heads, write_estate
from services.store.files import atomic_writer

NOW = 1_000_000  # milliseconds since 1970
SRC = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "local_data.json"


def estate() -> Estate:
    found = Estate(accounts={"111111111111": "prod"}, demo=True)
    found.take(attempt(1, "ab"), NOW)
    found.take(attempt(1, "a", BUCKETS), NOW)
    found.take(attempt(2, "ab", BUCKETS), NOW)
    found.take(failure(3, BUCKETS), NOW)
    return found


def test_estate_survives_a_trip_to_its_file(file: Path) -> None:
    write_estate(file, estate())
    assert read_estate(file) == estate()


def test_same_estate_is_the_same_file(file: Path) -> None:
    write_estate(file, estate())
    before = file.read_bytes()
    write_estate(file, read_estate(file))
    assert file.read_bytes() == before


def test_file_has_a_resource_a_line(file: Path) -> None:
    write_estate(file, estate())
    lines = file.read_text().splitlines()
    assert sum('"id":"' in line for line in lines) == 5  # 4 resources, 1 change


def test_newer_scope_wins_a_merge_and_the_other_stays() -> None:
    one, other = Estate(), Estate()
    one.take(attempt(5, "a"), NOW)
    other.take(attempt(4, "old"), NOW)
    other.take(attempt(6, "b", BUCKETS), NOW)
    one.merge(other, NOW)
    assert {scope: [found["id"] for found in documents] for scope, documents in one.resources.items()} == {
        VOLUMES: ["a"],
        BUCKETS: ["b"],
    }


@pytest.mark.parametrize(
    ("content", "where"),
    [
        (b"", ":1:1: Input data was truncated"),
        (b'{"meta":\n  {"schema": 1,\n   oops}}', ":3:4: JSON is malformed"),
        (b'{"meta":{"schema":1', ":1:20: Input data was truncated"),
        (b'{"meta":\n{"name": "\xff"}}', ":2:11: not UTF-8"),
        ("{\n\"é\": \"a\\ud800 and more\"}".encode(), ":2:14: JSON is malformed"),
        (b'{"meta":\n NaN}', ":2:2: JSON is malformed"),
        (b"[]", ":1:1: not a Polo data file"),
        (b'{"meta":{"schema":"x"}}', "schema x, this Polo reads 1"),
        (b'{"meta":{"schema":1,"scopes":[]}}', "'items'"),
        (b'{"meta":{"schema":1,"scopes":["x"]},"items":[]}', "not a Polo data file"),
        (b'{"meta":{"schema":1,"scopes":[],"accounts":"x"},"items":[]}', "not a Polo data file"),
        (b'{"meta":{"schema":1,"scopes":[{"account":"1","region":"r","type":"t","count":"x"}]},"items":[]}',
         "Expected `int`, got `str` - at `$.count`"),
        (b'{"meta":{"schema":1,"scopes":[]},"items":[{"account":"1","region":"r","type":"t","id":"a"}]}',
         "the scope of a"),
        (b"[" * 100_000, "not a Polo data file"),
    ],
)  # fmt: skip
def test_corrupt_file_says_where(file: Path, content: bytes, where: str) -> None:
    file.write_bytes(content)
    with pytest.raises(DataFileError) as error:
        read_estate(file)
    assert error.value.message.startswith(f"{file}:")
    assert where in error.value.message
    assert error.value.way_out == "restore the file, or remove it and run inv sync"


def test_file_of_a_newer_polo_says_to_update(file: Path) -> None:
    file.write_text('{"meta":{"schema":99}}')
    with pytest.raises(DataFileError) as error:
        read_estate(file)
    assert str(error.value) == f"{file}:1:1: schema 99, this Polo reads 1. Way out: update Polo"


def test_scopes_are_read_without_the_resources(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_estate(file, estate())
    monkeypatch.setattr("services.store.estate.read_estate", None)
    assert read_heads(file) == estate().heads


def test_scopes_of_a_file_that_an_editor_has_formatted_are_read_too(file: Path) -> None:
    write_estate(file, estate())
    file.write_text(json.dumps(json.loads(file.read_text()), indent=1))
    assert read_heads(file) == estate().heads


def test_missing_file_says_what_makes_one(file: Path) -> None:
    with pytest.raises(DataFileError, match="does not exist. Way out: inv sync"):
        read_estate(file)


def test_folder_in_its_place_is_a_clear_error(file: Path) -> None:
    file.mkdir()
    with pytest.raises(DataFileError, match="local_data.json is a folder. Way out: move it away"):
        read_estate(file)


@settings(max_examples=150, deadline=None)
@given(cut=st.floats(0, 1), junk=st.binary(max_size=4))
def test_truncated_file_is_never_half_read(
    cut: float, junk: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    file = tmp_path_factory.mktemp("cut") / "local_data.json"
    write_estate(file, estate())
    whole = file.read_bytes()
    file.write_bytes(whole[: int(len(whole.rstrip()) * cut * 0.999)] + junk)
    with pytest.raises(DataFileError):
        read_estate(file)


def test_block_that_fails_leaves_the_old_file_and_no_trace(file: Path) -> None:
    file.write_text("old")
    with pytest.raises(ZeroDivisionError), atomic_writer(file) as new:
        new.write("half")
        raise ZeroDivisionError
    assert file.read_text() == "old"
    assert [found.name for found in file.parent.iterdir()] == ["local_data.json"]


def test_new_file_takes_the_place_of_the_old_and_never_writes_into_it(file: Path, tmp_path: Path) -> None:
    write_estate(file, Estate())
    held = tmp_path / "held-by-a-reader"
    held.hardlink_to(file)
    before = held.read_bytes()
    write_estate(file, estate())
    assert held.read_bytes() == before != file.read_bytes()


def test_full_disk_leaves_the_old_file_and_no_trace(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_estate(file, Estate())
    before = file.read_bytes()

    def full(_: int) -> NoReturn:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(CantWrite, match="No space left on device. Way out: free some space"):
        write_estate(file, estate())
    assert file.read_bytes() == before
    assert len(list(file.parent.iterdir())) == 1


WRITER = """
import sys
sys.path.insert(0, sys.argv[1])
from pathlib import Path
from services.store.estate import Estate, write_estate
from services.conformance_test import attempt
generation = 0
while True:
    generation += 1
    estate = Estate()
    estate.take(attempt(generation, [f"{n:04}" for n in range(400)], name=f"of {generation}"), generation)
    write_estate(Path(sys.argv[2]), estate)
    print(generation, flush=True)
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="there is no kill on Windows")
@pytest.mark.parametrize("milliseconds", [0, 3, 7, 11, 17])
def test_kill_at_any_instant_leaves_a_whole_file(file: Path, milliseconds: int) -> None:
    with subprocess.Popen(  # noqa: S603  itself
        [sys.executable, "-c", WRITER, str(SRC), str(file)], stdout=subprocess.PIPE, text=True
    ) as writer:
        assert writer.stdout is not None
        first = writer.stdout.readline()
        deadline = time.monotonic() + milliseconds / 1000
        while time.monotonic() < deadline:
            pass
        writer.kill()
    assert first == "1\n"
    found = read_estate(file)
    (documents,) = found.resources.values()
    assert {document["name"] for document in documents} == {f"of {found.heads[VOLUMES].generation}"}
    assert len(documents) == 400
    write_estate(file, Estate())
    assert [left.name for left in file.parent.iterdir()] == [file.name], "what it left is swept"
