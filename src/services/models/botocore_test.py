"""What botocore's service models say of every resource type: calls, page sizes, items."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from typing import Any

import botocore.session
import jmespath
import pytest
from botocore import xform_name
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.models.kit.base import ResourceType
from services.models.kit.scope import Scope
from services.models.models_test import aws_types, every_aws_type, least
from tests.examples import examples

SESSION = botocore.session.Session()
SCOPE = Scope("412233445883", "eu-west-1", "any")
# what an item has after `enrich`: the answers it comes from
DESCRIBED = {
    "brokers": ("mq", "describe_broker", "@"),
    "ecsclusters": ("ecs", "describe_clusters", "clusters[]"),
    "ecsservices": ("ecs", "describe_services", "services[]"),
    "eksclusters": ("eks", "describe_cluster", "cluster"),
    "endpoints": ("sagemaker", "describe_endpoint", "@"),
    "keys": ("kms", "describe_key", "KeyMetadata"),
    "searchdomains": ("opensearch", "describe_domains", "DomainStatusList[]"),
    "streams": ("kinesis", "describe_stream_summary", "StreamDescriptionSummary"),
    "tables": ("dynamodb", "describe_table", "Table"),
}
# keys of an item that are Polo's own
ADDED = {
    "buckets": {
        "AccountBlock", "PublicAccessBlock", "PolicyStatus", "Acl", "Lifecycle", "Encryption", "Versioning",
        "Tagging",
    },
    "classicloadbalancers": {"Arn"},
    "dbsnapshots": {"Public"},
    "eksclusters": {"nodegroups"},
    "endpoints": {"Config"},
    "hostedzones": {"Arn"},
    "images": {"Templates"},
    "keys": {"Alias"},
    "natgateways": {"Routes"},
    "redshiftclusters": {"Subnets"},
    "repositories": {"Images", "Lifecycle"},
    "securitygroups": {"Interfaces", "PrefixLists"},
    "snapshots": {"Public", "Templates"},
    "subnets": {"Routes"},
    "tables": {"ScaledRead", "ScaledWrite"},
    "targetgroups": {"Health"},
    "users": {"Report"},
}  # fmt: skip
# items made of texts or of maps, which no shape describes
SHAPELESS = {"accesskeys", "accountsummaries", "queues", "topics"}


@cache
def operation(service: str, name: str) -> Any:
    model = SESSION.get_service_model(service)
    names = {xform_name(one): one for one in model.operation_names}
    assert name in names, f"{service} has no operation {name}"
    return model.operation_model(names[name])


@cache
def paginator(service: str, operation_name: str) -> Any:
    """How botocore pages the operation; None when it does not."""
    try:
        known = SESSION.get_component("data_loader").load_service_model(service, "paginators-1")
    except botocore.exceptions.UnknownServiceError:
        return None
    return known["pagination"].get(operation_name)


@every_aws_type
def test_call_takes_these_parameters_and_this_page_size(kind: ResourceType) -> None:
    asked = operation(kind.call.service, kind.call.operation)
    taken = asked.input_shape.members if asked.input_shape else {}
    assert set(kind.call.parameters) <= set(taken)
    limit = (paginator(kind.call.service, asked.name) or {}).get("limit_key")
    if limit is None:
        assert kind.call.page_size is None, "botocore refuses a page size here"
        return
    assert kind.call.page_size, "a paged call without a page size sits in a smaller throttle bucket"
    allowed = taken[limit].metadata
    assert allowed.get("min", 1) <= kind.call.page_size <= allowed.get("max", 1000)


@pytest.mark.parametrize("partition", ["aws", "aws-cn", "aws-us-gov", "aws-eusc"])
def test_every_service_is_offered_wherever_ec2_is(partition: str) -> None:
    """So `plan` leaves no region out, and none of tomorrow is lost; a service of few regions needs more."""
    services = {kind.call.service for kind in aws_types if kind.scope == "regional"}
    regions = set(SESSION.get_available_regions("ec2", partition))
    assert regions
    for service in services:
        assert set(SESSION.get_available_regions(service, partition)) >= regions, service


@every_aws_type
def test_items_are_found_in_an_answer_of_this_shape(kind: ResourceType) -> None:
    answer = one_of(operation(kind.call.service, kind.call.operation).output_shape)
    found = jmespath.search(kind.call.items, answer)
    assert found
    assert all(isinstance(item, dict) for item in found)


@every_aws_type
def test_sample_has_the_shape_that_aws_sends(kind: ResourceType) -> None:
    sources = [(kind.call.service, kind.call.operation, kind.call.items)]
    sources += [DESCRIBED[kind.name]] if kind.name in DESCRIBED else []
    known: dict[str, Any] = {}
    for service, name, path in sources:
        known |= members_at(operation(service, name).output_shape, path)
    added = ADDED.get(kind.name, set()) | ({"Tags"} if kind.enrich else set())
    if kind.name not in SHAPELESS:
        for key in set(kind.sample) - added:
            assert_of_shape(kind.sample[key], known[key])


@every_aws_type
@settings(max_examples=examples(15), deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_whatever_aws_can_send_is_read(kind: ResourceType, data: st.DataObject) -> None:
    """Any answer that the service model allows, so long as the items have what names them."""
    service, name, path = DESCRIBED.get(kind.name, (kind.call.service, kind.call.operation, kind.call.items))
    ids = frozenset(least(kind))
    items = jmespath.search(path, data.draw(answers(operation(service, name).output_shape, ids))) or []
    scope = Scope("412233445883", "eu-west-1", kind.name)
    for item in items if isinstance(items, list) else [items]:
        if kind.name in SHAPELESS:
            assert isinstance(item, dict)
        else:
            document = kind.model.from_aws(item, scope).to_json()
            assert kind.model.from_json(document).to_json() == document


OWNERS = ("OwnerId", "AWSAccountId", "OwnerAccount", "OwnerAccountId")  # not who last changed it, or pays


@every_aws_type
def test_an_arn_is_of_the_account_that_aws_says_owns_it(kind: ResourceType) -> None:
    """What is shared is listed by accounts that don't own it."""
    service, name, path = DESCRIBED.get(kind.name, (kind.call.service, kind.call.operation, kind.call.items))
    told = members_at(operation(service, name).output_shape, path).keys() & set(OWNERS)
    for key in told:
        found = kind.model.from_aws(least_item(kind) | {key: "999999999999"}, SCOPE)
        assert ":999999999999:" in found.arn, key


