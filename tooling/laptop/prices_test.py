"""`inv prices` over answers in the shape that the Price List API's reference shows."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from errors import CollectError
from services.cop.judge.rule import example
from services.models.kit.base import Call
from services.prices import of_folder
from services.prices.files import FOLDER, PARTS, Batch, file_text, read_part
from services.prices.questions import TIERS, questions
from tooling.laptop.prices import check, prices

NOW = datetime(2026, 11, 20, 23, 30, tzinfo=UTC)


def product(usd: str, region: str = "eu-west-1", unit: str = "Hrs", **attributes: str) -> str:
    return tiered({"0": usd}, unit, regionCode=region, **attributes)


def tiered(usd: Mapping[str, str], unit: str, **attributes: str) -> str:
    dimensions = {
        f"S.T.{start}": {"unit": unit, "beginRange": start, "pricePerUnit": {"USD": each}}
        for start, each in usd.items()
    }
    return json.dumps(
        {
            "product": {"attributes": attributes, "sku": "S"},
            "terms": {"OnDemand": {"S.T": {"priceDimensions": dimensions}}, "Reserved": {}},
        }
    )


def nodes(type: str, hour: str) -> Iterator[list[str]]:
    """Two pages of what is paid for by the hour, with what is odd or of no use."""
    yield [product(hour, instanceType=type)]
    yield [
        product("0.0960000000", "us-east-1", instanceType=type, deploymentOption="Single-AZ"),
        product("0.2", "us-east-1", instanceType=type, deploymentOption="Multi-AZ"),
        product("0.9", "us-east-1", instanceType=type, deploymentOption="Multi-AZ (readable standbys)"),
        product("0.13", "us-east-1", instanceType=type, usagetype=f"InstanceUsageIOOptimized:{type}"),
        product("0.0000000000", instanceType="m5.metal"),
        product("1.0", unit="Quantity", instanceType="m5.xlarge"),
        product("none", instanceType="m5.xlarge"),
        "{}",
    ]


def units(keys: Iterable[str]) -> list[str]:
    """A product for each usage type, as two regions write it, and one of another kind."""
    found = [product("0.75", "us-east-1", "Each", usagetype=f"X{usage}") for usage in keys]
    for usage in keys:
        found += [
            product("0.5", "us-east-1", "Each", usagetype=usage),
            product("0.6", "eu-west-1", "Each", usagetype=f"EU-{usage}"),
            product("0.7", "ap-northeast-2", "Each", usagetype=f"APN2-{usage}"),
            product("0.8", "us-gov-west-1", "Each", usagetype=f"us-gov-west-1-{usage}"),
        ]
    return found


@dataclass
class PriceList:
    """silent: a value that it has nothing of. odd: products in place of those of usage types."""

    silent: str = ""
    odd: Mapping[str, str] = field(default_factory=dict)

    def pages(self, call: Call, region: str | None = None) -> Iterator[dict[str, Any]]:
        filters = {each["Field"]: each["Value"] for each in call.parameters["Filters"]}
        assert region == "us-east-1"
        assert filters.pop("locationType") == "AWS Region"
        service = call.parameters["ServiceCode"]
        (asked,) = (
            each for each in questions() if (each.service, dict(each.attributes)) == (service, filters)
        )
        if self.silent in (*filters.values(), service) or self.silent == "all":
            return
        if asked.keys:
            yield {"PriceList": units(asked.keys)}
            yield {"PriceList": [self.odd[usage] for usage in asked.keys if usage in self.odd]}
        else:
            name = "db.m5.large" if service == "AmazonRDS" else "m5.large"
            hour = "0.1920000000" if filters.get("operatingSystem") == "Windows" else "0.1070000000"
            yield from ({"PriceList": page} for page in nodes(name, hour))

    def call(self, *_: Any, **__: Any) -> None:
        raise CollectError("not asked")


class Denied(PriceList):
    """Fails after most answers."""

    def pages(self, call: Call, region: str | None = None) -> Iterator[dict[str, Any]]:
        if call.parameters["ServiceCode"] == "AmazonKinesis":
            raise CollectError("AWS denied pricing:GetProducts", "allow it")
        yield from super().pages(call, region)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Files of earlier days."""
    for part in PARTS:
        usd = {"eu-west-1": {"m5.large": 1.0, "m1.small": 2.0}, "sa-east-1": {"m5.large": 3.0}}
        (tmp_path / f"{part}.json").write_text(file_text([Batch("2023-03-10", "earlier", usd)]))
    (tmp_path / "types.json").write_text("{}")
    return tmp_path


