"""What AWS did not answer, in lists: unknown, and neither none nor empty."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from services.cop.judge.rule import example
from services.models.all import Everything
from services.models.everything.line import dump
from services.models.everything.query import Query
from services.models.everything.writer import Writer
from services.models.kit.scope import Scope, ScopeHead

ACCOUNT, REGION = "412233445883", "us-east-1"
DENIED: dict[str, Any] = {"billing": None, "items": None, "denied": ("dynamodb:DescribeTable",)}
TABLES = (
    example("tables", id="a", name="a", items=7, owner="ada"),
    example("tables", id="b", name="b", owner=None, **DENIED),
    example("tables", id="c", name="c", items=3, owner=None, tags={}),
    example("tables", id="d", name="d", items=5, owner=None, tags={}, denied=("tag:GetResources",)),
)


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> Everything:
    path = Path(tmp_path_factory.mktemp("unknown") / "everything.sqlite")
    writer = Writer(path)
    head = ScopeHead(Scope(ACCOUNT, REGION, "tables"), 1, 1, count=len(TABLES))
    writer.replace_scope(head, [dump(table.to_json()).encode() for table in TABLES])
    writer.close()
    return Everything(path)


def facet(everything: Everything, name: str) -> dict[str, int]:
    return {each.value: each.count for each in everything.page(Query("tables")).facets[name]}


def test_an_owner_whose_tag_could_not_be_read_is_unknown(everything: Everything) -> None:
    assert facet(everything, "owner") == {"none": 2, "ada": 1, "unknown": 1}
    found = everything.page(Query("tables", filters={"owner": ("unknown",)}))
    assert [row.id for row in found.rows] == ["d"]


def test_a_value_that_was_not_answered_can_be_filtered_by(everything: Everything) -> None:
    assert facet(everything, "billing")["unknown"] == 1
    found = everything.page(Query("tables", filters={"billing": ("unknown",)}))
    assert [row.id for row in found.rows] == ["b"]


@pytest.mark.parametrize(("descending", "ids"), [(False, "cdab"), (True, "adcb")])
def test_an_unknown_number_is_last_in_either_direction(
    everything: Everything, descending: bool, ids: str
) -> None:
    found = everything.page(Query("tables", sort="items", descending=descending))
    assert "".join(row.id for row in found.rows) == ids
    assert found.rows[-1].fields[1] == "unknown"
