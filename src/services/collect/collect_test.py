from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError

from errors import CollectError
from services.cloud.aws import Aws
from services.collect.collect import collect
from services.collect.plan import Target, plan, run
from services.models import RESOURCE_TYPES
from services.models.kit.base import Call, ResourceType
from services.models.kit.scope import GLOBAL, Scope
from services.models.kit.values import Item

REGION = "eu-west-1"
TEAM = [{"Key": "Team", "Value": "search"}]
Client = Callable[[str], Any]


REPORT = (
    b"user,arn,user_creation_time,password_enabled,access_key_1_active,access_key_1_last_rotated\n"
    b"<root_account>,arn:aws:iam::1:root,2021-06-01T09:00:00+00:00,not_supported,false,N/A\n"
    b"ana.ruiz,arn:aws:iam::1:user/ana.ruiz,2024-02-05T08:30:00+00:00,true,true,2026-01-11T10:10:10+00:00\n"
)


class Pages:
    """A source with given pages, and answers by operation; any further question has an empty answer."""

    region = "us-east-1"

    def __init__(self, *pages: Item, **answers: Item) -> None:
        self.given = pages
        self.answers = answers

    def pages(self, call: Call, region: str | None = None) -> Iterator[Item]:
        yield from (self.answers[call.operation],) if call.operation in self.answers else self.given

    def call(
        self, service: str, operation: str, *, absent: Sequence[str] = (), region: str | None = None, **_: Any
    ) -> Item | None:
        return self.answers.get(operation, {})


def page_of(kind: ResourceType, *items: Item) -> Item:
    """A page that holds the items where the type looks for them: as maps, or as bare texts."""
    path, _, named = kind.call.items.partition(".{")
    if path.startswith("["):  # the page itself is the item
        return items[0]
    page: Any = [item[named.partition(":")[0]] for item in items] if named else list(items)
    for name in reversed(path.split(".")):
        listed = name.endswith("[]") and not isinstance(page, list)
        page = {name.removesuffix("[]"): [page] if listed else page}
    return page  # type: ignore[no-any-return]


def scope_of(kind: ResourceType, account: str = "123456789012") -> Scope:
    return Scope(account, REGION if kind.scope == "regional" else GLOBAL, kind.name)


@pytest.mark.parametrize("kind", RESOURCE_TYPES.values(), ids=RESOURCE_TYPES)
def test_every_type_is_found_where_it_says(kind: ResourceType) -> None:
    scope = scope_of(kind, "412233445883")
    answers: dict[str, Item] = {
        "describe_clusters": {"clusters": [kind.sample]},
        "describe_services": {"services": [kind.sample]},
        "describe_domains": {"DomainStatusList": [kind.sample]},
        "list_services": {"serviceArns": [kind.sample.get("serviceArn")]},
        "get_credential_report": {"Content": REPORT},
    }
    answers.pop(kind.call.operation, None)
    (found,) = collect(kind, scope, Pages(page_of(kind, kind.sample), {}, **answers))
    assert found.id == kind.model.from_aws(kind.sample, scope).id
    assert found.type == kind.name


VOLUMES = RESOURCE_TYPES["volumes"]
SCOPE = Scope("1", REGION, "volumes")


def test_resources_of_all_pages_come_sorted_and_each_once() -> None:
    pages = [page_of(VOLUMES, *({"VolumeId": id} for id in ids)) for ids in (["c", "a"], [], ["b", "a"])]
    assert [found.id for found in collect(VOLUMES, SCOPE, Pages(*pages))] == ["a", "b", "c"]


def test_empty_answer_is_no_resource() -> None:
    assert collect(VOLUMES, SCOPE, Pages({"Volumes": []})) == ()


def test_item_that_cannot_be_read_fails_the_scope_and_is_named() -> None:
    pages = Pages(page_of(VOLUMES, {"VolumeId": "vol-1"}, {"Size": 8}))
    with pytest.raises(CollectError, match=r"volumes.*VolumeId") as error:
        collect(VOLUMES, SCOPE, pages)
    assert "8" not in error.value.message, "no value of the answer is told"


def test_item_that_is_no_map_fails_the_scope() -> None:
    with pytest.raises(CollectError, match="volumes"):
        collect(VOLUMES, SCOPE, Pages(page_of(VOLUMES, "odd")))  # type: ignore[arg-type]


def instances(client: Client) -> set[str]:
    tags = [{"ResourceType": "instance", "Tags": TEAM}]
    made = client("ec2").run_instances(ImageId="ami-1", MinCount=12, MaxCount=12, TagSpecifications=tags)
    return {instance["InstanceId"] for instance in made["Instances"]}


def volumes(client: Client) -> set[str]:
    tags = [{"ResourceType": "volume", "Tags": TEAM}]
    ec2 = client("ec2")
    return {
        ec2.create_volume(AvailabilityZone="eu-west-1a", Size=8, TagSpecifications=tags)["VolumeId"]
        for _ in range(3)
    }


def snapshots(client: Client) -> set[str]:
    tags = [{"ResourceType": "snapshot", "Tags": TEAM}]
    return {
        client("ec2").create_snapshot(VolumeId=volume, TagSpecifications=tags)["SnapshotId"]
        for volume in volumes(client)
    }


def addresses(client: Client) -> set[str]:
    tags = [{"ResourceType": "elastic-ip", "Tags": TEAM}]
    return {client("ec2").allocate_address(Domain="vpc", TagSpecifications=tags)["AllocationId"]}


def buckets(client: Client) -> set[str]:
    s3 = client("s3")
    names = {"polo-one", "polo-two"}
    for name in names:
        s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
        s3.put_bucket_tagging(Bucket=name, Tagging={"TagSet": TEAM})
    return names


