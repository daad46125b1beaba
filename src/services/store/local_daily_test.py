from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from errors import DataFileError
from services.daily_store import Fetched
from services.models.domain.daily import DAY
from services.models.kit.scope import Scope
from services.store.local_daily import LocalDaily

SCOPE = Scope("111111111111", "eu-west-1", "volumes")
TODAY = date(2026, 3, 31)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "local_daily.json"


def found(**values: float) -> Fetched:
    return Fetched(
        SCOPE, TODAY - DAY, {id: {"Reads.Sum": {TODAY - DAY: each}} for id, each in values.items()}
    )


def test_a_resource_is_a_line_and_the_same_values_are_the_same_bytes(path: Path) -> None:
    LocalDaily(path).keep([found(b=1.0, a=0.0)], TODAY)
    before = path.read_bytes()
    assert b'\n{"id":"a","last":"2026-03-30","values":{"Reads.Sum":[0.0]}},\n' in before
    LocalDaily(path).keep([found(a=0.0, b=1.0)], TODAY)
    assert path.read_bytes() == before


def test_another_process_s_values_are_seen(path: Path) -> None:
    reader = LocalDaily(path)
    assert reader.one(SCOPE, "a") is None
    LocalDaily(path).keep([found(a=1.0)], TODAY)
    assert reader.one(SCOPE, "a") is not None


@pytest.mark.parametrize(
    ("content", "place"),
    [
        (b"", "1:1"),
        (b'{\n "schema": oops}', "2:12"),
        (b"[]", "1:1"),
        (b'{"schema":3,"scopes":[]}', "1:1"),
        (b"\xff", "1:1"),
        (b"[" * 100_000, "1:1"),
        (
            b'{"schema":1,"scopes":[{"account":"1","region":"r","type":"t","asked":"x","resources":[]}]}',
            "1:1",
        ),
    ],
)
def test_file_that_cannot_be_read_is_named_with_the_way_out(path: Path, content: bytes, place: str) -> None:
    path.parent.mkdir()
    path.write_bytes(content)
    for ask in (lambda daily: daily.asked("1"), lambda daily: daily.keep([found(a=1.0)], TODAY)):
        with pytest.raises(DataFileError, match=f"local_daily.json:{place}: .*(remove the file|update Polo)"):
            ask(LocalDaily(path))
    assert path.read_bytes() == content


def test_values_that_are_none_are_told_when_they_are_asked_for(path: Path) -> None:
    path.parent.mkdir()
    scope = '{"account":"111111111111","region":"eu-west-1","type":"volumes","asked":"2026-03-30"'
    path.write_text(f'{{"schema":1,"scopes":[{scope},"resources":[7]}}]}}')
    with pytest.raises(DataFileError, match="not Polo's daily values"):
        list(LocalDaily(path).of(SCOPE.account))


def test_values_of_one_are_found_whatever_its_id_looks_like(path: Path) -> None:
    odd = ("a", "aa", '","', "a\nb", ".*", "[", "\\", "\u00e9\U0001f525", "last")
    LocalDaily(path).keep([Fetched(SCOPE, TODAY - DAY, {id: {"x": {TODAY - DAY: 1.0}} for id in odd})], TODAY)
    reader = LocalDaily(path)
    assert [found.id for id in odd if (found := reader.one(SCOPE, id))] == list(odd)
    assert [reader.one(SCOPE, id) for id in ("b", "", "a,", "AA")] == [None] * 4
