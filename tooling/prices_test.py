"""`inv prices` over answers in the shape that the Price List API's reference shows."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from errors import CollectError
from services.cop.rule import example
from services.models.base import Call
from services.prices import of_folder
from services.prices.files import PARTS, Batch, file_text, read_part
from tooling.prices import check, prices

NOW = datetime(2026, 11, 20, 23, 30, tzinfo=UTC)


def product(type: str, hour: str, region: str = "eu-west-1", unit: str = "Hrs", **attributes: str) -> str:
    dimension = {"unit": unit, "pricePerUnit": {"USD": hour}, "description": "$ per On Demand"}
    told = {"instanceType": type, "regionCode": region, "deploymentOption": "Single-AZ"} | attributes
    return json.dumps(
        {
            "product": {"attributes": told, "sku": "S"},
            "serviceCode": "AmazonEC2",
            "terms": {"OnDemand": {"S.T": {"priceDimensions": {"S.T.D": dimension}}}, "Reserved": {}},
        }
    )


@dataclass
class PriceList:
    """Two pages for each question."""

    refused: str = ""
    asked: list[Call] = field(default_factory=list)

    def pages(self, call: Call, region: str | None = None) -> Iterator[dict[str, Any]]:
        self.asked.append(call)
        filters = {each["Field"]: each["Value"] for each in call.parameters["Filters"]}
        assert region == "us-east-1"
        assert filters["locationType"] == "AWS Region"
        if self.refused in filters.values():
            return
        name = "db.m5.large" if call.parameters["ServiceCode"] == "AmazonRDS" else "m5.large"
        windows = filters.get("operatingSystem") == "Windows"
        yield {"PriceList": [product(name, "0.1920000000" if windows else "0.1070000000")]}
        yield {
            "PriceList": [
                product(name, "0.0960000000", "us-east-1"),
                product(name, "0.2", "us-east-1", deploymentOption="Multi-AZ"),
                product(name, "0.9", "us-east-1", deploymentOption="Multi-AZ (readable standbys)"),
                product(name, "0.13", "us-east-1", usagetype=f"InstanceUsageIOOptimized:{name}"),
                product("m5.metal", "0.0000000000"),
                product("m5.xlarge", "1.0", unit="Quantity"),
                product("m5.xlarge", "none"),
                "{}",
            ]
        }

    def call(self, *_: Any, **__: Any) -> None:
        raise CollectError("not asked")


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


@pytest.mark.parametrize("refused", ["Windows", "MariaDB"])
def test_a_question_without_an_answer_leaves_every_file_as_it_is(
    folder: Path, capsys: pytest.CaptureFixture[str], refused: str
) -> None:
    before = {file.name: file.read_text() for file in folder.iterdir()}
    assert prices(folder=folder, source=PriceList(refused), now=NOW) == 1
    assert refused in capsys.readouterr().err
    assert {file.name: file.read_text() for file in folder.iterdir()} == before


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
