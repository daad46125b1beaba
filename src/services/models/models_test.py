"""What holds for every resource type. A type is tested by being registered."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.models import RESOURCE_TYPES
from services.models.everything.line import dump
from services.models.kit.base import Resource, ResourceType
from services.models.kit.scope import Scope
from tests.examples import examples

SCOPE = Scope("412233445883", "eu-west-1", "instances")
ODD = (
    None, "", "<script>alert(1)</script>", "'\"`", "javascript:alert(1)", "\U0001f525", "\ud800",
    "x" * 10_000, 0, -1, 10**40, 1.5, float("nan"), True, [], {}, [None], [[]], {"Key": None}, b"bytes",
    datetime(2026, 3, 4, tzinfo=UTC), datetime.max,
)  # fmt: skip

# their APIs do not tell how old one is
AGELESS = {
    "addresses", "distributions", "ecsclusters", "hostedzones", "networkacls", "others", "searchdomains",
    "securitygroups", "subnets", "targetgroups", "topics", "vpcs",
}  # fmt: skip
# volatile keys of an answer that the samples leave out
OFTEN = {"LatestRestorableTime", "EarliestRestorableTime", "LocalSecondaryIndexes"}
TAG_KEYS = ("Tags", "TagList", "TagSet", "tags")
# IAM actions that read, though they are named otherwise
READS = {"iam:GenerateCredentialReport", "apigateway:GET"}

every_type = pytest.mark.parametrize("kind", RESOURCE_TYPES.values(), ids=RESOURCE_TYPES)
aws_types = [kind for kind in RESOURCE_TYPES.values() if kind.scope != "marqo"]
every_aws_type = pytest.mark.parametrize("kind", aws_types, ids=[kind.name for kind in aws_types])


def read(kind: ResourceType, item: Mapping[str, Any]) -> Resource:
    return kind.model.from_aws(item, Scope("412233445883", "eu-west-1", kind.name))


def least(kind: ResourceType) -> dict[str, Any]:
    """The sample without everything that can be missing."""
    item = dict(kind.sample)
    for key in kind.sample:
        fewer = {name: value for name, value in item.items() if name != key}
        try:
            read(kind, fewer)
        except (KeyError, ValueError):
            continue
        item = fewer
    return item


def through_text(document: dict[str, Any]) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(dump(document).encode("utf-8"))
    return loaded


@every_type
def test_sample_has_what_every_page_shows(kind: ResourceType) -> None:
    resource = read(kind, kind.sample)
    assert resource.id and resource.name and resource.arn
    assert resource.created or kind.name in AGELESS
    assert (resource.type, resource.account) == (kind.name, "412233445883")


@every_type
def test_document_survives_a_trip_through_text(kind: ResourceType) -> None:
    resource = read(kind, kind.sample)
    document = through_text(resource.to_json())
    assert document == resource.to_json()
    assert kind.model.from_json(document) == resource


@every_type
def test_document_of_another_version_is_read(kind: ResourceType) -> None:
    document = read(kind, kind.sample).to_json() | {"of_a_later_version": 1}
    assert kind.model.from_json(document).id == document["id"]


@every_type
def test_only_the_id_is_needed(kind: ResourceType) -> None:
    item = least(kind)
    assert len(item) == 1
    assert read(kind, item).id == read(kind, kind.sample).id


@every_type
def test_item_without_its_id_is_refused(kind: ResourceType) -> None:
    with pytest.raises(KeyError):
        read(kind, {})
    for odd in (None, "", 7, {}):
        with pytest.raises(ValueError, match="not a text"):
            read(kind, dict.fromkeys(least(kind), odd))


@every_type
def test_columns_are_fields_of_the_model(kind: ResourceType) -> None:
    names = [column.field for column in kind.columns]
    assert set(names) <= set(kind.model.__dataclass_fields__)
    assert len(names) == len(set(names)) <= ResourceType.MAX_COLUMNS
    assert all(column.label for column in kind.columns)


@every_type
def test_columns_of_the_sample_are_filled(kind: ResourceType) -> None:
    resource = read(kind, kind.sample)
    filled = [column for column in kind.columns if getattr(resource, column.field) not in ("", None)]
    assert len(filled) >= min(3, len(kind.columns))


@every_type
def test_state_of_the_sample_is_a_good_one(kind: ResourceType) -> None:
    assert read(kind, kind.sample).state in ("", *kind.good_states)


@every_type
def test_console_link_can_be_filled(kind: ResourceType) -> None:
    link = kind.console.format(region="eu-west-1", id="the-id", arn="the-arn", name="the-name")
    assert link.startswith("https://")


@every_aws_type
def test_actions_are_those_of_iam(kind: ResourceType) -> None:
    assert kind.actions
    reading = re.compile(r"[a-z0-9-]+:(Get|List|Describe)[A-Za-z0-9]+")
    assert all(reading.fullmatch(action) or action in READS for action in kind.actions)


@every_aws_type
@pytest.mark.parametrize(
    "tags",
    [None, [], {}, "Name", 7, [None], ["Name"], [{}], [{"Key": None, "Value": "x"}], [{"Key": "Name"}]],
    ids=repr,
)
def test_odd_tags_are_no_tags(kind: ResourceType, tags: Any) -> None:
    where = next((key for key in TAG_KEYS if key in kind.sample), "")
    item = {**kind.sample, where: tags} if where else {**kind.sample, "Tagging": {"TagSet": tags}}
    assert set(read(kind, item).tags.values()) <= {""}


@every_type
@settings(max_examples=examples(60), deadline=None, suppress_health_check=[HealthCheck.differing_executors])
@given(data=st.data())
def test_odd_values_never_stop_a_scope(kind: ResourceType, data: st.DataObject) -> None:
    item = data.draw(odd(kind.sample, keep=frozenset(least(kind))))
    resource = read(kind, item)
    assert kind.model.from_json(through_text(resource.to_json())) == resource


def odd(sample: Any, keep: frozenset[str] = frozenset()) -> st.SearchStrategy[Any]:
    """The sample with some of its values missing, or of another kind."""
    same = st.just(sample)
    if isinstance(sample, Mapping):
        same = st.fixed_dictionaries(
            {key: st.just(sample[key]) for key in keep},
            optional={key: odd(value) for key, value in sample.items() if key not in keep},
        )
    elif isinstance(sample, list):
        same = st.lists(st.one_of(odd(each) for each in sample), max_size=3) if sample else same
    return same if keep else st.one_of(same, st.sampled_from(ODD))


@every_type
def test_volatile_marks_are_fields_or_keys_of_the_answer(kind: ResourceType) -> None:
    for mark in kind.volatile:
        key = mark.removeprefix("raw.")
        assert key in (OFTEN | set(kind.sample) if key != mark else kind.model.__dataclass_fields__), mark
