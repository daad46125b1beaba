"""Prices and formulas; and those prices that rules' examples are judged by, which no refresh changes."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from errors import DataFileError
from services.cop.judge.rule import example
from services.prices import Prices, own_cost, prices
from services.prices.files import PARTS, Batch, Size, read_part, read_sizes
from services.prices.formula import count, difference, hours, price, share, tiered, total

DAY = "2026-10-01"
_LINUX = {
    "us-east-1": {
        "m1.small": 0.044,
        "m3.medium": 0.067,
        "m4.10xlarge": 2.0,
        "m4.large": 0.1,
        "m5.large": 0.096,
        "m5.metal": 4.608,
        "m5.xlarge": 0.192,
        "m6i.12xlarge": 2.304,
        "m6i.large": 0.096,
        "p2.xlarge": 0.9,
        "t2.nano": 0.0058,
        "t3.medium": 0.0416,
        "t3.nano": 0.0052,
        "t3.small": 0.0208,
    },
    "eu-west-1": {"m5.large": 0.107},
}
_WINDOWS = {"us-east-1": {"m5.large": 0.188, "m5.xlarge": 0.376}}
_RDS = {
    "us-east-1": {
        "aurora-mysql:db.r5.large": 0.29,
        "mysql:db.r5.large": 0.24,
        "mysql:db.r5.xlarge": 0.48,
        "oracle-se2:byol:db.m5.large": 0.171,
        "oracle-se2:db.m5.large": 0.438,
        "postgres:db.m5.large": 0.178,
        "postgres:db.r6g.large": 0.225,
        "postgres:db.r6g.xlarge": 0.45,
        "postgres:db.r6g.xlarge:multi": 0.899,
    }
}
_RATES = {
    "us-east-1": {
        "alb.hour": 0.0225,
        "clb.hour": 0.025,
        "dynamodb.ia.rcu.hour": 0.00016,
        "dynamodb.ia.wcu.hour": 0.00081,
        "dynamodb.rcu.hour": 0.00013,
        "dynamodb.wcu.hour": 0.00065,
        "dynamodb.storage.gb_month": 0.25,
        "dynamodb.ia.storage.gb_month": 0.1,
        "efs.archive.gb_month": 0.008,
        "efs.ia.gb_month": 0.025,
        "efs.ia_elastic.gb_month": 0.016,
        "efs.onezone.gb_month": 0.16,
        "efs.onezone_ia.gb_month": 0.0133,
        "efs.standard.gb_month": 0.3,
        "msk.kafka.m7g.large": 0.204,
        "msk.storage.gb_month": 0.1,
        "kms.key.month": 1.0,
        "kinesis.shard.hour": 0.015,
        "kinesis.ondemand.stream.hour": 0.04,
        "ebs.gp2.gb_month": 0.1,
        "ebs.gp3.gb_month": 0.08,
        "ebs.gp3.iops_month": 0.005,
        "ebs.gp3.throughput_mibs_month": 0.04,
        "ebs.io1.gb_month": 0.125,
        "ebs.io1.iops_month": 0.065,
        "ebs.io2.gb_month": 0.125,
        "ebs.io2.iops_month.tier1_to_32000": 0.065,
        "ebs.io2.iops_month.tier2_32001_64000": 0.0455,
        "ebs.io2.iops_month.tier3_over_64000": 0.03185,
        "ebs.sc1.gb_month": 0.015,
        "ebs.st1.gb_month": 0.045,
        "ebs.standard.gb_month": 0.05,
        "docdb.extended.r5.vcpu_hour.year1_2": 0.1108,
        "docdb.extended.r5.vcpu_hour.year3": 0.2216,
        "ecr.gb_month": 0.1,
        "eks.extended.hour": 0.5,
        "eks.hour": 0.1,
        "elasticache.cache.m6g.large": 0.148,
        "elasticache.cache.r7g.large": 0.219,
        "gwlb.hour": 0.0125,
        "ipv4.hour": 0.005,
        "ipv4.idle.hour": 0.005,
        "lambda.gb_second.arm": 1.33334e-05,
        "lambda.gb_second.x86": 1.66667e-05,
        "logs.storage.gb_month": 0.03,
        "nat.hour": 0.045,
        "nlb.hour": 0.023,
        "opensearch.c6g.large.search": 0.113,
        "opensearch.gp3.gb_month": 0.122,
        "opensearch.r6g.large.search": 0.167,
        "opensearch.ultrawarm1.medium.search": 0.238,
        "opensearch.extended.nih_hour": 0.0065,
        "rds.extended.vcpu_hour.year1_2": 0.1,
        "rds.extended.vcpu_hour.year3": 0.2,
        "rds.gp3.gb_month": 0.115,
        "rds.gp3.iops_month": 0.02,
        "rds.gp3.multi.gb_month": 0.23,
        "rds.gp3.multi.iops_month": 0.04,
        "rds.io1.gb_month": 0.125,
        "rds.io1.iops_month": 0.1,
        "redshift.ra3.xlplus": 1.086,
        "s3.standard.gb_month": 0.023,
        "s3.standard.gb_month.over_500tb": 0.021,
        "s3.standard.gb_month.over_50tb": 0.022,
        "secret.month": 0.4,
        "snapshot.archive.gb_month": 0.0125,
        "snapshot.standard.gb_month": 0.05,
        "vpce.gwlb.hour": 0.011,
        "vpce.interface.hour": 0.01,
    },
    "eu-west-1": {"ebs.gp2.gb_month": 0.11, "ebs.gp3.gb_month": 0.088},
    "global": {"route53.zone.month": 0.5},
    "eu-central-1": {"rds.extended.vcpu_hour.year1_2": 0.122, "rds.extended.vcpu_hour.year3": 0.244},
}
_PARTS = {"ec2_linux": _LINUX, "ec2_windows": _WINDOWS, "rds": _RDS, "rates": _RATES}
PRICES = Prices(lambda part: (Batch(DAY, "an example", _PARTS[part]),), prices().sizes)


NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
DATED = Prices(
    lambda _: (
        Batch("2026-10-01", "new", {"us-east-1": {"a": 0.5, "b": 2}, "eu-west-1": {"a": 0.6}}),
        Batch("2025-05-31", "just in time", {"us-east-1": {"a": 9, "c": 3}}),
        Batch("2025-04-30", "old", {"us-east-1": {"d": 1}}),
        Batch("2021-03-30", "older", {"us-east-1": {"e": 1.25}}),
        Batch("", "undated", {"us-east-1": {"f": 1.66667e-05}}),
    )
)


@pytest.mark.parametrize(
    ("key", "region", "said"),
    [
        ("a", "us-east-1", "2 h × $0.50"),
        ("a", "eu-west-1", "2 h × $0.60"),
        ("b", "eu-west-1", "2 h × $2.00 (at us-east-1's price)"),
        ("c", "us-east-1", "2 h × $3.00"),
        ("d", "us-east-1", "2 h × $1.00 (price of 2025-04)"),
        ("e", "sa-east-1", "2 h × $1.25 (at us-east-1's price; price of 2021-03)"),
        ("f", "us-east-1", "2 h × $0.0000166667 (price of an unknown day)"),
        ("g", "us-east-1", None),
        ("b", "cn-north-1", None),
        ("b", "eusc-de-east-1", None),
        ("b", "us-iso-east-1", None),
        ("b", "us-gov-west-1", "2 h × $2.00 (at us-east-1's price)"),
    ],
)
def test_a_formula_says_whose_price_it_has_and_when_that_is_old(
    key: str, region: str, said: str | None
) -> None:
    found = price(DATED.rate(key, region), count(2, "h"))
    assert (found.told(NOW) if found else None) == said


def test_a_formula_comes_to_what_its_words_say() -> None:
    a, e = (price(DATED.rate(key, "us-east-1"), count(1000, "GiB")) for key in "ae")
    assert a
    assert e
    assert (a + e).total == 1750
    assert (a + e).words == "1,000 GiB × $0.50 + 1,000 GiB × $1.25"
    assert (e - a).total == 750
    assert (e - a).words == "1,000 GiB × $1.25 - 1,000 GiB × $0.50"
    assert (e - a).source == "list price of us-east-1, 2021-03 and 2026-10"
    assert a.times(share("0.3")).total == 150
    assert a.times(share("0.3")).words == "1,000 GiB × $0.50 × 30 %"
    assert (a + e.times(count(2, "zones")) - a).total == 2500


def test_each_term_says_whose_price_it_has_where_they_differ() -> None:
    a, b, e = (price(DATED.rate(key, "eu-west-1"), count(2, "h")) for key in "abe")
    assert a
    assert b
    assert e
    assert (a + b).told(NOW) == "2 h × $0.60 + 2 h × $2.00 (at us-east-1's price)"
    assert (b + a).told(NOW) == "2 h × $2.00 (at us-east-1's price) + 2 h × $0.60"
    assert (b + b).told(NOW) == "2 h × $2.00 + 2 h × $2.00 (at us-east-1's price)"
    assert (a - e).told(NOW) == "2 h × $0.60 - 2 h × $1.25 (at us-east-1's price; price of 2021-03)"


@pytest.mark.parametrize(("number", "usd"), [(0, 0), (10, 5), (11, 7), (20, 25), (21, 28)])
def test_each_tier_has_its_rate(number: int, usd: int) -> None:
    found = tiered(DATED.rate, "us-east-1", number, "units", ((10, "a"), (20, "b"), (None, "c")))
    assert found
    assert found.total == usd
    assert all(term.amount for term in found.terms), "no words of none"


def test_what_is_unknown_makes_the_sum_and_the_difference_unknown() -> None:
    a = price(DATED.rate("a", "us-east-1"), hours())
    assert total((a, None)) is None
    assert difference(a, None) is None
    assert difference(None, a) is None
    assert difference(a, price(DATED.rate("a", "eu-west-1"))) is None  # two regions tell no difference


@pytest.mark.parametrize(
    ("changes", "known"),
    [
        ({}, True),
        ({"platform": "Windows"}, True),
        ({"lifecycle": "spot"}, False),
        ({"lifecycle": "capacity-block"}, False),
        ({"tenancy": "dedicated"}, False),
        ({"platform": "Red Hat Enterprise Linux"}, False),
        ({"tenancy": ""}, False),  # stored by a Polo that did not note it
        ({"platform": "SUSE Linux"}, False),
        ({"platform": "Linux with SQL Server Standard"}, False),
    ],
)
def test_only_what_is_bought_on_demand_without_a_licence_has_a_list_price(
    changes: dict[str, Any], known: bool
) -> None:
    usual = {"instance_type": "m5.xlarge", "lifecycle": "on-demand", "platform": "Linux/UNIX"}
    assert (PRICES.running(example("instances", **usual | changes)) is not None) == known


@pytest.mark.parametrize(
    ("engine", "gib"), [("mysql", 400), ("mariadb", 400), ("postgres", 400), ("oracle-se2", 200)]
)
def test_from_so_many_gib_on_gp3_of_a_database_comes_with_four_times_as_much(engine: str, gib: int) -> None:
    def cost(gib: int, iops: int, throughput: int) -> Decimal | None:
        fields = {"storage_type": "gp3", "storage": gib, "iops": iops, "throughput": throughput}
        database = example("databases", engine=engine, multi_az=False, cluster="", **fields)
        found = PRICES.storage(database)
        return found and found.total

    usd, iops_usd = Decimal("0.115"), Decimal("0.02")
    assert cost(gib - 1, 3000, 125) == (gib - 1) * usd
    assert cost(gib - 1, 3001, 125) == (gib - 1) * usd + iops_usd
    assert cost(gib, 12_000, 500) == gib * usd
    assert cost(gib, 12_001, 500) == gib * usd + iops_usd
    assert cost(gib - 1, 3000, 126) is None, "throughput has no price in these"
    assert cost(gib, 12_000, 501) is None


def test_its_own_cost_is_what_cost_explorer_tells() -> None:
    source = "Cost Explorer, amortized, 2026-11-12 to 2026-11-18, a mean day x 30.4"
    own = own_cost(example("instances", cost=Decimal("12.345"), cost_source=source))
    assert own
    assert own.total == Decimal("12.345")
    assert own.told(NOW) == "$12.35 a month, as Cost Explorer tells"
    assert own_cost(example("instances", cost=Decimal(12), cost_source="730 h (list price)")) is None
    assert own_cost(example("instances", cost=None)) is None


PRICED = {"as_of": "2026-10-01", "source": "an example", "prices": {"us-east-1": {"a": 1.5}}}


@pytest.mark.parametrize(
    "changes",
    [
        {"as_of": 2026},
        {"source": None},
        *({"prices": {"us-east-1": {"a": 1.5, "b": usd}}} for usd in (0, -1, True, "1.5", None)),
    ],
)
def test_a_file_of_what_is_no_price_is_an_error(changes: dict[str, Any], tmp_path: Path) -> None:
    file = tmp_path / "rates.json"
    file.write_text(json.dumps([PRICED]), encoding="utf-8")
    assert read_part(file) == (Batch(**PRICED),)
    file.write_text(json.dumps([PRICED | changes]), encoding="utf-8")
    with pytest.raises(DataFileError, match=r"rates\.json"):
        read_part(file)


@pytest.mark.parametrize("size", [[2.0, 8], [True, 8], [2, "8"], [2, None], [2, 8, 1], [2, 8, None]])
def test_a_file_of_what_is_no_size_is_an_error(size: list[Any], tmp_path: Path) -> None:
    file = tmp_path / "types.json"
    file.write_text(json.dumps({"m5.large": [2, 8.0, "m5.small"], "a": [1, 2]}), encoding="utf-8")
    assert read_sizes(file) == {"m5.large": Size(2, 8.0, "m5.small"), "a": Size(1, 2, "")}
    file.write_text(json.dumps({"m5.large": size}), encoding="utf-8")
    with pytest.raises(DataFileError, match=r"types\.json"):
        read_sizes(file)


def test_the_files_that_ship_are_whole() -> None:
    for part in PARTS:
        for batch in prices().batches(part):
            assert batch.source
            assert batch.prices
            assert not any(region.startswith("cn-") for region in batch.prices)
    for name, size in prices().sizes().items():
        assert not size.smaller or size.smaller in prices().sizes(), name
        assert not (size.smaller and ".metal" in name), name


@pytest.mark.parametrize(
    ("type", "usd"), [("c5.4xlarge", "0.68"), ("m5.large", "0.096"), ("t3.micro", "0.0104")]
)
def test_the_prices_that_ship_are_those_of_awss_page(type: str, usd: str) -> None:
    found = prices().instance("us-east-1", type)
    assert found
    assert found.total == Decimal(usd) * 730
