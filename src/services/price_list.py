"""The AWS Price List API as Polo's price file: what instances and databases cost an hour, on demand."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from errors import CollectError
from services.models.base import Call, Source
from services.models.values import at, text

REGION = "us-east-1"  # one of the three that have the API
PAGE = 100  # the most that it answers at once
EC2 = {
    "tenancy": "Shared",
    "preInstalledSw": "NA",
    "capacitystatus": "Used",
    "licenseModel": "No License required",
}
SYSTEMS = {"linux": "Linux", "windows": "Windows"}
# as DescribeDBInstances calls an engine -> as the price list does
ENGINES = {
    "postgres": "PostgreSQL",
    "mysql": "MySQL",
    "mariadb": "MariaDB",
    "aurora-postgresql": "Aurora PostgreSQL",
    "aurora-mysql": "Aurora MySQL",
}
RDS = {"deploymentOption": "Single-AZ", "licenseModel": "No license required"}
Hourly = dict[str, dict[str, float]]  # region -> type -> USD an hour


def price_file(source: Source, as_of: str) -> dict[str, Any]:
    """The content of ec2_prices.json, dated. Raises CollectError, also when a section would be empty."""
    systems = {
        name: _hourly(source, "AmazonEC2", EC2 | {"operatingSystem": value})
        for name, value in SYSTEMS.items()
    }
    rds = {
        name: _hourly(source, "AmazonRDS", RDS | {"databaseEngine": value}) for name, value in ENGINES.items()
    }
    said = {"source": "AWS Price List API", "unit": "USD an hour", "note": "on demand; rds: for one zone"}
    return said | {"as_of": as_of, **systems, "rds": rds}


def file_text(content: Mapping[str, Any]) -> str:
    """The file, a region a line, so that a difference can be read."""
    lines = []
    for name, value in content.items():
        if name == "rds":
            sections = (f'"{engine}":{_regions(regions)}' for engine, regions in value.items())
            lines.append('"rds":{\n' + ",\n".join(sections) + "}")
        else:
            shown = _regions(value) if isinstance(value, dict) else json.dumps(value)
            lines.append(f"{json.dumps(name)}:{shown}")
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _regions(regions: Hourly) -> str:
    lines = (
        f"{json.dumps(region)}:{json.dumps(types, sort_keys=True, separators=(',', ':'))}"
        for region, types in sorted(regions.items())
    )
    return "{\n" + ",\n".join(lines) + "}"


def _hourly(source: Source, service: str, attributes: Mapping[str, str]) -> Hourly:
    filters = [{"Type": "TERM_MATCH", "Field": name, "Value": value} for name, value in attributes.items()]
    asked = {"ServiceCode": service, "FormatVersion": "aws_v1", "Filters": filters}
    found: Hourly = {}
    for page in source.pages(Call("pricing", "get_products", "PriceList[]", asked, PAGE), REGION):
        for product in page.get("PriceList") or ():
            for region, type, hour in _price(product):
                found.setdefault(region, {})[type] = hour
    if not found:
        told = ", ".join(attributes.values())
        raise CollectError(f"the price list has no {service} prices for {told}", "run it again later")
    return found


def _price(product: str | Mapping[str, Any]) -> Iterator[tuple[str, str, float]]:
    """Region, type and USD an hour of one product; none of what is free, odd, or not by the hour."""
    content = json.loads(product) if isinstance(product, str) else product
    attributes = at(content, "product", "attributes")
    region, type = text(attributes or {}, "regionCode"), text(attributes or {}, "instanceType")
    terms = (at(content, "terms", "OnDemand") or {}).values()
    for dimension in (each for term in terms for each in (at(term, "priceDimensions") or {}).values()):
        try:
            hour = Decimal(text(dimension, "pricePerUnit", "USD"))
        except InvalidOperation:
            continue
        if region and type and hour > 0 and text(dimension, "unit") == "Hrs":
            yield region, type, float(hour)
