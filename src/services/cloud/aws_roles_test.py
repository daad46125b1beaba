"""Roles in other accounts, and the rates that every request keeps to."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError
from freezegun.api import FrozenDateTimeFactory

from errors import CollectError
from services.cloud.aws import Aws, Role
from services.cloud.rates import Limiter
from services.conftest import Configure
from services.models.kit.base import Call
from services.models.kit.scope import GLOBAL, Account

SHOP = Account("111122223333", "shop")
ROLE = Role("arn:aws:iam::111122223333:role/PoloReader", "polo-test", "a-shared-word")
VOLUMES = Call("ec2", "describe_volumes", "Volumes[]")
INSTANCES = Call("ec2", "describe_instances", "Reservations[].Instances[]", page_size=5)


@pytest.fixture
def asked(prod: Aws) -> list[dict[str, Any]]:
    """The parameters of every AssumeRole."""
    found: list[dict[str, Any]] = []
    events = prod.client("sts", "eu-west-1").meta.events
    events.register("provide-client-params.sts.AssumeRole", lambda params, **_: found.append(params))
    return found


def test_role_leads_into_its_account(prod: Aws) -> None:
    way = prod.assumed(SHOP, ROLE)
    assert way.account() == SHOP
    assert prod.account() == Account("123456789012", "prod")


def test_role_is_assumed_once_with_its_external_id(prod: Aws, asked: list[dict[str, Any]]) -> None:
    way = prod.assumed(SHOP, ROLE)
    assert asked == [], "not before the first call"
    way.regions()
    way.account()
    assert asked == [
        {"RoleArn": ROLE.arn, "RoleSessionName": "polo-test", "ExternalId": "a-shared-word"}
    ]  # fmt: skip


def test_no_external_id_is_sent_where_none_is_set(prod: Aws, asked: list[dict[str, Any]]) -> None:
    prod.assumed(SHOP, Role(ROLE.arn, "polo-test")).account()
    assert asked == [{"RoleArn": ROLE.arn, "RoleSessionName": "polo-test"}]


def test_credentials_are_renewed_before_they_expire(
    prod: Aws, asked: list[dict[str, Any]], freezer: FrozenDateTimeFactory
) -> None:
    freezer.move_to(datetime(2026, 3, 4, 12, 0, tzinfo=UTC))
    way = prod.assumed(SHOP, ROLE)
    way.account()
    freezer.tick(timedelta(minutes=40))
    way.account()
    assert len(asked) == 1
    freezer.tick(timedelta(minutes=8))
    way.account()
    assert len(asked) == 2


def test_role_that_is_closed_is_a_clear_line(prod: Aws) -> None:
    said = {"Error": {"Code": "AccessDenied", "Message": "is not authorized to perform: sts:AssumeRole on x"}}

    def refuse(**_: Any) -> None:
        raise ClientError(said, "AssumeRole")

    prod.client("sts", "eu-west-1").meta.events.register("before-call.sts.AssumeRole", refuse)
    with pytest.raises(CollectError, match=f"can't assume {ROLE.arn}: AccessDenied") as error:
        prod.assumed(SHOP, ROLE).account()
    assert "EXTERNAL_ID" in error.value.way_out


@pytest.mark.parametrize(
    ("said", "way_out"),
    [
        ("", "EXTERNAL_ID"),
        (" because no role trust policy allows the sts:AssumeRole action", "EXTERNAL_ID"),
        (
            " because no identity-based policy allows the sts:AssumeRole action",
            "allow sts:AssumeRole in its policy",
        ),
        (
            " with an explicit deny in a service control policy",
            "out of the organisation's service control policy",
        ),
        (" with an explicit deny in a permissions boundary", "out of the permissions boundary"),
    ],
)
def test_a_role_that_is_closed_elsewhere_is_not_to_be_deployed_again(
    prod: Aws, said: str, way_out: str
) -> None:
    message = f"User: arn:aws:iam::1:user/x is not authorized to perform: sts:AssumeRole on resource: x{said}"

    def refuse(**_: Any) -> None:
        raise ClientError({"Error": {"Code": "AccessDenied", "Message": message}}, "AssumeRole")

    prod.client("sts", "eu-west-1").meta.events.register("before-call.sts.AssumeRole", refuse)
    with pytest.raises(CollectError) as error:
        prod.assumed(SHOP, ROLE).account()
    assert way_out in error.value.way_out
    assert ("EXTERNAL_ID" in error.value.way_out) == (way_out == "EXTERNAL_ID")


def test_what_a_role_may_not_is_told_of_the_role(prod: Aws) -> None:
    way = prod.assumed(SHOP, ROLE)
    said = {"Error": {"Code": "UnauthorizedOperation", "Message": "no"}}

    def refuse(**_: Any) -> None:
        raise ClientError(said, "DescribeVolumes")

    way.client("ec2", "eu-west-1").meta.events.register("before-call.ec2.DescribeVolumes", refuse)
    with pytest.raises(CollectError, match="role PoloReader in shop may not call ec2:DescribeVolumes"):
        list(way.source("eu-west-1").pages(VOLUMES))


def test_role_uses_the_region_and_endpoint_of_its_base(
    aws_config: Configure, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    aws_config("[profile local]\nregion = eu-north-1\nendpoint_url = http://127.0.0.1:4566\n")
    way = Aws("local").assumed(SHOP, ROLE)
    assert way.source(GLOBAL).region == "eu-north-1"
    assert way.client("sts", "eu-north-1").meta.endpoint_url == "http://127.0.0.1:4566"


def test_every_page_waits_for_its_turn(prod: Aws) -> None:
    waited: list[float] = []
    way = Aws("prod", limiter=Limiter(clock=lambda: 0.0, wait=waited.append))
    for _ in range(11):
        way.client("ec2", "eu-west-1").run_instances(ImageId="ami-1", MinCount=1, MaxCount=1)
    source = way.source("eu-west-1")
    for _ in range(33):
        list(source.pages(INSTANCES))  # 3 pages each, 100 for free
    assert waited == []
    list(source.pages(INSTANCES))
    assert waited == [pytest.approx(0.05), pytest.approx(0.1)]


def test_accounts_do_not_wait_for_each_other(prod: Aws) -> None:
    waited: list[float] = []
    base = Aws("prod", limiter=Limiter(clock=lambda: 0.0, wait=waited.append))
    for number in range(3):
        way = base.assumed(Account(f"11112222333{number}", "x"), ROLE)
        for _ in range(5):
            list(way.source(GLOBAL).pages(Call("route53", "list_hosted_zones", "HostedZones[]")))
    assert waited == []


def test_clients_that_are_not_used_are_dropped(prod: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.cloud.aws.MOST_CLIENTS", 2)
    used = prod.client("sts", "eu-west-1")
    first = prod.client("sqs", "eu-west-1")
    assert prod.client("sts", "eu-west-1") is used
    prod.client("sns", "eu-west-1")
    assert prod.client("sts", "eu-west-1") is used
    assert prod.client("sqs", "eu-west-1") is not first
