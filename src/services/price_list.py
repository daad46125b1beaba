"""The AWS Price List API as Polo's price files.

docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_pricing_GetProducts.html
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from typing import Any

from errors import CollectError
from services.models.base import Call, Source
from services.models.values import at, text
from services.prices import Prices
from services.prices.files import Batch

REGION = "us-east-1"  # one of the three that have the API
PAGE = 100  # the most that it answers at once
SAYS = "AWS Price List API"
PLACE = {"locationType": "AWS Region"}  # local zones have other prices
EC2 = PLACE | {
    "tenancy": "Shared",
    "preInstalledSw": "NA",
    "capacitystatus": "Used",
    "licenseModel": "No License required",
}
SYSTEMS = {"ec2_linux": "Linux", "ec2_windows": "Windows"}
FREE, OWN, INCLUDED = "No license required", "Bring your own license", "License included"
# as DescribeDBInstances calls an engine -> engine, edition and licence, as the price list does
ENGINES = {
    "postgres": ("PostgreSQL", "", FREE),
    "mysql": ("MySQL", "", FREE),
    "mariadb": ("MariaDB", "", FREE),
    "aurora-postgresql": ("Aurora PostgreSQL", "", FREE),
    "aurora-mysql": ("Aurora MySQL", "", FREE),
    "oracle-ee:byol": ("Oracle", "Enterprise", OWN),
    "oracle-se2:byol": ("Oracle", "Standard Two", OWN),
    "oracle-se2": ("Oracle", "Standard Two", INCLUDED),
    "sqlserver-ee": ("SQL Server", "Enterprise", INCLUDED),
    "sqlserver-se": ("SQL Server", "Standard", INCLUDED),
    "sqlserver-web": ("SQL Server", "Web", INCLUDED),
    "sqlserver-ex": ("SQL Server", "Express", INCLUDED),
}
DEPLOYED = {"Single-AZ": "", "Multi-AZ": ":multi"}
IO_OPTIMIZED = "IOOptimized"  # in a usage type of Aurora
Found = dict[str, dict[str, float]]  # region -> name -> USD


def refreshed(source: Source, as_of: str, known: Prices) -> dict[str, tuple[Batch, ...]]:
    """The price files by part: what the API tells, and what only the earlier ones knew, with its own day.

    Raises CollectError, also when a question has no answer.
    """
    found = {part: _instances(source, system) for part, system in SYSTEMS.items()}
    found["rds"] = _databases(source)
    return {part: merged(Batch(as_of, SAYS, prices), known.batches(part)) for part, prices in found.items()}


def merged(new: Batch, earlier: Sequence[Batch]) -> tuple[Batch, ...]:
    """The new batch, and of the earlier ones what it lacks."""
    kept = (
        replace(batch, prices={region: _lacked(new, region, usd) for region, usd in batch.prices.items()})
        for batch in earlier
    )
    return (new, *(batch for batch in kept if any(batch.prices.values())))


def _lacked(new: Batch, region: str, usd: Mapping[str, float]) -> dict[str, float]:
    return {name: amount for name, amount in usd.items() if name not in new.prices.get(region, {})}


def _instances(source: Source, system: str) -> Found:
    return _answer(source, "AmazonEC2", EC2 | {"operatingSystem": system})


def _databases(source: Source) -> Found:
    found: Found = {}
    for name, (engine, edition, license) in ENGINES.items():
        asked = PLACE | {"databaseEngine": engine, "licenseModel": license}
        asked |= {"databaseEdition": edition} if edition else {}
        for region, classes in _answer(source, "AmazonRDS", asked).items():
            found.setdefault(region, {}).update({f"{name}:{one}": usd for one, usd in classes.items()})
    return found


def _answer(source: Source, service: str, attributes: Mapping[str, str]) -> Found:
    found: Found = {}
    for region, type, hour in _prices(source, service, attributes):
        found.setdefault(region, {})[type] = hour
    return found


def _prices(source: Source, service: str, attributes: Mapping[str, str]) -> Iterator[tuple[str, str, float]]:
    filters = [{"Type": "TERM_MATCH", "Field": name, "Value": value} for name, value in attributes.items()]
    asked = {"ServiceCode": service, "FormatVersion": "aws_v1", "Filters": filters}
    any_found = False
    for page in source.pages(Call("pricing", "get_products", "PriceList[]", asked, PAGE), REGION):
        for product in page.get("PriceList") or ():
            for price in _price(product):
                any_found = True
                yield price
    if not any_found:
        told = ", ".join(attributes.values())
        raise CollectError(f"the price list has no {service} prices for {told}", "run it again later")


def _price(product: str | Mapping[str, Any]) -> Iterator[tuple[str, str, float]]:
    """Region, type and USD an hour of one product; none of what is free, odd, or not by the hour."""
    content = json.loads(product) if isinstance(product, str) else product
    attributes = at(content, "product", "attributes") or {}
    region, type = text(attributes, "regionCode"), text(attributes, "instanceType")
    deployed = DEPLOYED.get(text(attributes, "deploymentOption") or "Single-AZ")
    if deployed is None or not (region and type):
        return
    kind = ":iopt" if IO_OPTIMIZED in text(attributes, "usagetype") else deployed
    terms = (at(content, "terms", "OnDemand") or {}).values()
    for dimension in (each for term in terms for each in (at(term, "priceDimensions") or {}).values()):
        try:
            hour = Decimal(text(dimension, "pricePerUnit", "USD"))
        except InvalidOperation:
            continue
        if hour > 0 and text(dimension, "unit") == "Hrs":
            yield region, type + kind, float(hour)