def test_the_files_have_what_the_api_tells_and_keep_what_it_does_not_with_its_day(folder: Path) -> None:
    out = io.StringIO()
    assert prices(folder=folder, source=PriceList(), now=NOW, out=out) == 0
    new, kept = read_part(folder / "ec2_linux.json")
    assert (new.as_of, new.prices["eu-west-1"], new.prices["us-east-1"]["m5.large"]) == (
        "2026-11-20",
        {"m5.large": 0.107},
        0.096,
    )
    assert (kept.as_of, kept.source) == ("2023-03-10", "earlier")
    assert kept.prices == {"eu-west-1": {"m1.small": 2.0}, "sa-east-1": {"m5.large": 3.0}}
    read = of_folder(folder)
    found = read.instance("eu-west-1", "m5.large", "Windows")
    assert found
    assert found.total == Decimal("0.192") * 730


@pytest.mark.parametrize(
    ("changes", "hour"),
    [
        ({"engine": "postgres", "multi_az": False}, "0.096"),
        ({"engine": "postgres", "multi_az": True}, "0.2"),
        ({"engine": "aurora-mysql", "multi_az": False, "cluster": "c", "storage_type": "aurora"}, "0.096"),
        (
            {"engine": "aurora-mysql", "multi_az": None, "cluster": "c", "storage_type": "aurora-iopt1"},
            "0.13",
        ),
        ({"engine": "sqlserver-ee", "multi_az": False}, "0.096"),
        ({"engine": "oracle-ee", "multi_az": False, "license": "bring-your-own-license"}, "0.096"),
    ],
)
def test_the_price_of_a_database_is_that_of_its_deployment(
    folder: Path, changes: dict[str, Any], hour: str
) -> None:
    assert prices(folder=folder, source=PriceList(), now=NOW, out=io.StringIO()) == 0
    usual = {"region": "us-east-1", "instance_class": "db.m5.large", "cluster": "", "storage_type": "gp3"}
    found = of_folder(folder).database(example("databases", **usual | changes))
    assert found
    assert found.total == Decimal(hour) * 730


def test_each_rate_is_read_from_the_usage_type_of_its_region(folder: Path) -> None:
    assert prices(folder=folder, source=PriceList(), now=NOW, out=io.StringIO()) == 0
    new = read_part(folder / "rates.json")[0]
    keys = {key for question in questions() for key in question.keys.values()}
    for region, usd in (
        ("us-east-1", 0.5),
        ("eu-west-1", 0.6),
        ("ap-northeast-2", 0.7),
        ("us-gov-west-1", 0.8),
    ):
        assert {key: new.prices[region].get(key) for key in keys} == dict.fromkeys(keys, usd), region
    assert new.prices["us-east-1"]["elasticache.valkey.m5.large"] == 0.096


