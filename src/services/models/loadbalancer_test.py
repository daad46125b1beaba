from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from services.models.kit.base import Call
from services.models.kit.scope import Scope
from services.models.kit.values import Item
from services.models.loadbalancer import RESOURCE_TYPE, LoadBalancer

SCOPE = Scope("412233445883", "us-east-1", "loadbalancers")


class Tagged:
    """A source that tags every load balancer with its own ARN, and counts."""

    def __init__(self) -> None:
        self.asked: list[int] = []

    def pages(self, call: Call, region: str | None = None) -> Iterator[Item]:
        raise NotImplementedError

    def call(self, service: str, operation: str, **parameters: Any) -> Item:
        arns = parameters["ResourceArns"]
        self.asked.append(len(arns))
        return {
            "TagDescriptions": [{"ResourceArn": arn, "Tags": [{"Key": "Name", "Value": arn}]} for arn in arns]
        }


def enriched(items: list[dict[str, Any]], source: Tagged) -> list[Item]:
    assert RESOURCE_TYPE.enrich
    return list(RESOURCE_TYPE.enrich(items, source, SCOPE))


def test_kinds_of_one_name_have_two_ids() -> None:
    arn = "arn:aws:elasticloadbalancing:us-east-1:412233445883:loadbalancer"
    ids = {
        LoadBalancer.from_aws(
            {"LoadBalancerArn": f"{arn}/{kind}/shop/1", "LoadBalancerName": "shop"}, SCOPE
        ).id
        for kind in ("app", "gwy")
    }
    assert ids == {"app/shop/1", "gwy/shop/1"}


def test_sample_becomes_a_load_balancer() -> None:
    found = LoadBalancer.from_aws(RESOURCE_TYPE.sample, SCOPE)
    assert (found.name, found.kind, found.scheme, found.state) == (
        "storefront", "application", "internet-facing", "active",
    )  # fmt: skip


def test_tags_are_asked_for_twenty_at_a_time() -> None:
    source = Tagged()
    items = enriched([{"LoadBalancerArn": str(number)} for number in range(45)], source)
    assert sorted(source.asked) == [5, 20, 20]
    assert [(item["LoadBalancerArn"], item["Tags"][0]["Value"]) for item in items] == [
        (item["LoadBalancerArn"], item["LoadBalancerArn"]) for item in items
    ]


def test_no_load_balancer_costs_no_call() -> None:
    source = Tagged()
    assert enriched([], source) == []
    assert source.asked == []
