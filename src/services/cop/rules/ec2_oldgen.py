"""EC2-OLDGEN: the next generation does more for the same money, or the same for less."""

from __future__ import annotations

from decimal import Decimal

from services.cop.facts import Facts
from services.cop.rule import Example, Rule, example
from services.models.finding import Finding, Verdict
from services.models.instance import Instance

# family -> what to take instead; x86 like the old one, so that the image still boots
SUCCESSORS = {
    "t1": "t3",
    "t2": "t3",
    "m1": "m6i",
    "m2": "r6i",
    "m3": "m6i",
    "m4": "m6i",
    "c1": "c7i",
    "c3": "c7i",
    "c4": "c7i",
    "r3": "r6i",
    "r4": "r6i",
    "i2": "i4i",
    "d2": "d3",
    "g2": "g4dn",
    "g3": "g4dn",
    "p2": "g5",
    "x1": "x2idn",
}
ROUGHLY = Decimal("0.1")


def check(instance: Instance, facts: Facts) -> Verdict:
    family, _, size = instance.instance_type.partition(".")
    if family not in SUCCESSORS or instance.state not in ("running", "stopped"):
        return None
    successor = f"{SUCCESSORS[family]}.{size}"
    message = f"{instance.instance_type} is of an earlier generation; {successor} takes its place"
    now = facts.prices.instance(instance.region, instance.instance_type, instance.platform)
    then = facts.prices.instance(instance.region, successor, instance.platform)
    if now is None or instance.state != "running":
        return Finding(message)
    if then is None:
        return Finding(message, now * ROUGHLY, f"a tenth of ${now:.2f}, roughly", confidence="hint")
    return Finding(message, now - then, f"${now:.2f} - ${then:.2f}") if then < now else Finding(message)


RULE = Rule(
    id="EC2-OLDGEN",
    title="Instance is of an earlier generation",
    types=("instances",),
    severity="low",
    confidence="certain",
    check=check,
    why="Newer generations are faster for the same price, and old ones have no more capacity added.",
    fix="Stop the instance, change its type, start it; drivers for ENA and NVMe must be in its image.",
    source="AWS, previous generation instances; Steampipe AWS Thrifty; prices of the file named on the page",
    good=(
        Example(example("instances", instance_type="m7i.large")),
        Example(example("instances", instance_type="m4.large", state="terminated")),
    ),
    bad=(
        Example(example("instances", instance_type="m4.large", state="running")),
        Example(example("instances", instance_type="t2.nano", state="running")),
        Example(example("instances", instance_type="p2.xlarge", state="running")),
    ),
)
