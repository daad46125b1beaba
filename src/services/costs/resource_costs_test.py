from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from services.collect.collect import collect
from services.cop.judge.rule import example
from services.costs.no_price import BY_USE, FREE
from services.costs.resource_costs import BY_TYPE, priced
from services.models import RESOURCE_TYPES
from services.models.kit.scope import Scope
from services.prices import GIB, prices
from services.prices.prices_test import PRICES
from services.store.changes import diff

INSTANCE: dict[str, Any] = {
    "instance_type": "m5.large",
    "state": "running",
    "lifecycle": "on-demand",
    "platform": "Linux/UNIX",
    "tenancy": "default",
}
DATABASE: dict[str, Any] = {
    "engine": "postgres",
    "instance_class": "db.m5.large",
    "state": "available",
    "multi_az": False,
    "cluster": "",
    "storage": 100,
    "storage_type": "gp3",
}
AURORA: dict[str, Any] = DATABASE | {
    "engine": "aurora-mysql",
    "instance_class": "db.r5.large",
    "cluster": "orders",
    "storage": 1,
    "storage_type": "aurora",
}
MULTI: dict[str, Any] = DATABASE | {"multi_az": True, "storage": 400, "iops": 12_500, "throughput": 500}
EFS: dict[str, Any] = {
    "throughput": "elastic",
    "zone": "",
    "raw": {"SizeInBytes": {"Value": 120 * GIB, "ValueInIA": 90 * GIB, "ValueInStandard": 30 * GIB}},
}
KAFKA: dict[str, Any] = {
    "kind": "provisioned",
    "state": "active",
    "instance_type": "kafka.m7g.large",
    "brokers": 3,
    "storage": 500,
    "raw": {},
}
BOUGHT = {
    "Provisioned": {
        "BrokerNodeGroupInfo": {
            "StorageInfo": {"EbsStorageInfo": {"ProvisionedThroughput": {"Enabled": True}}}
        }
    }
}
SEARCH: dict[str, Any] = {
    "instance_type": "r6g.large.search",
    "instances": 3,
    "storage": 200,
    "state": "active",
    "raw": {
        "ClusterConfig": {},
        "EBSOptions": {"EBSEnabled": True, "VolumeType": "gp3"},
    },
}
TABLE = {
    "state": "active",
    "billing": "provisioned",
    "table_class": "STANDARD",
    "read_capacity": 100,
    "write_capacity": 100,
    "indexes": 0,
    "size": 10 * GIB,
}
CACHE = {"engine": "redis", "node_type": "cache.m6g.large", "nodes": 2, "state": "available"}
CASES: list[tuple[str, dict[str, Any], str | None, str]] = [
    (
        "instances",
        INSTANCE,
        "70.08",
        "m5.large × $0.096, on demand (list price of us-east-1, 2026-10)",
    ),
    ("instances", INSTANCE | {"platform": "Windows"}, "137.24", "on demand"),
    ("instances", INSTANCE | {"region": "eu-west-1"}, "78.11", "(list price of eu-west-1, 2026-10)"),
    ("instances", INSTANCE | {"region": "ap-east-1"}, "70.08", "(list price of us-east-1, 2026-10)"),
    ("instances", INSTANCE | {"region": "cn-north-1"}, None, ""),
    ("instances", INSTANCE | {"region": "eusc-de-east-1"}, None, ""),
    ("instances", INSTANCE | {"state": "stopped"}, "0.00", "only its volumes"),
    ("instances", INSTANCE | {"state": "pending"}, None, ""),
    ("instances", INSTANCE | {"lifecycle": "spot"}, None, ""),
    ("instances", INSTANCE | {"tenancy": "host"}, None, ""),
    ("instances", INSTANCE | {"tenancy": "dedicated"}, None, ""),
    ("instances", INSTANCE | {"platform": "Red Hat Enterprise Linux"}, None, ""),
    ("instances", INSTANCE | {"platform": "SUSE Linux"}, None, ""),
    ("instances", INSTANCE | {"platform": "Windows with SQL Server Enterprise"}, None, ""),
    ("instances", INSTANCE | {"instance_type": "x99.huge"}, None, ""),
    ("databases", DATABASE, "141.44", "730 h of db.m5.large × $0.178 + 100 GiB of gp3 × $0.115, on demand"),
    ("databases", DATABASE | {"multi_az": True}, "282.88", "(estimated) × $0.178 + 100 GiB of gp3 in two"),
    ("databases", MULTI, "371.88", "+ 400 GiB of gp3 in two zones × $0.23 + 500 IOPS in two zones × $0.04"),
    ("databases", MULTI | {"storage_type": "io1", "iops": 100}, "379.88", "400 GiB of io1 × 2 zones (est"),
    ("databases", MULTI | {"throughput": 501}, None, "the throughput beyond what comes with gp3"),
    ("databases", DATABASE | {"multi_az": None}, None, ""),
    ("databases", DATABASE | {"cluster": "multi-az"}, None, "a Multi-AZ DB cluster has prices of its own"),
    ("databases", DATABASE | {"state": "stopped"}, None, "it is not running"),
    ("databases", DATABASE | {"storage": 400, "iops": 12_000, "throughput": 500}, "175.94", ""),
    ("databases", DATABASE | {"storage": 400, "iops": 12_500}, "185.94", "+ 500 IOPS × $0.02"),
    ("databases", DATABASE | {"storage": 399, "iops": 3001}, "175.85", "+ 1 IOPS"),
    ("databases", DATABASE | {"throughput": 126}, None, "the throughput beyond what comes with gp3"),
    ("databases", DATABASE | {"storage_type": "io1", "iops": 1000}, "242.44", "+ 1,000 IOPS × $0.10"),
    ("databases", DATABASE | {"storage_type": "io1", "iops": None}, None, ""),
    ("databases", DATABASE | {"storage_type": "standard"}, None, ""),
    ("databases", DATABASE | {"more_volumes": 1}, None, ""),
    ("databases", DATABASE | {"engine": "oracle-se2", "license": "license-included"}, "331.24", ""),
    ("databases", DATABASE | {"engine": "oracle-se2-cdb", "license": "bring-your-own-license"}, "136.33", ""),
    ("databases", DATABASE | {"engine": "oracle-se2", "license": ""}, None, ""),
    ("databases", DATABASE | {"engine": "docdb"}, None, ""),
    ("databases", AURORA, "211.70", "730 h of db.r5.large × $0.29, on demand"),
    ("databases", AURORA | {"multi_az": True}, "211.70", ""),
    ("databases", AURORA | {"storage_type": "aurora-iopt1"}, None, "with Aurora I/O-Optimized is not known"),
    ("databases", AURORA | {"instance_class": "db.serverless"}, None, "billed by capacity unit"),
    (
        "volumes",
        {"volume_type": "gp2", "size": 100},
        "10.00",
        "100 GiB of gp2 × $0.10 (list price of",
    ),
    ("volumes", {"volume_type": "gp2", "size": 100, "region": "eu-west-1"}, "11.00", "eu-west-1"),
    ("volumes", {"volume_type": "gp2", "size": None}, None, ""),
    ("volumes", {"volume_type": "gp9", "size": 100}, None, ""),
    ("volumes", {"volume_type": "gp3", "size": 100, "iops": 3000, "throughput": 125}, "8.00", ""),
    ("volumes", {"volume_type": "gp3", "size": 100, "iops": 3100, "throughput": 135}, "8.90", "100 IOPS"),
    ("volumes", {"volume_type": "io1", "size": 100, "iops": 5000}, "337.50", ""),
    ("volumes", {"volume_type": "io1", "size": 100, "iops": None}, None, ""),
    ("volumes", {"volume_type": "io2", "size": 100, "iops": 32_000}, "2092.50", ""),
    ("volumes", {"volume_type": "io2", "size": 100, "iops": 32_100}, "2097.05", "+ 100 IOPS × $0.0455"),
    ("volumes", {"volume_type": "io2", "size": 100, "iops": 64_100}, "3551.69", "+ 100 IOPS × $0.03185"),
    ("addresses", {"pool": "amazon", "state": "unused"}, "3.65", "730 h × $0.005"),
    ("addresses", {"pool": "ours"}, None, ""),
    ("natgateways", {"state": "available"}, "32.85", "without data"),
    ("natgateways", {"state": "deleted"}, None, ""),
    ("natgateways", {"state": "available", "zones": 2}, "65.70", "730 h × 2 zones × $0.045"),
    ("natgateways", {"state": "available", "zones": None}, None, ""),
    ("loadbalancers", {"kind": "application", "state": "active"}, "16.43", "without capacity units"),
    ("loadbalancers", {"kind": "network", "state": "active"}, "16.79", ""),
    ("loadbalancers", {"kind": "gateway", "state": "active"}, "9.13", ""),
    ("loadbalancers", {"kind": "novel", "state": "active"}, None, ""),
    ("loadbalancers", {"kind": "application", "state": "failed"}, None, ""),
    ("classicloadbalancers", {}, "18.25", ""),
    ("vpcendpoints", {"kind": "Interface", "zones": 3}, "21.90", "× 3 zones"),
    ("vpcendpoints", {"kind": "GatewayLoadBalancer", "zones": 2}, "16.06", "× 2 zones"),
    ("vpcendpoints", {"kind": "Gateway", "zones": None}, "0.00", "free"),
    ("vpcendpoints", {"kind": "Interface", "zones": None}, None, ""),
    ("secrets", {}, "0.40", ""),
    ("cacheclusters", CACHE, "216.08", "730 h of cache.m6g.large × 2 nodes × $0.148"),
    ("cacheclusters", CACHE | {"engine": "valkey"}, None, ""),
    ("cacheclusters", CACHE | {"nodes": None}, None, ""),
    ("cacheclusters", CACHE | {"state": "creating"}, None, ""),
    ("searchdomains", SEARCH, "438.93", "3 nodes × 200 GiB of gp3 × $0.122"),
    (
        "searchdomains",
        SEARCH | {"raw": {}, "more_nodes": ("c6g.large.search 3",)},
        "613.20",
        "c6g.large.search × 3 nodes",
    ),
    (
        "searchdomains",
        SEARCH | {"raw": {}, "more_nodes": ("ultrawarm1.medium.search 2",)},
        "713.21",
        "medium.search × 2 nodes",
    ),
    ("searchdomains", SEARCH | {"more_nodes": None}, None, ""),
    ("searchdomains", SEARCH | {"state": "deleting"}, None, ""),
    ("redshiftclusters", {"node_type": "ra3.xlplus", "nodes": 2, "state": "available"}, "1585.56", "2 nodes"),
    ("redshiftclusters", {"node_type": "ra3.xlplus", "nodes": 2, "state": "paused"}, None, ""),
    ("tables", TABLE, "59.44", "730 h × 100 read units × $0.00013 + 730 h × 100 write units"),
    ("tables", TABLE | {"table_class": "STANDARD_INFREQUENT_ACCESS"}, "71.81", ""),
    ("tables", TABLE | {"billing": "on-demand"}, None, "billed by request"),
    ("tables", TABLE | {"billing": None}, None, "its price is not known"),  # what was denied is not on demand
    ("tables", TABLE | {"indexes": 1}, None, ""),
    ("tables", TABLE | {"size": None}, None, ""),
    ("tables", TABLE | {"write_capacity": None}, None, ""),
    ("tables", TABLE | {"state": "creating"}, None, ""),
    ("streams", {"state": "active", "mode": "provisioned", "shards": 4}, "43.80", "4 shards"),
    ("streams", {"state": "active", "mode": "on-demand", "shards": 4}, "29.20", "without data"),
    ("streams", {"state": "active", "mode": "provisioned", "shards": None}, None, ""),
    ("streams", {"state": "deleting", "mode": "on-demand"}, None, ""),
    ("keys", {"manager": "customer", "state": "disabled"}, "1.00", "without requests"),
    ("keys", {"manager": "customer", "state": "pendingdeletion"}, None, ""),
    ("keys", {"manager": "aws", "state": "enabled"}, "0.00", "free"),
    ("keys", {"manager": "", "state": "enabled"}, None, ""),
    ("loggroups", {"stored": 40 * GIB, "log_class": "STANDARD"}, "1.20", "40.0 GiB × $0.03"),
    ("loggroups", {"stored": 1000, "log_class": "STANDARD"}, "3E-8", "0.00000093 GiB"),
    ("loggroups", {"stored": 40 * GIB, "log_class": "INFREQUENT_ACCESS"}, None, ""),
    ("loggroups", {"stored": None}, None, ""),
    ("eksclusters", {"state": "active"}, "73.00", "without nodes and extended support"),
    ("eksclusters", {"state": "creating"}, None, ""),
    ("filesystems", EFS, "10.44", "30.0 GiB × $0.30 + 90.0 GiB × $0.016, without data"),
    ("filesystems", EFS | {"throughput": "bursting"}, "11.25", "90.0 GiB × $0.025, without data"),
    ("filesystems", EFS | {"zone": "us-east-1a"}, "6.00", "90.0 GiB × $0.0133"),
    ("filesystems", EFS | {"throughput": "provisioned"}, None, "billed by what is stored in each class"),
    ("filesystems", EFS | {"raw": {"SizeInBytes": {"Value": GIB}}}, None, "in each class"),
    ("kafkaclusters", KAFKA, "596.76", "730 h of kafka.m7g.large × 3 brokers × $0.204 + 3 brokers × 500 GiB"),
    ("kafkaclusters", KAFKA | {"instance_type": "express.m7g.large"}, None, "not known"),
    ("kafkaclusters", KAFKA | {"kind": "serverless"}, None, "billed by partition"),
    ("kafkaclusters", KAFKA | {"raw": BOUGHT}, None, "not known"),
    ("hostedzones", {"region": "global"}, "0.50", "1 zone × $0.50, without queries"),
    ("queues", {}, None, "billed by request"),
    ("others", {}, None, "its price is not known"),
    *((type, {}, "0.00", "free of charge") for type in FREE),
    *((type, {}, None, why) for type, why in BY_USE.items() if type not in BY_TYPE),
]


