"""Partitions are as botocore has them, and every type's ARNs, tags and console links are in the right one."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import botocore
import botocore.session
import pytest

from services.cloud.accounts import role_arn
from services.models import RESOURCE_TYPES
from services.models.distribution import RESOURCE_TYPE as DISTRIBUTIONS
from services.models.hostedzone import RESOURCE_TYPE as ZONES
from services.models.kit.base import ResourceType
from services.models.kit.partitions import AWS, PARTITIONS, Partition, partition_in, partition_of
from services.models.kit.scope import GLOBAL, Scope
from views.estate.detail import console_url

BOTOCORE = json.loads(Path(botocore.__file__).with_name("data").joinpath("partitions.json").read_text())
ALL = (AWS, *PARTITIONS)
TYPES = [kind for kind in RESOURCE_TYPES.values() if kind.scope != "marqo"]
SESSION = botocore.session.Session()


@pytest.mark.parametrize("told", BOTOCORE["partitions"], ids=lambda told: told["id"])
def test_every_region_is_in_the_partition_that_botocore_has_it_in(told: Any) -> None:
    for region in told["regions"]:
        if not region.endswith("-global"):
            assert partition_of(region).id == told["id"] == SESSION.get_partition_for_region(region)
            assert re.match(told["regionRegex"], region)
    home = told["outputs"]["implicitGlobalRegion"]
    assert (partition_of(home).home, partition_of(home).suffix) == (home, told["outputs"]["dnsSuffix"])


def test_no_partition_is_missing_and_none_is_made_up() -> None:
    assert {each.id for each in ALL} == {told["id"] for told in BOTOCORE["partitions"]}
    assert partition_of(GLOBAL) is AWS
    assert partition_in("no arn") is partition_in("") is AWS


def without_arns(value: Any) -> Any:
    """An item as an API sends it that tells no ARN."""
    if isinstance(value, dict):
        told = {key: without_arns(each) for key, each in value.items() if "arn" not in key.lower()}
        return {key: each for key, each in told.items() if not str(each).startswith("arn:")}
    return value


@pytest.mark.parametrize("partition", ALL, ids=lambda each: each.id)
@pytest.mark.parametrize("kind", TYPES, ids=lambda kind: kind.name)
def test_an_arn_that_polo_makes_is_in_the_partition_of_its_region(
    kind: ResourceType, partition: Partition
) -> None:
    scope = Scope("111122223333", partition.home, kind.name)
    item = without_arns(kind.sample) | ({"BucketRegion": partition.home} if kind.name == "buckets" else {})
    try:
        arn = kind.model.from_aws(item, scope).arn
    except KeyError as missing:
        assert str(missing).lower().strip("'").split()[0].endswith(("arn", "id")), "else there is no resource"
        return
    assert not arn.startswith("arn:") or arn.startswith(f"arn:{partition.id}:")


@pytest.mark.parametrize("partition", ALL, ids=lambda each: each.id)
@pytest.mark.parametrize("kind", TYPES, ids=lambda kind: kind.name)
def test_the_console_is_that_of_the_partition(kind: ResourceType, partition: Partition) -> None:
    region = GLOBAL if kind.scope == "global" else partition.home
    document = {"region": region, "id": "a", "name": "a", "arn": f"arn:{partition.id}:x:{region}:1:a"}
    url = console_url(document, kind)
    if not kind.console or not partition.console:
        assert url == ""
        return
    assert f"{partition.console}/" in url
    assert all(other.console not in url for other in ALL if other.console and other is not partition)
    assert partition is AWS or AWS.home not in url


class Global:
    """A global service of an account whose home is somewhere; notes where tags are asked for."""

    def __init__(self, region: str) -> None:
        self.region = region
        self.asked: list[str | None] = []

    def pages(self, call: Any, region: str | None = None) -> Any:
        self.asked.append(region)
        return iter(())


@pytest.mark.parametrize("partition", ALL, ids=lambda each: each.id)
@pytest.mark.parametrize("kind", [ZONES, DISTRIBUTIONS], ids=lambda kind: kind.name)
def test_tags_of_global_services_are_asked_at_home(kind: ResourceType, partition: Partition) -> None:
    source = Global(partition.home)
    assert kind.enrich
    items = list(kind.enrich([dict(kind.sample)], source, Scope("1", GLOBAL, kind.name)))  # type: ignore[arg-type]
    assert source.asked == [partition.home]
    if kind is ZONES:
        assert str(items[0]["Arn"]).startswith(f"arn:{partition.id}:route53:::hostedzone/Z")


@pytest.mark.parametrize("partition", ALL, ids=lambda each: each.id)
def test_a_role_is_in_the_partition_of_the_account_that_assumes_it(partition: Partition) -> None:
    assert role_arn("1", "Reader", partition.home) == f"arn:{partition.id}:iam::1:role/Reader"
