from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from services.models import RESOURCE_TYPES
from services.models.kit.base import Document
from services.models.kit.change import Change
from services.models.kit.scope import Key
from services.store.changes import LONGEST, diff, fingerprint, with_state_since

MOMENT = 1_780_000_000_000
AT = "2026-05-28T20:26:40Z"


def document(id: str, **values: Any) -> Document:
    place = {"type": "loggroups", "account": "1", "region": "eu-west-1", "id": id}
    return place | {"name": f"the {id}", "tags": {}, "raw": {}, "stored": 1, "retention": 7} | values


@pytest.fixture(params=[("stored",), ("stored", "raw.storedBytes")], ids=["field", "field and raw key"])
def volatile(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    kind = replace(RESOURCE_TYPES["loggroups"], volatile=request.param)
    monkeypatch.setitem(RESOURCE_TYPES, "loggroups", kind)


def test_what_appeared_vanished_and_changed_is_told_by_id() -> None:
    found = diff(
        [document("c"), document("b"), document("a")],
        [document("b", retention=30, tags={"Team": "x"}), document("d"), document("a")],
        MOMENT,
    )
    assert [(change.kind, change.id, change.name, change.at) for change in found] == [
        ("changed", "b", "the b", AT),
        ("vanished", "c", "the c", AT),
        ("appeared", "d", "the d", AT),
    ]
    assert found[0].fields == {"retention": (7, 30), "tags": ({}, {"Team": "x"})}
    assert found[0].key == Key("loggroups", "1", "eu-west-1", "b")


def test_same_documents_in_another_order_are_no_change() -> None:
    assert diff([document("a"), document("b")], [document("b"), document("a")], MOMENT) == []


def test_raw_answer_and_state_since_are_no_change() -> None:
    assert diff([document("a")], [document("a", raw={"x": 1}, state_since=AT)], MOMENT) == []


def test_field_that_a_new_version_brings_is_no_change() -> None:
    assert diff([document("a")], [document("a", of_a_later_version=1)], MOMENT) == []


@pytest.mark.usefixtures("volatile")
def test_volatile_field_is_no_change() -> None:
    later = document("a", stored=2, raw={"storedBytes": 2})
    assert diff([document("a")], [later], MOMENT) == []
    assert fingerprint(later) == fingerprint(document("a"))
    assert fingerprint(document("a", retention=30)) != fingerprint(document("a"))


def test_raw_answer_counts_where_no_field_is_volatile() -> None:
    one, other = document("a", type="volumes"), document("a", type="volumes", raw={"x": 1})
    assert fingerprint(one) != fingerprint(other)
    assert fingerprint(one) == fingerprint(one | {"state_since": AT})


def test_long_value_is_cut() -> None:
    (change,) = diff([document("a")], [document("a", tags={"k": "x" * 9000})], MOMENT)
    old, new = change.fields["tags"]
    assert old == {}
    assert len(new) == LONGEST + 1


def test_change_survives_a_trip_through_json() -> None:
    (change,) = diff([document("a")], [document("a", retention=None)], MOMENT)
    assert Change.from_json(change.to_json()) == change


@pytest.mark.parametrize(
    ("old", "since"),
    [
        ({"state": "stopped", "state_since": "2026-01-01T00:00:00Z"}, "2026-01-01T00:00:00Z"),
        ({"state": "running", "state_since": "2026-01-01T00:00:00Z"}, AT),
        ({"state": "stopped"}, AT),
        (None, AT),
    ],
    ids=["same", "other", "of before the field was", "new"],
)
def test_state_since_is_when_the_state_was_first_seen(old: Document | None, since: str) -> None:
    before = [document("a", **old)] if old else []
    (found,) = with_state_since(before, [document("a", state="stopped")], MOMENT)
    assert found["state_since"] == since


def test_what_has_no_state_has_no_state_since() -> None:
    assert with_state_since([], [document("b"), document("a", state="")], MOMENT) == [
        document("a", state=""),
        document("b"),
    ]