@pytest.mark.parametrize(("type", "fields", "cost", "source"), CASES)
def test_a_resource_costs_what_the_price_list_says_or_what_is_unknown(
    type: str, fields: dict[str, Any], cost: str | None, source: str
) -> None:
    found = priced(example(type, cost=None, **fields), PRICES)
    assert found.cost == (None if cost is None else Decimal(cost))
    assert source in (found.cost_source or "")
    assert found.cost_source, "where it is from, or why it is unknown"
    assert bool(re.search("known|billed|running|unless|but for", found.cost_source)) == (cost is None)


def test_every_type_with_a_price_has_a_case() -> None:
    assert {*BY_TYPE, *FREE, *BY_USE} <= {type for type, *_ in CASES} & {*RESOURCE_TYPES}
    assert not {*FREE} & {*BY_TYPE, *BY_USE}


@pytest.mark.parametrize("page", sorted({*FREE.values()}))
def test_what_is_free_of_charge_aws_says_itself(page: str) -> None:
    assert page.startswith(("docs.aws.amazon.com/", "aws.amazon.com/"))


def test_what_the_bill_tells_of_a_free_resource_counts() -> None:
    found = priced(example("ecsclusters", cost=None), PRICES, lambda _: (Decimal(3), "Cost Explorer"))
    assert (found.cost, found.cost_source) == (Decimal("3.00"), "Cost Explorer")


