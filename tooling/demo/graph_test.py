"""What the demo estate's resources name is there: in their account, and in their region."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

import pytest

from services.models import RESOURCE_TYPES
from services.models.kit.base import Document
from services.models.kit.scope import GLOBAL
from tooling.demo.compute import PUBLIC_IMAGE
from tooling.demo.demo import make_demo
from tooling.demo.items import ITEMS, SHARES
from tooling.demo.whose import ACCOUNTS, PLACES, REGIONS

# type -> field -> the type that it names, by id
NAMES = {
    "accesskeys": {"user": "users"},
    "addresses": {"instance": "instances", "interface": "networkinterfaces"},
    "autoscalinggroups": {"instances": "instances", "target_groups": "targetgroups"},
    "cacheclusters": {"group": "cachegroups"},
    "cachegroups": {"members": "cacheclusters"},
    "classicloadbalancers": {"instances": "instances", "security_groups": "securitygroups", "vpc": "vpcs"},
    "databases": {
        "cluster": "dbclusters",
        "replica_of": "databases",
        "security_groups": "securitygroups",
        "subnets": "subnets",
        "vpc": "vpcs",
    },
    "dbclusters": {"instances": "databases", "security_groups": "securitygroups"},
    "dbsnapshots": {"source": "databases"},
    "ecsservices": {"cluster": "ecsclusters", "target_groups": "targetgroups"},
    "eksclusters": {"vpc": "vpcs"},
    "functions": {"role": "roles", "vpc": "vpcs"},
    "images": {"snapshots": "snapshots"},
    "instances": {
        "group": "autoscalinggroups",
        "image": "images",
        "role": "roles",
        "security_groups": "securitygroups",
        "subnet": "subnets",
        "volumes": "volumes",
        "vpc": "vpcs",
    },
    "loadbalancers": {"security_groups": "securitygroups", "vpc": "vpcs"},
    "loggroups": {"key": "keys"},
    "natgateways": {"allocations": "addresses", "subnet": "subnets", "vpc": "vpcs"},
    "networkinterfaces": {
        "instance": "instances",
        "security_groups": "securitygroups",
        "subnet": "subnets",
        "vpc": "vpcs",
    },
    "networkacls": {"subnets": "subnets", "vpc": "vpcs"},
    "queues": {"dead_letters_to": "queues"},
    "redshiftclusters": {"security_groups": "securitygroups", "subnets": "subnets", "vpc": "vpcs"},
    "secrets": {"key": "keys"},
    "securitygroups": {"vpc": "vpcs"},
    "serverlesscaches": {"security_groups": "securitygroups"},
    "snapshots": {"volume": "volumes"},
    "stacks": {"parent": "stacks"},
    "subnets": {"vpc": "vpcs"},
    "targetgroups": {"load_balancers": "loadbalancers", "vpc": "vpcs"},
    "volumes": {"instance": "instances", "snapshot": "snapshots"},
    "vpcendpoints": {"interfaces": "networkinterfaces", "subnets": "subnets", "vpc": "vpcs"},
}
# launch templates, task definitions and endpoint configurations have no type: they are among the others
SHALLOW = {
    "autoscalinggroups": ("template", "ec2:launch-template/"),
    "ecsservices": ("task_definition", "ecs:task-definition/"),
    "endpoints": ("config", "sagemaker:endpoint-config/"),
}
# what may be named and not be there: what others own, and what a copy outlives
OUTSIDE = {("instances", "image"): {PUBLIC_IMAGE}}
OUTLIVED = {("snapshots", "volume"), ("dbsnapshots", "source")}
# what nothing in the demo has
NEVER = {("databases", "replica_of"), ("stacks", "parent"), ("volumes", "snapshot")} | {
    ("autoscalinggroups", "target_groups")
}
Place = tuple[str, str, str]  # account, region, id
# what AWS calls by an id of 17 digits, and Polo does not collect: relations, and options of a network
NO_RESOURCE = ("eipassoc-", "dopt-", "igw-")
NO_ARN = re.compile(r"arn:aws:iam::(aws:policy|\d+:instance-profile)/")  # the profile: as its role is called
ARN = re.compile(r"arn:aws:[^\s\"]+")
ID = re.compile(r"(?:[a-z]+-)+[0-9a-f]{17}\b")
REGION = re.compile(r"\b(?:us|eu|ap)-(?:east|west|south)-\d")


@pytest.fixture(scope="module", params=[500, 1_500])
def documents(request: pytest.FixtureRequest) -> list[Document]:
    return [each for members in make_demo(request.param).resources.values() for each in members]


def test_every_resource_that_a_field_names_stands_in_its_account_and_region(
    documents: list[Document],
) -> None:
    there = {(each["type"], each["account"], each["region"], each["id"]) for each in documents}
    missing, found = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for each in documents:
        for field, type, id in _named(each):
            region = GLOBAL if RESOURCE_TYPES[type].scope == "global" else each["region"]
            known = (type, each["account"], region, id) in there
            (found if known else missing)[each["type"], field] += 1
    assert {*missing} <= OUTLIVED, missing
    assert all(found[copy] > missing[copy] for copy in OUTLIVED), "most copies are of what is there"
    fields = {(type, field) for type, fields in NAMES.items() for field in fields}
    assert fields - {*found} == NEVER


def test_what_has_no_type_of_its_own_is_among_the_others(documents: list[Document]) -> None:
    others = {
        (each["account"], each["region"], name)
        for each in documents
        if each["type"] == "others"
        for name in (each["id"], each["id"].rpartition("/")[0] + "/" + each["name"])
    }
    for each in documents:
        field, kind = SHALLOW.get(each["type"], ("", ""))
        assert not field or (each["account"], each["region"], kind + each[field]) in others, each["id"]


def test_no_id_account_or_region_of_a_sample_is_left(documents: list[Document]) -> None:
    """In no field at all, the raw answer's too: so a new type's are found by themselves."""
    there = {(each["account"], each["region"], each["id"].rpartition("/")[2]) for each in documents}
    arns = {each["arn"] for each in documents}
    wrong = [
        (each["type"], text)
        for each in documents
        for text in _strings({**each, "tags": {}, "cost_source": ""})
        for text in _strangers(each, text, there, arns)
    ]
    assert not wrong, wrong[:5]


def test_resources_share_networks_groups_and_roles_across_six_accounts(documents: list[Document]) -> None:
    used: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for each in documents:
        for _, type, id in _named(each):
            used[each["account"], type][id] += 1
    for type in ("vpcs", "subnets", "securitygroups", "roles"):
        for account in ACCOUNTS:
            assert max(used[account, type].values()) > 1, (account, type)
    places = {(each["account"], each["region"]) for each in documents if each["type"] == "vpcs"}
    assert places == {*PLACES}
    assert {region for _, region in places} == {*REGIONS}


def test_a_resource_stands_in_one_network(documents: list[Document]) -> None:
    """Its subnets and security groups are those of its VPC, its zone is its subnet's."""
    vpc_of = {each["id"]: each["vpc"] for each in documents if each["type"] in ("subnets", "securitygroups")}
    zone_of = {each["id"]: each["zone"] for each in documents if each["type"] == "subnets"}
    for each in documents:
        inside = [id for _, type, id in _named(each) if type in ("subnets", "securitygroups")]
        if each.get("vpc"):
            assert {vpc_of[id] for id in inside} <= {each["vpc"]}, each["id"]
        if each.get("subnet") and each.get("zone"):
            assert zone_of[each["subnet"]] == each["zone"], each["id"]


