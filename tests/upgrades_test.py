"""What each earlier version has stored: this one reads it, and writes over it what that one can read.

Each folder in tests/fixtures is of the version with that commit. To add one:
python tests/fixtures/stored.py CHECKOUT tests/fixtures/COMMIT
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from moto import mock_aws

from tests.damaged_data_test import check_pages
from tests.fixtures.stored import (
    LATER,
    NOW,
    Stores,
    deployed,
    dump_tables,
    load_tables,
    local,
    make,
    make_tables,
    read,
    write,
)

FOLDER = Path(__file__).resolve().parent / "fixtures"
VERSIONS = sorted(path.parent.name for path in FOLDER.glob("*/tables.json"))
TOMORROW = NOW + timedelta(days=1)
IDS = "bcdefg"
SCHEMA = re.compile(r'"schema":\s*(?:{\s*"N":\s*")?(\d+)')


@pytest.fixture(params=VERSIONS)
def version(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A copy of what a version has stored."""
    return Path(shutil.copytree(FOLDER / request.param, tmp_path / "stored"))


@pytest.fixture(params=["data", "tables"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def client() -> Iterator[Any]:
    with mock_aws():
        yield make_tables()


@pytest.fixture
def stores(version: Path, kind: str, client: Any) -> Stores:
    """This version's, over what the other has stored."""
    if kind == "data":
        return local(version / "data", LATER)
    load_tables(client, json.loads((version / "tables.json").read_text(encoding="utf-8")))
    return deployed(client, LATER)


def knows(found: Any, expected: Any) -> bool:
    """Whether all of it is there; a later version may say more of each thing."""
    if isinstance(expected, dict):
        return isinstance(found, dict) and all(
            name in found and knows(found[name], value) for name, value in expected.items()
        )
    if isinstance(expected, list):
        return len(found) == len(expected) and all(map(knows, found, expected))
    return bool(found == expected)


def expected_of(version: Path, kind: str) -> Any:
    return json.loads((version / f"{kind}.expected.json").read_text(encoding="utf-8"))


def test_there_are_versions() -> None:
    assert "0c1979f" in VERSIONS


def test_all_of_it_is_read(version: Path, kind: str, stores: Stores) -> None:
    found, expected = read(stores), expected_of(version, kind)
    for name, value in expected.items():
        assert knows(found[name], value), name


def test_it_is_written_over_and_nothing_of_it_is_lost(version: Path, kind: str, stores: Stores) -> None:
    before = read(stores)
    write(stores, TOMORROW, IDS)
    after = read(stores, TOMORROW.date())
    assert {row["id"] for row in after["resources"]["111122223333 eu-west-1 volumes"]} == {*IDS[1:]}
    assert {*before["changes"]} < {*after["changes"]}
    assert {*before["kept"]} < {*after["kept"]}
    assert len(after["findings"]) == len(IDS)
    assert after["mutes"] == before["mutes"] == expected_of(version, kind)["mutes"]
    assert [day for day, _ in after["trend"]] == ["2026-11-20", "2026-11-21"]
    assert knows(after["daily"]["b"]["values"]["VolumeReadOps.Sum"], [1.0, 0.0])


def test_the_console_shows_it(version: Path) -> None:
    assert check_pages(version / "data", version.name) == []


def schemas(text: str) -> set[str]:
    return {found[1] for found in SCHEMA.finditer(text)}


def test_what_is_written_has_schemas_that_the_other_reads(version: Path, client: Any) -> None:
    """It reads what has its own number, or one more or less (services/store/schema.py)."""
    theirs = schemas((version / "tables.json").read_text(encoding="utf-8"))
    own = local(version / "own", NOW), deployed(client, NOW)
    for each in own:
        write(each, NOW)
    assert {int(number) for number in schemas(json.dumps(dump_tables(client)))} <= _near(theirs)
    for file in (version / "own").rglob("*.json"):
        of_file = version / "data" / file.relative_to(version / "own")
        near = _near(schemas(of_file.read_text(encoding="utf-8")))
        assert {int(number) for number in schemas(file.read_text(encoding="utf-8"))} <= near, file.name


def _near(numbers: set[str]) -> set[int]:
    return {int(number) + step for number in numbers for step in (-1, 0, 1)}


def test_fixtures_of_this_version_are_the_same_bytes_each_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("secrets.token_hex", None)  # what `make` replaces
    monkeypatch.setattr("services.store.dynamo_items.PART", 0)
    made = []
    for name in ("one", "other"):
        folder = tmp_path / name
        folder.mkdir()
        make(folder)
        made.append({path.relative_to(folder): path.read_bytes() for path in folder.rglob("*.json")})
    assert made[0] == made[1]
    assert len(made[0]) >= 14
