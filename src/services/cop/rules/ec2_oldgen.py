"""EC2-OLDGEN: the next generation does more for the same money, or the same for less."""

from __future__ import annotations

from decimal import Decimal

from services.cop.judge.facts import Facts
from services.cop.judge.rule import Example, Rule, example
from services.models.domain.finding import Finding, Verdict
from services.models.instance import Instance
from services.prices import ON_DEMAND, Prices
from services.prices.formula import difference

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
BURSTABLE = "t3"  # for what has less than the two vCPUs that the others begin with
ENOUGH = 0.9  # of the memory: 15.25 GiB became 16 and 16 became 15.25, and nobody noticed


def check(instance: Instance, facts: Facts) -> Verdict:
    family = instance.instance_type.partition(".")[0]
    if family not in SUCCESSORS or instance.state not in ("running", "stopped"):
        return None
    successor = successor_of(instance.instance_type, facts.prices)
    message = f"{instance.instance_type} is of an earlier generation"
    if not successor:
        return Finding(message)
    message += f"; {successor} takes its place"
    if instance.state != "running":
        return Finding(message)
    now, then = (facts.prices.running(instance, type) for type in ("", successor))
    return Finding(message, *facts.told(difference(now, then), after=ON_DEMAND))


def successor_of(type: str, prices: Prices) -> str | None:
    """The smallest type of the succeeding family that has as much; None where sizes are not known."""
    size = prices.size(type)
    if size is None:
        return None
    family = BURSTABLE if size.vcpu < 2 else SUCCESSORS[type.partition(".")[0]]
    fit = [
        (new.vcpu, new.memory, name)
        for name, new in prices.family(family).items()
        if new.vcpu >= size.vcpu and new.memory >= size.memory * ENOUGH
    ]
    return min(fit)[2] if fit else None


def _instance(type: str, state: str = "running", **changes: object) -> Instance:
    instance: Instance = example("instances", instance_type=type, state=state, **changes)
    return instance


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
        Example(_instance("m7i.large")),
        Example(_instance("m4.large", "terminated")),
    ),
    bad=(
        Example(_instance("m4.large"), saving=Decimal("2.92"), severity="low"),
        Example(_instance("m4.large", "stopped"), saving=None),
        Example(_instance("m4.large", lifecycle="spot"), saving=None),
        Example(_instance("m4.large", region="eu-west-1"), saving=Decimal("2.92")),
        Example(_instance("t2.nano"), saving=Decimal("0.44")),
        Example(_instance("m3.medium"), saving=Decimal("18.54")),
        Example(_instance("m1.small"), saving=Decimal("16.94")),
        Example(_instance("m4.10xlarge"), saving=None),  # 12xlarge costs more
        Example(_instance("p2.xlarge"), saving=None),
        Example(_instance("m4.huge"), saving=None),
    ),
)