def test_tiers_and_units_are_those_of_polo(folder: Path) -> None:
    usual = {"regionCode": "us-east-1"}
    s3 = tiered(
        {"0": "0.023", "51200": "0.022", "512000": "0.021"},
        "GB-Mo",
        usagetype="TimedStorage-ByteHrs",
        **usual,
    )
    read = tiered({"0": "0", "18600": "0.00013"}, "Hrs", usagetype="ReadCapacityUnit-Hrs", **usual)
    fast = tiered({"0": "40.96"}, "GiBps-mo", usagetype="EBS:VolumeP-Throughput.gp3", **usual)
    odd = tiered({"some": "1"}, "Each", usagetype="KMS-Keys", **usual)
    source = PriceList(
        odd={
            "TimedStorage-ByteHrs": s3,
            "ReadCapacityUnit-Hrs": read,
            "EBS:VolumeP-Throughput.gp3": fast,
            "KMS-Keys": odd,
        }
    )
    assert prices(folder=folder, source=source, now=NOW, out=io.StringIO()) == 0
    found = read_part(folder / "rates.json")[0].prices["us-east-1"]
    assert [found[f"s3.standard.gb_month{end}"] for end in ("", ".over_50tb", ".over_500tb")] == [
        0.023,
        0.022,
        0.021,
    ]
    assert found["dynamodb.rcu.hour"] == 0.00013  # what is free comes first
    assert found["ebs.gp3.throughput_mibs_month"] == 0.04
    assert found["kms.key.month"] == 0.5


@pytest.mark.parametrize("silent", ["Windows", "MariaDB", "AmazonKinesis"])
def test_what_has_no_answer_keeps_what_was_known_and_is_named(folder: Path, silent: str) -> None:
    out = io.StringIO()
    assert prices(folder=folder, source=PriceList(silent), now=NOW, out=out) == 0
    (told,) = (line for line in out.getvalue().splitlines() if "nothing of" in line)
    assert silent in told
    windows = read_part(folder / "ec2_windows.json")
    assert [batch.as_of for batch in windows] == (
        ["2023-03-10"] if silent == "Windows" else ["2026-11-20", "2023-03-10"]
    )


@pytest.mark.parametrize(
    ("source", "said"),
    [(PriceList("all"), "none of the prices"), (Denied(), "AWS denied pricing:GetProducts")],
)
def test_a_price_list_without_answers_leaves_every_file_as_it_is(
    folder: Path, capsys: pytest.CaptureFixture[str], source: PriceList, said: str
) -> None:
    before = {file.name: file.read_text() for file in folder.iterdir()}
    assert prices(folder=folder, source=source, now=NOW) == 1
    assert said in capsys.readouterr().err
    assert {file.name: file.read_text() for file in folder.iterdir()} == before


KEPT = (  # as no usage type of theirs is known
    *("opensearch.io1.", "opensearch.extended.", "elasticache.extended.", "docdb.extended."),
    *("efs.", "msk.", "route53."),
)


def test_every_rate_that_ships_is_asked_for_or_kept_for_a_reason() -> None:
    asked = {key for question in questions() for key in question.keys.values()}
    asked |= {f"{key}{end}" for key, ends in TIERS.items() for end in ends.values()}
    nodes = tuple(question.prefix for question in questions() if question.part == "rates" and question.prefix)
    shipped = {
        key for batch in read_part(FOLDER / "rates.json") for usd in batch.prices.values() for key in usd
    }
    unasked = {key for key in shipped - asked if key.startswith(KEPT) or not key.startswith(nodes)}
    assert unasked == {key for key in shipped if key.startswith(KEPT)}


def test_a_folder_without_files_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert prices(folder=tmp_path, source=PriceList(), now=NOW) == 1
    assert "ec2_linux.json does not exist" in capsys.readouterr().err
    assert check(folder=tmp_path, now=NOW) == 1


def test_the_check_tells_the_day_of_each_batch_and_which_are_old(folder: Path) -> None:
    batches = [
        Batch("2025-05-31", "new", {"r": {"a": 1, "b": 2}}),
        Batch("2025-04-30", "last year's", {"r": {"c": 1}}),
    ]
    (folder / "rates.json").write_text(file_text(batches))
    out = io.StringIO()
    assert check(folder=folder, now=NOW, out=out) == 0
    assert out.getvalue().splitlines()[-3:] == [
        "all else:",
        "  2025-05-31      2  new",
        "  2025-04-30      1  last year's  old",
    ]
