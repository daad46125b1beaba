from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from services.models.kit.base import Call
from services.models.kit.scope import Scope
from services.models.kit.values import Item
from services.models.redshiftcluster import RESOURCE_TYPE, RedshiftCluster

SCOPE = Scope("412233445883", "us-east-1", "redshiftclusters")

assert RESOURCE_TYPE.enrich
enrich = RESOURCE_TYPE.enrich


class Groups:
    """A source with one subnet group."""

    def pages(self, call: Call, region: str | None = None) -> Iterator[Item]:
        subnets = [{"SubnetIdentifier": "subnet-1"}, {"SubnetIdentifier": "subnet-2"}]
        yield {"ClusterSubnetGroups": [{"ClusterSubnetGroupName": "data", "Subnets": subnets}]}

    def call(self, service: str, operation: str, **parameters: Any) -> Item:
        raise NotImplementedError


def test_a_cluster_is_in_the_subnets_of_its_subnet_group() -> None:
    items: list[dict[str, Any]] = [
        {"ClusterIdentifier": "a", "ClusterSubnetGroupName": "data"},
        {"ClusterIdentifier": "b", "ClusterSubnetGroupName": "gone"},
    ]
    found = [RedshiftCluster.from_aws(item, SCOPE).subnets for item in enrich(items, Groups(), SCOPE)]
    assert found == [("subnet-1", "subnet-2"), None]