def databases(client: Client) -> set[str]:
    client("rds").create_db_instance(
        DBInstanceIdentifier="orders", Engine="postgres", DBInstanceClass="db.t3.micro", AllocatedStorage=20,
        MasterUsername="polo", MasterUserPassword="not-a-secret", Tags=TEAM,
    )  # fmt: skip
    return {"orders"}


def functions(client: Client) -> set[str]:
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("app.py", "def handler(event, context): ...")
    role = client("iam").create_role(RoleName="polo", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
    client("lambda").create_function(
        FunctionName="webhook", Runtime="python3.12", Role=role, Handler="app.handler",
        Code={"ZipFile": code.getvalue()}, Tags={"Team": "search"},
        Environment={"Variables": {"KEY": "secret"}},
    )  # fmt: skip
    return {"webhook"}


def loadbalancers(client: Client) -> set[str]:
    subnets = [subnet["SubnetId"] for subnet in client("ec2").describe_subnets()["Subnets"]][:2]
    made = client("elbv2").create_load_balancer(Name="shop", Subnets=subnets, Tags=TEAM)["LoadBalancers"]
    return {balancer["LoadBalancerArn"].partition("loadbalancer/")[2] for balancer in made}


def loggroups(client: Client) -> set[str]:
    client("logs").create_log_group(logGroupName="/polo/test", tags={"Team": "search"})
    return {"/polo/test"}


UNTAGGED_IN_MOTO = ("loggroups",)  # its tagging API does not know them
NOWHERE_IN_MOTO = ("buckets",)  # its list of buckets does not tell their regions
CREATORS = (
    instances, volumes, snapshots, addresses, buckets, databases, functions, loadbalancers, loggroups,
)  # fmt: skip


@pytest.mark.parametrize("create", CREATORS, ids=lambda create: create.__name__)
def test_what_was_created_is_what_is_collected(prod: Aws, create: Callable[[Client], set[str]]) -> None:
    kind = RESOURCE_TYPES[create.__name__]
    small_pages = replace(kind, call=replace(kind.call, page_size=kind.call.page_size and 20))
    created = create(lambda service: prod.client(service, REGION))
    found = collect(small_pages, scope_of(kind), prod.source(scope_of(kind).region))
    assert {resource.id for resource in found} >= created
    if kind.name not in UNTAGGED_IN_MOTO:
        assert {resource.owner for resource in found if resource.id in created} == {"search"}
    if kind.name not in NOWHERE_IN_MOTO:
        assert {resource.region for resource in found} == {REGION}
    assert "secret" not in json.dumps([resource.to_json() for resource in found])


def test_other_regions_are_not_mixed_in(prod: Aws) -> None:
    volumes(lambda service: prod.client(service, REGION))
    assert collect(VOLUMES, Scope("123456789012", "us-east-1", "volumes"), prod.source("us-east-1")) == ()


def test_region_that_cannot_be_reached_fails_alone(prod: Aws) -> None:
    created = volumes(lambda service: prod.client(service, REGION))

    def unreachable(**_: Any) -> None:
        raise EndpointConnectionError(endpoint_url="https://ec2.us-east-1.amazonaws.com")

    prod.client("ec2", "us-east-1").meta.events.register("before-call.ec2.DescribeVolumes", unreachable)
    target = Target(prod.account(), (REGION, "us-east-1"))
    attempts = run(
        plan([VOLUMES], [target]),
        lambda scope: collect(VOLUMES, scope, prod.source(scope.region)),
        generation=1,
        workers=2,
    )
    found = {attempt.scope.region: attempt for attempt in attempts}
    assert {document["id"] for document in found[REGION].resources or ()} == created
    assert found["us-east-1"].resources is None
    assert found["us-east-1"].error.startswith("can't reach AWS: ")


@pytest.fixture
def lost(prod: Aws) -> Callable[[str, str], Aws]:
    """An account in which the first list call of a type finds no host."""

    def make(type: str, region: str) -> Aws:
        def unreachable(**_: Any) -> None:
            raise EndpointConnectionError(endpoint_url="https://x.amazonaws.com")

        service = RESOURCE_TYPES[type].call.service
        prod.client(service, region).meta.events.register("before-call", unreachable)
        return prod

    return make


@pytest.mark.parametrize(
    ("type", "region"),
    [("distributions", "us-gov-west-1"), ("distributions", "eusc-de-east-1"), ("notebooks", "eu-north-9")],
)
def test_a_service_without_an_endpoint_is_not_offered_and_no_failure(
    lost: Callable[[str, str], Aws], type: str, region: str
) -> None:
    source = lost(type, region).source(region)
    assert collect(RESOURCE_TYPES[type], Scope("1", region, type), source) == ()


@pytest.mark.parametrize(
    ("type", "region"),
    [("distributions", "us-east-1"), ("roles", "us-gov-west-1"), ("instances", "eu-west-1")],
)
def test_a_service_that_is_offered_there_can_not_be_reached(
    lost: Callable[[str, str], Aws], type: str, region: str
) -> None:
    with pytest.raises(CollectError, match="can't reach AWS"):
        collect(RESOURCE_TYPES[type], Scope("1", region, type), lost(type, region).source(region))


def test_a_local_aws_that_is_down_can_not_be_reached(
    monkeypatch: pytest.MonkeyPatch, lost: Callable[[str, str], Aws]
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    source = lost("distributions", "us-gov-west-1").source("us-gov-west-1")
    with pytest.raises(CollectError, match="can't reach AWS"):
        collect(RESOURCE_TYPES["distributions"], Scope("1", "us-gov-west-1", "distributions"), source)
