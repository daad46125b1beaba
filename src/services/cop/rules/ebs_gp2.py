"""EBS-GP2: gp3 does the same for a fifth less."""

from __future__ import annotations

from services.cop.facts import Facts
from services.cop.rule import Example, Rule, example
from services.models.finding import Finding, Unknown, Verdict
from services.models.volume import Volume
from services.prices import VOLUME_GIB, gp3_extra

LARGE = 1000  # GiB; above it gp2 gives more than the 3,000 IOPS and 125 MiB/s that come with gp3
IOPS_A_GIB, MOST_IOPS = 3, 16_000
THROUGHPUT = 250  # MiB/s


def check(volume: Volume, facts: Facts) -> Verdict:
    if volume.volume_type != "gp2":
        return None
    if volume.size is None:
        return Unknown("the size is unknown")
    now, then = volume.size * VOLUME_GIB["gp2"], volume.size * VOLUME_GIB["gp3"]
    if volume.size > LARGE:
        then += gp3_extra(min(volume.size * IOPS_A_GIB, MOST_IOPS), THROUGHPUT)
    formula = f"${now:.2f}; as gp3 with the same IOPS and throughput ${then:.2f}"
    return Finding(f"{volume.size} GiB of gp2", now - then, formula) if then < now else None


RULE = Rule(
    id="EBS-GP2",
    title="Volume is gp2 where gp3 is cheaper",
    types=("volumes",),
    severity="low",
    confidence="certain",
    check=check,
    why="gp3 costs a fifth less a GiB than gp2, and its 3,000 IOPS do not depend on the size.",
    fix="Modify the volume to gp3; it stays attached and in use meanwhile.",
    source="Steampipe AWS Thrifty; gp2 over 1,000 GiB has more IOPS than gp3 gives for free",
    good=(
        Example(example("volumes", volume_type="gp3", size=500)),
        Example(example("volumes", volume_type="st1", size=500)),
    ),
    bad=(
        Example(example("volumes", volume_type="gp2", size=100)),
        Example(example("volumes", volume_type="gp2", size=2000)),
    ),
    unknown=(Example(example("volumes", volume_type="gp2", size=None)),),
)
