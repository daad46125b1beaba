"""What stored data costs. aws.amazon.com/s3/pricing, and the pages of the other services"""

from __future__ import annotations

from decimal import Decimal

from services.prices.formula import Formula, RateOf, count, price, tiered

GIB, TIB = 1 << 30, 1024  # bytes; GiB
TENTH = Decimal("0.1")
S3_TIERS = (  # GiB up to which a rate holds
    (50 * TIB, "s3.standard.gb_month"),
    (500 * TIB, "s3.standard.gb_month.over_50tb"),
    (None, "s3.standard.gb_month.over_500tb"),
)


def bucket_price(rate: RateOf, region: str, gib: int) -> Formula | None:
    """As if a bucket of S3 Standard were the account's only one."""
    return tiered(rate, region, gib, "GiB", S3_TIERS)


def stored_price(rate: RateOf, region: str, key: str, size: Decimal) -> Formula | None:
    """Of so many bytes, at one rate."""
    gib = size / GIB
    return price(rate(key, region), count(gib.quantize(TENTH) if gib >= 1 else Decimal(f"{gib:.2g}"), "GiB"))
