"""How many further calls the types need that describe what their list only names."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from services.collect.collect_test import Pages
from services.models import (
    dbsnapshot,
    ecscluster,
    ecsservice,
    image,
    natgateway,
    repository,
    searchdomain,
    snapshot,
)
from services.models.kit.base import Call, ResourceType, Source
from services.models.kit.questions import Questions
from services.models.kit.scope import Scope
from services.models.kit.values import Item

SCOPE = Scope("1", "eu-west-1", "any")
ARN = "arn:aws:ecs:eu-west-1:1:service/shop/web"


def enriched(kind: ResourceType, items: list[dict[str, Any]], source: Source) -> list[Item]:
    assert kind.enrich
    return list(kind.enrich(items, source, SCOPE))


class Counting:
    """A source that answers what is asked for, and keeps count."""

    def __init__(self, *pages: Item) -> None:
        self.given = pages
        self.sizes: list[int] = []

    def pages(self, call: Call, region: str | None = None) -> Iterator[Item]:
        yield from self.given

    def call(self, service: str, operation: str, **parameters: Any) -> Item | None:
        asked = next(value for value in parameters.values() if isinstance(value, list))
        self.sizes.append(len(asked))
        return {
            "ResourceTagMappingList": [],
            "clusters": [{"clusterArn": arn} for arn in asked],
            "services": [{"serviceArn": arn} for arn in asked],
            "DomainStatusList": [{"DomainName": name} for name in asked],
        }


def test_clusters_are_described_a_hundred_at_a_time() -> None:
    source = Counting()
    items = [{"clusterArn": f"cluster/{n}"} for n in range(250)]
    assert len(enriched(ecscluster.RESOURCE_TYPE, items, source)) == 250
    assert sorted(source.sizes) == [50, 100, 100]


def test_services_are_described_ten_at_a_time() -> None:
    source = Counting({"serviceArns": [f"{ARN}{n}" for n in range(12)]}, {"serviceArns": [ARN]})
    found = enriched(ecsservice.RESOURCE_TYPE, [{"clusterArn": "cluster/shop"}], source)
    assert (len(found), sorted(source.sizes)) == (13, [3, 10])


def test_domains_are_described_five_at_a_time() -> None:
    source = Counting()
    items = [{"DomainName": str(n)} for n in range(7)]
    assert len(enriched(searchdomain.RESOURCE_TYPE, items, source)) == 7
    assert sorted(source.sizes) == [2, 5]


def test_snapshots_of_databases_and_clusters_may_have_one_name() -> None:
    cluster = {"DBClusterSnapshotArn": "arn:aws:rds:r:1:cluster-snapshot:one", "StorageEncrypted": True}
    source = Counting({"DBClusterSnapshots": [cluster]})
    items = dbsnapshot.with_clusters([{"DBSnapshotArn": "arn:aws:rds:r:1:snapshot:one"}], source, SCOPE)
    found = [dbsnapshot.DbSnapshot.from_aws(item, SCOPE) for item in items]
    assert [(one.id, one.of_cluster, one.encrypted) for one in found] == [
        ("snapshot:one", False, None), ("cluster-snapshot:one", True, True),
    ]  # fmt: skip


class Sharing(Counting):
    """A source that shares every snapshot with these accounts."""

    def __init__(self, *accounts: str) -> None:
        super().__init__()
        self.accounts = list(accounts)

    def call(self, service: str, operation: str, **parameters: Any) -> Item | None:
        self.sizes.append(1)
        attributes = [{"AttributeName": "restore", "AttributeValues": self.accounts}]
        return {
            "describe_db_snapshot_attributes": {
                "DBSnapshotAttributesResult": {"DBSnapshotAttributes": attributes}
            },
            "describe_db_cluster_snapshot_attributes": {
                "DBClusterSnapshotAttributesResult": {"DBClusterSnapshotAttributes": attributes}
            },
        }[operation]


MANUAL = {"SnapshotType": "manual", "DBSnapshotIdentifier": "one"}
OF_CLUSTER = {"DBClusterSnapshotArn": "arn", "DBClusterSnapshotIdentifier": "one"}


@pytest.mark.parametrize(
    ("item", "accounts", "public", "calls"),
    [
        (MANUAL, ["all"], True, 1),
        (MANUAL | OF_CLUSTER, ["all"], True, 1),
        (MANUAL, ["111122223333"], False, 1),
        (MANUAL | {"Encrypted": True}, ["all"], False, 0),
        (MANUAL | OF_CLUSTER | {"StorageEncrypted": True}, ["all"], False, 0),
        (MANUAL | {"SnapshotType": "automated"}, ["all"], False, 0),
    ],
)
def test_only_snapshots_that_can_be_public_cost_a_call(
    item: dict[str, Any], accounts: list[str], public: bool, calls: int
) -> None:
    source = Sharing(*accounts)
    assert dbsnapshot.with_public(item, Questions(source)) == item | {"Public": public}
    assert len(source.sizes) == calls


def test_public_snapshots_are_found_with_one_list() -> None:
    source = Counting({"Snapshots": [{"SnapshotId": "snap-1"}]}, {"Snapshots": []})
    items: list[dict[str, Any]] = [{"SnapshotId": "snap-1"}, {"SnapshotId": "snap-2"}]
    found = snapshot.with_public(items, Questions(source, one=False), SCOPE)
    assert [item["Public"] for item in found] == [True, False]


def test_routes_are_counted_by_gateway() -> None:
    routes = [{"NatGatewayId": "nat-1"}, {"GatewayId": "igw-1"}, {"NatGatewayId": "nat-1"}]
    source = Counting({"RouteTables": [{"Routes": routes}]})
    items = [{"NatGatewayId": "nat-1"}, {"NatGatewayId": "nat-2"}]
    assert [item["Routes"] for item in enriched(natgateway.RESOURCE_TYPE, items, source)] == [2, 0]


def test_launch_templates_that_name_an_image_are_counted() -> None:
    def version(template: str, image: str) -> Item:
        return {"LaunchTemplateId": template, "LaunchTemplateData": {"ImageId": image}}

    versions = [version("lt-1", "ami-1"), version("lt-1", "ami-1"), version("lt-2", "ami-1"), {}]
    source = Pages(
        describe_launch_template_versions={"LaunchTemplateVersions": versions},
        describe_launch_configurations={"LaunchConfigurations": [{"ImageId": "ami-2"}, {}]},
    )
    items = [{"ImageId": f"ami-{number}"} for number in (1, 2, 3)]
    assert [item["Templates"] for item in enriched(image.RESOURCE_TYPE, items, source)] == [2, 1, 0]


def test_image_sizes_are_added_up_by_month_of_the_last_use() -> None:
    pushed = {"imagePushedAt": "2025-01-31T23:59:59Z"}
    images = [
        pushed | {"imageSizeInBytes": 1, "lastRecordedPullTime": "2026-03-01T00:00:00Z"},
        pushed | {"imageSizeInBytes": 2},
        pushed | {"imageSizeInBytes": 4},
        {"imageSizeInBytes": None},
    ]
    source = Pages(describe_images={"imageDetails": images})
    found = repository.Repository.from_aws(
        repository.with_images({"repositoryName": "web"}, Questions(source)), SCOPE
    )
    assert (found.images, found.size, found.last_pull) == (4, 7, "2026-03-01T00:00:00Z")
    assert found.by_month == ("2025-01 6", "2026-03 1", "unknown 0")
