"""What stored data costs. aws.amazon.com/s3/pricing, and the pages of the other services"""

from __future__ import annotations

from decimal import Decimal

from services.prices.formula import Formula, RateOf, count, price, tiered

TIB = 1024  # GiB
S3_TIERS = (  # GiB up to which a rate holds
    (50 * TIB, "s3.standard.gb_month"),
    (500 * TIB, "s3.standard.gb_month.over_50tb"),
    (None, "s3.standard.gb_month.over_500tb"),
)


def bucket_price(rate: RateOf, region: str, gib: int) -> Formula | None:
    """As if a bucket of S3 Standard were the account's only one."""
    return tiered(rate, region, gib, "GiB", S3_TIERS)


def stored_price(rate: RateOf, region: str, key: str, gib: Decimal) -> Formula | None:
    """At one rate; the words have a tenth of a GiB."""
    return price(rate(key, region), count(gib.quantize(Decimal("0.1")), "GiB"))