def least_item(kind: ResourceType) -> dict[str, Any]:
    return {key: kind.sample[key] for key in least(kind)}


def members_at(shape: Any, path: str) -> dict[str, Any]:
    """The members of the structure at a path such as "Reservations[].Instances[]"; none of a projection."""
    for name in path.partition(".{")[0].split(".") if path[0] != "[" and path != "@" else ():
        shape = shape.members[name.removesuffix("[]")]
        shape = shape.member if shape.type_name == "list" else shape
    return dict(shape.members) if shape.type_name == "structure" else {}


MOMENT = datetime(2026, 3, 4, 9, 12, 44, tzinfo=UTC)
PLAIN = {
    "string": "text", "character": "c", "blob": b"blob", "boolean": True, "timestamp": MOMENT,
    "integer": 1, "long": 1, "float": 1.5, "double": 1.5,
}  # fmt: skip


def one_of(shape: Any, depth: int = 6) -> Any:
    """A value of the shape with all of its members, and one element in each list."""
    if shape.type_name == "structure":
        return {name: one_of(inner, depth - 1) for name, inner in shape.members.items()} if depth else {}
    if shape.type_name == "list":
        return [one_of(shape.member, depth - 1)] if depth else []
    if shape.type_name == "map":
        return {"text": one_of(shape.value, depth - 1)} if depth else {}
    return PLAIN[shape.type_name]


TEXTS = st.sampled_from(["a", "arn:aws:x:eu-west-1:1:y/z", "", "{}", "é\U0001f525", "<b>", "a/b:c", "true"])
STRATEGIES: dict[str, st.SearchStrategy[Any]] = {
    "string": TEXTS,
    "character": TEXTS,
    "blob": st.sampled_from([b"", b"\xff", b"a,b\n1,2"]),
    "boolean": st.booleans(),
    "timestamp": st.sampled_from(
        [MOMENT, datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)]
    ),
    "integer": st.sampled_from([0, 1, -1, 2**31 - 1]),
    "long": st.sampled_from([0, 1, -1, 2**63 - 1]),
    "float": st.sampled_from([0.0, 0.5, -1e300, float("nan")]),
    "double": st.sampled_from([0.0, 0.5, 1e300, float("inf")]),
}


def answers(shape: Any, ids: frozenset[str], depth: int = 7) -> st.SearchStrategy[Any]:
    """Values of the shape: lists of 0..2, and members that may be missing are, at random, but for `ids`."""
    if shape.type_name == "structure":
        return structures(shape, ids, depth)
    if shape.type_name == "list":
        inner = answers(shape.member, ids, depth - 1)
        return st.lists(inner, max_size=2) if depth else st.just([])
    if shape.type_name == "map":
        return st.dictionaries(TEXTS, answers(shape.value, ids, depth - 1), max_size=2)
    return STRATEGIES[shape.type_name]


@st.composite
def structures(draw: st.DrawFn, shape: Any, ids: frozenset[str], depth: int) -> dict[str, Any]:
    """One draw decides which members there are, so that only those cost more."""
    names = list(shape.members) if depth else []
    bits = draw(st.integers(0, 2 ** len(names) - 1))
    made: dict[str, Any] = {}
    for place, name in enumerate(names):
        if name in ids and shape.members[name].type_name == "string":
            made[name] = draw(st.sampled_from(["a", "b", "arn:aws:x:eu-west-1:1:y/z", "/", ":"]))
        elif bits >> place & 1 or name in shape.required_members:
            made[name] = draw(answers(shape.members[name], ids, depth - 1))
    return made


def assert_of_shape(value: Any, shape: Any) -> None:
    if shape.type_name == "structure":
        for key, inner in value.items():
            assert_of_shape(inner, shape.members[key])
    elif shape.type_name == "list":
        for inner in value:
            assert_of_shape(inner, shape.member)
    elif shape.type_name == "map":
        assert isinstance(value, dict)
    elif shape.name == "policyDocumentType":
        assert isinstance(value, dict), "botocore decodes it"
    elif shape.type_name in ("string", "timestamp"):
        assert isinstance(value, str)
    else:
        assert isinstance(value, (int, float))
