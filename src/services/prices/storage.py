"""What stored data costs. aws.amazon.com/s3/pricing, and the pages of the other services"""

from __future__ import annotations

from decimal import Decimal

from services.models.filesystem import FileSystem
from services.models.kit.values import whole
from services.prices.formula import Formula, RateOf, count, price, tiered, total

GIB, TIB = 1 << 30, 1024  # bytes; GiB
TENTH = Decimal("0.1")
S3_TIERS = (  # GiB up to which a rate holds
    (50 * TIB, "s3.standard.gb_month"),
    (500 * TIB, "s3.standard.gb_month.over_50tb"),
    (None, "s3.standard.gb_month.over_500tb"),
)
# as DescribeFileSystems calls a class -> its rate
EFS_CLASSES = {
    "Standard": "efs.standard.gb_month",
    "IA": "efs.ia.gb_month",
    "Archive": "efs.archive.gb_month",
}
EFS_ONE_ZONE = {"Standard": "efs.onezone.gb_month", "IA": "efs.onezone_ia.gb_month"}


def bucket_price(rate: RateOf, region: str, gib: int) -> Formula | None:
    """As if a bucket of S3 Standard were the account's only one."""
    return tiered(rate, region, gib, "GiB", S3_TIERS)


def file_system_price(rate: RateOf, system: FileSystem) -> Formula | None:
    """A month of what an EFS file system holds in each class; None where that is not told, or where
    throughput is bought. aws.amazon.com/efs/pricing
    """
    if system.throughput == "provisioned":
        return None
    held = {name: whole(system.raw, "SizeInBytes", f"ValueIn{name}") for name in EFS_CLASSES}
    if held["Standard"] is None or held["IA"] is None:
        return None
    keys = EFS_ONE_ZONE if system.zone else EFS_CLASSES
    keys = keys | (
        {"IA": "efs.ia_elastic.gb_month"} if system.throughput == "elastic" and not system.zone else {}
    )
    used = {name: size for name, size in held.items() if size or name == "Standard"}
    if not used.keys() <= keys.keys():
        return None
    return total(
        stored_price(rate, system.region, keys[name], Decimal(size or 0)) for name, size in used.items()
    )


def stored_price(rate: RateOf, region: str, key: str, size: Decimal) -> Formula | None:
    """Of so many bytes, at one rate."""
    gib = size / GIB
    return price(rate(key, region), count(gib.quantize(TENTH) if gib >= 1 else Decimal(f"{gib:.2g}"), "GiB"))
