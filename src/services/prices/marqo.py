"""What the storage of Marqo indexes costs; inference has no published price."""

from __future__ import annotations

from services.models.marqoindex import STORAGE_PRICES
from services.prices.formula import Formula, count, hours, price
from services.prices.rate import Rate

LISTED, SOURCE = "2026-11-20", "Marqo Cloud's price page"


def storage_formula(storage_class: str, shards: int | None, replicas: int | None) -> Formula | None:
    """A month of an index's shards and their copies."""
    usd = STORAGE_PRICES.get(storage_class.lower().removeprefix("marqo."))
    if usd is None or shards is None or replicas is None:
        return None
    copies = () if not replicas else (count(1 + replicas, "copies"),)
    unit = "shard" if shards == 1 else "shards"
    rate = Rate(usd, "", LISTED, SOURCE)
    return price(rate, hours(storage_class), count(shards, unit), *copies)
