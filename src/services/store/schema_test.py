"""Release N reads what N-1 and N+1 wrote, in both stores."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from moto import mock_aws

from errors import DataFileError, PoloError
from services.conformance_test import VOLUMES, attempt, make_table, moto_client
from services.dynamo_data_service import DynamoDataService
from services.local_data_service import LocalDataService
from services.models.all import Everything
from services.models.everything.query import Query
from services.read.everything_build import build
from services.read.table_read_model import TableReadModel
from services.store import dynamo_items
from services.store.dynamo_items import pack, unpack
from services.store.dynamo_table import Table
from services.store.estate import SCHEMA, read_estate, write_estate
from services.store.schema import check_schema

BEGIN, END = datetime(1970, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
LATER = {"from_a_later_release": {"any": ["thing"]}}


@pytest.mark.parametrize("found", [None, "1", 3, -1, 1.5, [1]])
def test_what_was_written_two_releases_away_is_refused(found: object) -> None:
    with pytest.raises(KeyError, match="this Polo reads 1"):
        check_schema(found, 1)


@pytest.mark.parametrize("schema", [SCHEMA - 1, SCHEMA, SCHEMA + 1])
def test_a_data_file_of_a_neighbouring_release_is_read(tmp_path: Path, schema: int) -> None:
    path = tmp_path / "local_data.json"
    service = LocalDataService(path)
    for generation, names in ((1000, "ab"), (2000, "bc")):
        service.replace_scope(attempt(generation, names, VOLUMES))
    before = read_estate(path)
    path.write_text(json.dumps(rewritten(json.loads(path.read_text()), schema)))
    found = read_estate(path)
    assert (found.heads.keys(), found.history) == (before.heads.keys(), before.history)
    assert found.heads[VOLUMES].generation == 2000
    build(path, tmp_path / "everything.sqlite")
    assert ids(Everything(tmp_path / "everything.sqlite")) == ["b", "c"]
    write_estate(path, found)
    assert json.loads(path.read_text())["meta"]["schema"] == SCHEMA


def test_a_data_file_two_releases_away_is_refused_and_stays(tmp_path: Path) -> None:
    path = tmp_path / "local_data.json"
    LocalDataService(path).replace_scope(attempt(1, "a", VOLUMES))
    path.write_text(json.dumps(rewritten(json.loads(path.read_text()), SCHEMA + 2)))
    before = path.read_bytes()
    with pytest.raises(DataFileError, match=f"schema {SCHEMA + 2}, this Polo reads {SCHEMA}"):
        read_estate(path)
    assert path.read_bytes() == before


def rewritten(content: Any, schema: int) -> Any:
    """As a later release would have written it, or without what an earlier one did not know."""
    meta = content["meta"] | {"schema": schema}
    meta["scopes"] = [changed(head, ("calls", "throttles", "seconds"), schema) for head in meta["scopes"]]
    items = [changed(item, ("state_since", "owner", "raw"), schema) for item in content["items"]]
    history = [entry | LATER for entry in content.get("history", ())]
    return {"meta": meta | LATER, "items": items, "history": history} | LATER


def changed(document: Any, optional: tuple[str, ...], schema: int) -> Any:
    if schema > SCHEMA:
        return document | LATER
    return {name: value for name, value in document.items() if name not in optional}


@pytest.mark.parametrize("schema", [SCHEMA - 1, SCHEMA, SCHEMA + 1])
def test_a_table_of_a_neighbouring_release_is_read(tmp_path: Path, schema: int) -> None:
    with mock_aws():
        table, service = deployed()
        rewrite_table(table, schema)
        assert [found["id"] for found in service.resources(VOLUMES)] == ["b", "c"]
        changes = {(change.kind, change.id) for change in service.changes(BEGIN, END)}
        assert changes == {("appeared", "c"), ("vanished", "a")}
        assert ids(TableReadModel(service, tmp_path).current()) == ["b", "c"]
        service.replace_scope(attempt(3000, "c", VOLUMES))
        (head,) = table.query(f"SCOPE#{VOLUMES.account}")
        assert (head["schema"], [each["id"] for each in service.resources(VOLUMES)]) == (1, ["c"])


def test_a_table_two_releases_away_is_refused(tmp_path: Path) -> None:
    with mock_aws():
        table, service = deployed()
        rewrite_table(table, dynamo_items.SCHEMA + 2)
        with pytest.raises(PoloError, match="schema 3, this Polo reads 1. Way out: deploy the release"):
            TableReadModel(service, tmp_path).current()


def deployed() -> tuple[Table, DynamoDataService]:
    make_table(moto_client(), "polo")
    table = Table("polo", moto_client(), now=lambda: 3.0)
    service = DynamoDataService(table)
    for generation, names in ((1000, "ab"), (2000, "bc")):
        service.replace_scope(attempt(generation, names, VOLUMES))
    return table, service


def rewrite_table(table: Table, schema: int) -> None:
    (head,) = table.query(f"SCOPE#{VOLUMES.account}")
    text = changed(json.loads(head["head"]), ("calls", "throttles", "seconds"), schema)
    table.write([head | {"head": json.dumps(text), "schema": schema} | {"later": "x"}])
    for part in table.query(f"SCOPE#{VOLUMES.account}#{VOLUMES.type}#{VOLUMES.region}"):
        documents = [json.loads(line) for line in unpack([part["body"]])]
        (body,) = pack([changed(each, ("state_since", "owner", "raw"), schema) for each in documents])
        table.write([part | {"body": body, "later": "x"}])


def ids(everything: Everything) -> list[str]:
    return sorted(row.id for row in everything.rows(Query()))
