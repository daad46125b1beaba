"""EBS-IO-OVER: provisioned IOPS that gp3 has as well, for a tenth."""

from __future__ import annotations

from services.cop.facts import Facts
from services.cop.rule import Example, Rule, example
from services.models.finding import Finding, Unknown, Verdict
from services.models.volume import Volume
from services.prices import PROVISIONED_IOPS, VOLUME_GIB, gp3_extra

GP3_MOST = 16_000  # IOPS


def check(volume: Volume, _: Facts) -> Verdict:
    if volume.volume_type not in ("io1", "io2"):
        return None
    if volume.size is None or volume.iops is None:
        return Unknown("its size or IOPS are unknown")
    if volume.iops > GP3_MOST:
        better = Finding(f"{volume.iops} IOPS of io1; io2 lasts longer for the same price")
        return better if volume.volume_type == "io1" else None
    now = volume.size * VOLUME_GIB[volume.volume_type] + volume.iops * PROVISIONED_IOPS
    then = volume.size * VOLUME_GIB["gp3"] + gp3_extra(volume.iops, None)
    return Finding(
        f"{volume.iops} IOPS of {volume.volume_type}, which gp3 has too",
        now - then,
        f"${now:.2f} - ${then:.2f} as gp3 with {volume.iops} IOPS",
    )


RULE = Rule(
    id="EBS-IO-OVER",
    title="Volume has provisioned IOPS that gp3 would give",
    types=("volumes",),
    severity="medium",
    confidence="certain",
    check=check,
    why="Up to 16,000 IOPS gp3 costs $0.005 an IOPS and month instead of $0.065.",
    fix="Modify the volume to gp3 with the same IOPS; above them, io1 to io2.",
    source="Steampipe AWS Thrifty; keep io2 where its durability or latency is needed",
    good=(
        Example(example("volumes", volume_type="gp3", size=100, iops=9000)),
        Example(example("volumes", volume_type="io2", size=100, iops=30_000)),
    ),
    bad=(
        Example(example("volumes", volume_type="io1", size=100, iops=5000)),
        Example(example("volumes", volume_type="io2", size=100, iops=16_000)),
        Example(example("volumes", volume_type="io1", size=100, iops=30_000)),
    ),
    unknown=(Example(example("volumes", volume_type="io1", size=100, iops=None)),),
)
