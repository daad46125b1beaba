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
from services import prices as list_prices
from services.cop.rule import example
from services.models.base import Call
from services.prices import Prices
from tooling.prices import prices

NOW = datetime(2026, 11, 20, 23, 30, tzinfo=UTC)


def product(type: str, hour: str, region: str = "eu-west-1", unit: str = "Hrs") -> str:
    dimension = {"unit": unit, "pricePerUnit": {"USD": hour}, "description": "$ per On Demand"}
    return json.dumps(
        {
            "product": {"attributes": {"instanceType": type, "regionCode": region}, "sku": "S"},
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
        if self.refused in filters.values():
            return
        name = "db.m5.large" if call.parameters["ServiceCode"] == "AmazonRDS" else "m5.large"
        windows = filters.get("operatingSystem") == "Windows"
        yield {"PriceList": [product(name, "0.1920000000" if windows else "0.1070000000")]}
        yield {
            "PriceList": [
                product(name, "0.0960000000", "us-east-1"),
                product("m5.metal", "0.0000000000"),
                product("m5.xlarge", "1.0", unit="Quantity"),
                product("m5.xlarge", "none"),
                "{}",
            ]
        }

    def call(self, *_: Any, **__: Any) -> None:
        raise CollectError("not asked")


def test_the_file_has_hours_by_region_and_type_and_its_day(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, out = tmp_path / "prices.json", io.StringIO()
    assert prices(file=file, source=PriceList(), now=NOW, out=out) == 0
    content = json.loads(file.read_text())
    assert content["as_of"] == "2026-11-20"
    assert content["linux"] == {"eu-west-1": {"m5.large": 0.107}, "us-east-1": {"m5.large": 0.096}}
    assert content["windows"]["eu-west-1"] == {"m5.large": 0.192}
    assert content["rds"]["postgres"]["eu-west-1"] == {"db.m5.large": 0.107}
    assert "1 instance types in 2 regions" in out.getvalue()
    monkeypatch.setattr(list_prices, "FILE", file)
    read: Prices = list_prices.prices.__wrapped__()
    assert read.instance("eu-west-1", "m5.large") == Decimal("0.107") * 730
    database = example("databases", engine="postgres", region="eu-west-1", instance_class="db.m5.large")
    assert read.database(database) == Decimal("0.107") * 730


@pytest.mark.parametrize("refused", ["Windows", "MariaDB"])
def test_an_empty_section_leaves_the_file_as_it_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], refused: str
) -> None:
    file = tmp_path / "prices.json"
    file.write_text("old")
    assert prices(file=file, source=PriceList(refused), now=NOW) == 1
    assert refused in capsys.readouterr().err
    assert [file.read_text(), *tmp_path.iterdir()] == ["old", file]


def test_a_folder_that_can_not_be_written_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "taken").write_text("")
    assert prices(file=tmp_path / "taken" / "prices.json", source=PriceList(), now=NOW) == 1
    assert "can't write" in capsys.readouterr().err
