from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from services.models.kit.base import Call
from services.models.kit.scope import Scope
from services.models.kit.steps import batches, chain, described, for_each, without
from services.models.kit.values import Item

SCOPE = Scope("1", "eu-west-1", "tables")


class Described:
    """A source that describes a thing by its own name; `gone` no longer exists."""

    def __init__(self, gone: str = "") -> None:
        self.gone = gone
        self.asked: list[dict[str, Any]] = []

    def pages(self, call: Call, region: str | None = None) -> Iterator[Item]:
        raise NotImplementedError

    def call(self, service: str, operation: str, **parameters: Any) -> Item | None:
        self.asked.append(parameters)
        name = parameters["Name"]
        if name == self.gone and "Gone" in parameters["absent"]:
            return None
        return {"Thing": {"Size": len(name)}}


def test_each_item_is_described_by_its_own_name() -> None:
    source = Described()
    step = described("x", "describe_thing", "Name", "Thing", also={"Include": ["TAGS"]})
    found = step([{"Name": "a"}, {"Name": "bb"}], source, SCOPE)
    assert sorted(found, key=str) == [{"Name": "a", "Size": 1}, {"Name": "bb", "Size": 2}]
    assert all(asked["Include"] == ["TAGS"] for asked in source.asked)


def test_what_is_gone_by_now_is_left_out() -> None:
    step = described("x", "describe_thing", "Name", "Thing", gone=("Gone",))
    assert list(step([{"Name": "a"}, {"Name": "b"}], Described(gone="a"), SCOPE)) == [
        {"Name": "b", "Size": 1}
    ]


def test_steps_follow_one_another() -> None:
    double = for_each(lambda item, questions: {"n": item["n"] * 2})
    assert list(chain(double, double)([{"n": 1}], Described(), SCOPE)) == [{"n": 4}]


def test_batches_hold_every_value_once() -> None:
    assert list(batches(range(7), 3)) == [[0, 1, 2], [3, 4, 5], [6]]
    assert list(batches([], 3)) == []


def test_item_without_some_keys_is_another_item() -> None:
    item = {"a": 1, "b": 2}
    assert (without(item, "b", "c"), item) == ({"a": 1}, {"a": 1, "b": 2})
