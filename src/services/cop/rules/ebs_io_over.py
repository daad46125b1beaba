"""EBS-IO-OVER: provisioned IOPS that gp3 has as well, for a tenth."""

from __future__ import annotations

from decimal import Decimal

from services.cop.judge.facts import Facts
from services.cop.judge.rule import Example, Rule, example
from services.models.domain.finding import Finding, Unknown, Verdict
from services.models.volume import Volume
from services.prices.ebs import GP3_IOPS, GP3_THROUGHPUT, gp3_price, io_price
from services.prices.formula import difference

GP3_MOST, GP3_IOPS_A_GIB = 80_000, 500
IO1_FAST = 500  # MiB/s, from 2,000 IOPS on


def check(volume: Volume, facts: Facts) -> Verdict:
    if volume.volume_type not in ("io1", "io2"):
        return None
    if volume.size is None or volume.iops is None:
        return Unknown("its size or IOPS are unknown")
    rate, region, size, iops = facts.prices.rate, volume.region, volume.size, volume.iops
    now = facts.prices.volume(volume)
    if volume.multi_attach or iops > min(GP3_MOST, max(GP3_IOPS, size * GP3_IOPS_A_GIB)):
        if volume.volume_type != "io1":
            return None
        better = difference(now, io_price(rate, region, "io2", size, iops))
        return Finding(f"{iops:,} IOPS of io1; io2 lasts longer, for no more", *facts.told(better))
    throughput = _io1_throughput(iops) if volume.volume_type == "io1" else GP3_THROUGHPUT
    left = "" if volume.volume_type == "io1" else f"; throughput left at {GP3_THROUGHPUT} MiB/s"
    saving = facts.told(difference(now, gp3_price(rate, region, size, iops, throughput)), after=left)
    return Finding(f"{iops:,} IOPS of {volume.volume_type}, which gp3 has too", *saving)


def _io1_throughput(iops: int) -> int:
    """MiB/s: 256 KiB an operation up to 500, and above 32,000 IOPS 16 KiB each: 1,000 of 64,000, its most."""
    return max(min(IO1_FAST, iops // 4), iops // 64)


def _volume(kind: str, iops: int | None, size: int = 200, **changes: object) -> Volume:
    volume: Volume = example("volumes", volume_type=kind, size=size, iops=iops, **changes)
    return volume


RULE = Rule(
    id="EBS-IO-OVER",
    title="Volume has provisioned IOPS that gp3 would give",
    types=("volumes",),
    severity="medium",
    confidence="certain",
    check=check,
    why="Up to 80,000 IOPS, 500 a GiB, gp3 costs less than a tenth of what provisioned IOPS cost.",
    fix="Modify the volume to gp3 with the same IOPS and throughput; where gp3 can't, io1 to io2.",
    source="AWS, EBS volume types; Steampipe AWS Thrifty; keep io2 where its durability or latency is needed",
    good=(
        Example(_volume("gp3", 9000)),
        Example(_volume("io2", 80_001)),
        Example(_volume("io2", 10_001, size=20)),
        Example(_volume("io2", 5000, multi_attach=True)),
    ),
    bad=(
        Example(_volume("io1", 5000, size=100), saving=Decimal("304.50"), severity="medium"),
        Example(_volume("io1", 400), saving=Decimal("35.00")),
        Example(_volume("io1", 500), saving=Decimal("41.50")),
        Example(_volume("io1", 504), saving=Decimal("41.72")),  # 126 MiB/s
        Example(_volume("io1", 1000), saving=Decimal("69.00")),
        Example(_volume("io1", 3001), saving=Decimal("189.06")),
        Example(_volume("io1", 64_000, size=1280), saving=Decimal("3877.60")),
        Example(_volume("io2", 20_000, size=100), saving=Decimal("1219.50")),
        Example(_volume("io2", 80_000), saving=Decimal("3669.60")),
        Example(_volume("io2", 10_000, size=20), saving=Decimal("615.90")),
        Example(_volume("io1", 32_000, size=640, multi_attach=True), saving=None),
        Example(_volume("io1", 32_100, size=642, multi_attach=True), saving=Decimal("1.95")),
    ),
    unknown=(
        Example(_volume("io1", None)),
        Example(example("volumes", volume_type="io1", size=None, iops=5000)),
    ),
)
