"""Collectors, with all their further questions, over whatever the service models allow AWS to answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.collect.collect import collect
from services.collect.collect_test import Pages, page_of, scope_of
from services.models import RESOURCE_TYPES
from services.models.botocore_test import answers, operation
from services.models.kit import credentials, steps
from services.models.kit.base import Call, ResourceType
from services.models.kit.values import Item
from services.models.models_test import TAG_KEYS, aws_types, every_aws_type, least, read
from tests.examples import examples

# what names an item, or what further questions are asked by
NAMES = frozenset(key for kind in aws_types for key in least(kind)) | {"DBClusterSnapshotArn"}


class Drawn:
    """A source whose every answer is drawn: any that the operation's output shape allows."""

    region = "us-east-1"

    def __init__(self, data: st.DataObject) -> None:
        self.data = data

    def pages(self, call: Call, region: str | None = None) -> Iterator[Item]:
        yield self.call(call.service, call.operation) or {}

    def call(self, service: str, operation_name: str, *, absent: Sequence[str] = (), **_: Any) -> Item | None:
        if absent and self.data.draw(st.booleans()):
            return None
        shape = operation(service, operation_name).output_shape
        drawn = self.data.draw(answers(shape, NAMES)) if shape else {}
        return {
            key: [one or "a" for one in value] if is_names(value) else value for key, value in drawn.items()
        }


def is_names(value: Any) -> bool:
    """Whether it is a list of bare names, none of which AWS leaves empty."""
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def one_by_one(function: Callable[[Any], Any], items: Iterable[Any], workers: int) -> Iterator[Any]:
    return map(function, items)


@pytest.fixture(autouse=True)
def in_this_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only there may be drawn."""
    monkeypatch.setattr(steps, "spread", one_by_one)
    monkeypatch.setattr(credentials, "credential_report", lambda source: REPORT)


REPORT = [
    {"user": credentials.ROOT, "arn": "arn:aws:iam::1:root"},
    {"user": "a", "arn": "a", "password_enabled": "maybe", "access_key_1_active": "true"},
]


@every_aws_type
@settings(
    max_examples=examples(20),
    deadline=None,
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
    ],
)
@given(data=st.data())
def test_no_collector_stumbles_over_an_answer(kind: ResourceType, data: st.DataObject) -> None:
    found = collect(kind, scope_of(kind), Drawn(data))
    for resource in found:
        assert kind.model.from_json(resource.to_json()) == resource


@pytest.mark.parametrize(
    "reservations", [[], [{}], [{"Instances": []}], [{"Instances": None}, {"OwnerId": "1"}], None], ids=repr
)
def test_reservation_without_instances_is_none(reservations: Any) -> None:
    kind = RESOURCE_TYPES["instances"]
    assert collect(kind, scope_of(kind), Pages({"Reservations": reservations})) == ()


@every_aws_type
def test_tags_that_differ_in_case_are_all_kept(kind: ResourceType) -> None:
    tags = [
        {"Key": "team", "Value": ""},
        {"Key": "Team", "Value": None},
        {"Key": "TEAM", "Value": "search"},
        {"Key": "TEAM", "Value": "search"},
    ]
    found = read(kind, with_tags(kind, tags))
    if found.tags:
        assert found.tags == {"team": "", "Team": "", "TEAM": "search"}
        assert found.owner == "search"


def with_tags(kind: ResourceType, tags: list[dict[str, Any]]) -> dict[str, Any]:
    where = next((key for key in TAG_KEYS if key in kind.sample), "")
    return {**kind.sample, where: tags} if where else {**kind.sample, "Tagging": {"TagSet": tags}}


@every_aws_type
def test_value_that_came_after_this_version_is_shown_as_it_is(kind: ResourceType) -> None:
    """Enums grow: a state or class of tomorrow is a text like any other."""
    needed = least(kind)
    for key, value in kind.sample.items():
        if isinstance(value, str) and key not in needed:
            found = read(kind, {**kind.sample, key: "NEW_IN_2031"})
            assert kind.model.from_json(found.to_json()) == found


@every_aws_type
def test_page_with_nothing_or_null_in_it_is_no_resource(kind: ResourceType) -> None:
    first = page_of(kind, kind.sample)
    empty = dict.fromkeys(first) if not kind.call.items.startswith("[") else {}
    if kind.name not in {"accesskeys", "accountsummaries"}:  # they are made of the report
        assert collect(kind, scope_of(kind), Pages(empty, {})) == ()
