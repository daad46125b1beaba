"""Records behave as frozen, keyword-only dataclasses do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import FrozenInstanceError, field, fields, replace

import pytest

from services.models.kit.record import Record, model


@model
class Thing(Record):
    id: str
    tags: Mapping[str, str] = field(default_factory=dict)


@model
class Sized(Thing):
    size: int | None = None


def test_fields_come_from_all_classes_and_have_their_defaults() -> None:
    assert [each.name for each in fields(Sized)] == ["id", "tags", "size"]
    thing = Sized(id="a")
    assert (thing.id, thing.tags, thing.size) == ("a", {}, None)
    assert Sized(id="b").tags is not thing.tags


def test_a_record_equals_one_of_its_class_with_the_same_values() -> None:
    assert Sized(id="a", size=1) == replace(Sized(id="a"), size=1)
    assert Sized(id="a") != Sized(id="b")
    assert Thing(id="a") != Sized(id="a")
    assert "size=1" in repr(Sized(id="a", size=1))


def test_a_record_can_not_be_changed() -> None:
    thing = Thing(id="a")
    with pytest.raises(FrozenInstanceError):
        thing.id = "b"  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError):
        del thing.id


@pytest.mark.parametrize("values", [{}, {"id": "a", "colour": "red"}, {"colour": "red"}])
def test_missing_and_unknown_fields_are_named(values: dict[str, str]) -> None:
    with pytest.raises(TypeError, match="missing|unknown"):
        Thing(**values)
