"""The AWS Price List API as Polo's price files.

docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_pricing_GetProducts.html
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import Any

from errors import CollectError
from services.models.kit.base import Call, Source
from services.models.kit.values import at, text
from services.prices import Prices
from services.prices.files import PARTS, Batch
from services.prices.questions import PLACE, SCALES, TIERS, Question, questions

REGION = "us-east-1"  # one of the three that have the API
PAGE = 100  # the most that it answers at once
SAYS = "AWS Price List API"
Found = dict[str, dict[str, float]]  # region -> name -> USD


@dataclass(frozen=True)
class Refreshed:
    """batches: by part, the new one before the earlier ones. untold: what the API had no price of."""

    batches: Mapping[str, tuple[Batch, ...]]
    untold: tuple[str, ...]


def refreshed(source: Source, as_of: str, known: Prices) -> Refreshed:
    """What the API tells, and what only the earlier files knew, with its own day.

    Raises CollectError, also when the API tells nothing at all.
    """
    found: dict[str, Found] = {part: {} for part in PARTS}
    untold = [question.about for question in questions() if not _answer(source, question, found)]
    if not any(found.values()):
        raise CollectError("the price list has none of the prices that Polo asks for", "run it again later")
    batches = {
        part: merged(Batch(as_of, SAYS, prices), known.batches(part)) for part, prices in found.items()
    }
    return Refreshed(batches, tuple(untold))


def merged(new: Batch, earlier: Sequence[Batch]) -> tuple[Batch, ...]:
    """The new batch, and of the earlier ones what it lacks."""
    kept = (
        replace(batch, prices={region: _lacked(new, region, usd) for region, usd in batch.prices.items()})
        for batch in earlier
    )
    return tuple(batch for batch in (new, *kept) if any(batch.prices.values()))


def _lacked(new: Batch, region: str, usd: Mapping[str, float]) -> dict[str, float]:
    return {name: amount for name, amount in usd.items() if name not in new.prices.get(region, {})}


def _answer(source: Source, question: Question, found: dict[str, Found]) -> int:
    """Add the prices to those found of the part; answers how many they are."""
    number = 0
    for product in _products(source, question):
        attributes = at(product, "product", "attributes") or {}
        region, name = text(attributes, "regionCode"), question.name(attributes)
        if region and name:
            prices = _prices(product, name, by_the_hour=not question.keys)
            found[question.part].setdefault(region, {}).update(prices)
            number += len(prices)
    return number


def _products(source: Source, question: Question) -> Iterator[Mapping[str, Any]]:
    wanted = PLACE | dict(question.attributes)
    filters = [{"Type": "TERM_MATCH", "Field": name, "Value": value} for name, value in wanted.items()]
    asked = {"ServiceCode": question.service, "FormatVersion": "aws_v1", "Filters": filters}
    for page in source.pages(Call("pricing", "get_products", "PriceList[]", asked, PAGE), REGION):
        for product in page.get("PriceList") or ():
            yield json.loads(product) if isinstance(product, str) else product


def _prices(product: Mapping[str, Any], name: str, *, by_the_hour: bool) -> dict[str, float]:
    """On demand, by name: of the first tier that costs something, and of later ones that have a name."""
    terms = (at(product, "terms", "OnDemand") or {}).values()
    dimensions = [each for term in terms for each in (at(term, "priceDimensions") or {}).values()]
    tiers = {text(each, "beginRange") or "0": usd for each in dimensions if (usd := _usd(each, by_the_hour))}
    if not tiers:
        return {}
    found = {name: tiers[min(tiers, key=Decimal)]}
    later = {f"{name}{end}": tiers[start] for start, end in TIERS.get(name, {}).items() if start in tiers}
    return found | later


def _usd(dimension: Mapping[str, Any], by_the_hour: bool) -> float | None:
    """None of what is free, odd, or not by the hour where it should be."""
    unit = text(dimension, "unit").lower()
    try:
        usd = Decimal(text(dimension, "pricePerUnit", "USD")) / SCALES.get(unit, 1)
        Decimal(text(dimension, "beginRange") or 0)
    except InvalidOperation:
        return None
    return None if usd <= 0 or (by_the_hour and unit != "hrs") else float(usd)