def test_what_is_known_already_stays() -> None:
    index = priced(example("marqoindexes", cost=Decimal(5)), PRICES)
    assert (index.cost, index.cost_source) == (Decimal(5), "Marqo's price list x 730 h")
    other = example("volumes", cost=Decimal(5))
    assert priced(other, PRICES) is other


@pytest.mark.parametrize(
    ("bought", "cost"),
    [({"Iops": 3000, "Throughput": 125}, "438.93"), ({"Iops": 3001}, None), ({"Throughput": 126}, None)],
)
def test_what_a_search_domain_buys_beside_its_gib_has_no_known_price(
    bought: dict[str, int], cost: str | None
) -> None:
    raw = {"EBSOptions": {"EBSEnabled": True, "VolumeType": "gp3"} | bought}
    found = priced(example("searchdomains", cost=None, **SEARCH | {"raw": raw}), PRICES)
    assert found.cost == (None if cost is None else Decimal(cost))


def test_less_than_half_a_cent_is_not_nothing() -> None:
    found = priced(example("buckets", cost=None), PRICES, lambda _: (Decimal("0.00042"), "Cost Explorer"))
    assert found.to_json()["cost"] == "0.0004"
    nothing = priced(example("buckets", cost=None), PRICES, lambda _: (Decimal(0), "Cost Explorer"))
    assert nothing.to_json()["cost"] == "0.00"


class OnePage:
    def pages(self, call: object, region: object = None) -> list[dict[str, Any]]:
        return [{"Volumes": [RESOURCE_TYPES["volumes"].sample | {"VolumeType": "gp2", "Size": 50}]}]


def test_what_is_collected_has_its_price_and_says_where_it_is_from() -> None:
    (volume,) = collect(RESOURCE_TYPES["volumes"], Scope("1", "us-east-1", "volumes"), OnePage())  # type: ignore[arg-type]
    assert volume.cost == Decimal("5.00")
    assert "(list price of us-east-1, " in volume.to_json()["cost_source"]
    assert type(volume).from_json(volume.to_json()) == volume


def test_a_new_price_list_makes_no_history() -> None:
    old = priced(example("instances", cost=None, **INSTANCE), PRICES)
    new = replace(old, cost=Decimal(80), cost_source="price list of 2026-11-20")
    assert diff([old.to_json()], [new.to_json()], 1) == []


def test_the_prices_that_ship_know_a_common_instance() -> None:
    found = priced(example("instances", cost=None, **INSTANCE), prices())
    assert found.cost is not None
    assert found.cost > 50
