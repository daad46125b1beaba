"""What EBS volumes cost. docs.aws.amazon.com/ebs/latest/userguide/ebs-volume-types.html"""

from __future__ import annotations

from services.models.volume import Volume
from services.prices.formula import Formula, RateOf, count, price, tiered, total

GP3_IOPS, GP3_THROUGHPUT = 3000, 125  # IOPS and MiB/s that come with a gp3 volume
BY_SIZE = ("gp2", "st1", "sc1", "standard")
IO2_TIERS = (  # IOPS up to which a rate holds
    (32_000, "ebs.io2.iops_month.tier1_to_32000"),
    (64_000, "ebs.io2.iops_month.tier2_32001_64000"),
    (None, "ebs.io2.iops_month.tier3_over_64000"),
)


def volume_price(rate: RateOf, volume: Volume) -> Formula | None:
    """As it is; None where its type, size, IOPS or a rate is unknown."""
    kind, region = volume.volume_type, volume.region
    if volume.size is None:
        return None
    if kind == "gp3":
        return gp3_price(rate, region, volume.size, volume.iops, volume.throughput)
    if kind in ("io1", "io2"):
        return None if volume.iops is None else io_price(rate, region, kind, volume.size, volume.iops)
    return size_price(rate, region, kind, volume.size) if kind in BY_SIZE else None


def size_price(rate: RateOf, region: str, kind: str, gib: int) -> Formula | None:
    return price(rate(f"ebs.{kind}.gb_month", region), count(gib, f"GiB of {kind}"))


def gp3_price(
    rate: RateOf, region: str, gib: int, iops: int | None, throughput: int | None
) -> Formula | None:
    """throughput: MiB/s. None for what comes with it."""
    parts = [size_price(rate, region, "gp3", gib)]
    if (more := (iops or 0) - GP3_IOPS) > 0:
        parts.append(price(rate("ebs.gp3.iops_month", region), count(more, "IOPS")))
    if (more := (throughput or 0) - GP3_THROUGHPUT) > 0:
        parts.append(price(rate("ebs.gp3.throughput_mibs_month", region), count(more, "MiB/s")))
    return total(parts)


def io_price(rate: RateOf, region: str, kind: str, gib: int, iops: int) -> Formula | None:
    """io1, whose IOPS have one rate, and io2, where the first 32,000 are dearest."""
    tiers = IO2_TIERS if kind == "io2" else ((None, "ebs.io1.iops_month"),)
    return total((size_price(rate, region, kind, gib), tiered(rate, region, iops, "IOPS", tiers)))
