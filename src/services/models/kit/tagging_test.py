from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from services.models.kit.base import Call
from services.models.kit.scope import Scope
from services.models.kit.tagging import sweep
from services.models.kit.values import Item

SCOPE = Scope("1", "eu-west-1", "loggroups")
enrich = sweep("logs:log-group", "arn")


class Sweep:
    def __init__(self, *pages: list[dict[str, Any]]) -> None:
        self.answers = pages
        self.calls: list[Call] = []

    def pages(self, call: Call, region: str | None = None) -> Iterator[Item]:
        self.calls.append(call)
        yield from ({"ResourceTagMappingList": page} for page in self.answers)

    def call(self, service: str, operation: str, **parameters: Any) -> Item:
        raise NotImplementedError


def tagged(arn: str, value: str) -> dict[str, Any]:
    return {"ResourceARN": arn, "Tags": [{"Key": "Team", "Value": value}]}


def test_each_item_gets_its_own_tags_from_one_sweep() -> None:
    source = Sweep([tagged("arn:a", "one")], [tagged("arn:b", "two")])
    items = list(enrich([{"arn": "arn:b:*"}, {"arn": "arn:a"}], source, SCOPE))
    assert [item["Tags"][0]["Value"] for item in items] == ["two", "one"]
    assert [call.parameters for call in source.calls] == [{"ResourceTypeFilters": ["logs:log-group"]}]


def test_item_that_the_sweep_does_not_name_is_untagged() -> None:
    (item,) = enrich([{"arn": "arn:c"}], Sweep([tagged("arn:a", "one")]), SCOPE)
    assert item["Tags"] == []


def test_nothing_to_tag_costs_no_call() -> None:
    source = Sweep()
    assert list(enrich([], source, SCOPE)) == []
    assert source.calls == []