def test_a_security_group_tells_how_many_interfaces_have_it(documents: list[Document]) -> None:
    used = Counter(id for each in documents for id in each.get("security_groups", ()))
    groups = [each for each in documents if each["type"] == "securitygroups"]
    assert all(each["interfaces"] == used[each["id"]] for each in groups)
    assert any(each["interfaces"] == 0 for each in groups)


def test_a_type_that_the_demo_does_not_know_is_made_of_its_sample(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, known in (("SHARES", SHARES), ("ITEMS", ITEMS)):
        without = {type: each for type, each in known.items() if type != "streams"}  # type: ignore[attr-defined]
        monkeypatch.setattr(f"tooling.demo.items.{name}", without)
    made = [each for members in make_demo().resources.values() for each in members]
    (stream,) = (each for each in made if each["type"] == "streams")
    assert (stream["account"], stream["region"]) in PLACES
    assert stream["arn"] == f"arn:aws:kinesis:{stream['region']}:{stream['account']}:stream/clicks"


def _named(document: Document) -> Iterator[tuple[str, str, str]]:
    """Field, the type that it names, and the id; launch templates and the like: see SHALLOW."""
    for field, type in NAMES.get(document["type"], {}).items():
        value = document[field]
        for id in value if isinstance(value, list | tuple) else [value]:
            if id and id not in OUTSIDE.get((document["type"], field), ()):
                yield field, type, re.sub(r"arn:.*:(key/|targetgroup/)", "", id)


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list | tuple):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _strings(each)


def _strangers(document: Document, text: str, there: set[Place], arns: set[str]) -> Iterator[str]:
    """What of a text names another account or region, or something that is not there."""
    account, region = document["account"], document["region"]
    known = {document[field] for type, field in OUTLIVED if type == document["type"]} | {PUBLIC_IMAGE}
    for id in ID.findall(text):
        here = (account, region, id) in there or id in known or id in document["id"]
        if not here and not id.startswith(NO_RESOURCE):
            yield id
    for arn in ARN.findall(text):
        if arn.removesuffix(":*") not in arns and not NO_ARN.match(arn):
            yield arn
    if region != GLOBAL:
        yield from (each for each in REGION.findall(text) if each != region)
