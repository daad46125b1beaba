"""EC2-STOPPED: what a stopped instance holds is still paid for."""

from __future__ import annotations

import re
from decimal import Decimal

from services.cop.judge.facts import Facts
from services.cop.judge.rule import Example, Rule, ago, example
from services.models.domain.finding import Finding, Verdict
from services.models.instance import Instance
from services.models.kit.scope import Key
from services.prices import Formula
from services.prices.formula import total

WHEN = re.compile(r"\((\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d) GMT\)")  # "User initiated (2026-09-01 07:00:00 GMT)"


def check(instance: Instance, facts: Facts) -> Verdict:
    if instance.state != "stopped":
        return None
    days = facts.days_since(_stopped_at(instance), "since when it is stopped")
    if days < facts.limits["days"]:
        return None
    saving = facts.told(_volumes_price(instance, facts))
    return Finding(f"stopped for {days:.0f} days", *saving, covers=_volumes(instance))


def _volumes(instance: Instance) -> tuple[Key, ...]:
    """What goes with it. Its addresses do not: they are left, and paid for on their own."""
    return tuple(Key("volumes", instance.account, instance.region, id) for id in instance.volumes)


def _stopped_at(instance: Instance) -> str | None:
    told = WHEN.search(instance.state_reason)
    return f"{told[1]}T{told[2]}+00:00" if told else instance.state_since


def _volumes_price(instance: Instance, facts: Facts) -> Formula | None:
    """None when a volume or its price is unknown."""
    volumes = facts.others("volumes", instance.region)
    return total(facts.prices.volume(volumes[id]) if id in volumes else None for id in instance.volumes)


_VOLUME = example("volumes", id="vol-1", volume_type="gp3", size=100, iops=3000)


def _stopped(days: float, **changes: object) -> Instance:
    usual = {"state": "stopped", "state_since": ago(days), "state_reason": "", "volumes": ("vol-1",)}
    instance: Instance = example("instances", **usual | changes)
    return instance


_TWO = {"volumes": ("vol-1", "vol-2")}
_OTHER = example("volumes", id="vol-2", volume_type="gp2", size=50)


RULE = Rule(
    id="EC2-STOPPED",
    title="Instance has been stopped for long",
    types=("instances",),
    severity="medium",
    confidence="certain",
    check=check,
    limits={"days": 30},
    looks_up=("volumes",),
    touches=("volumes",),
    why="A stopped instance costs nothing itself, but its volumes cost what they always do.",
    fix="Make an image if it may be needed, then terminate it.",
    source="AWS Config ec2-stopped-instance (30 days); Prowler max_ec2_instance_stopped_in_days",
    good=(
        Example(_stopped(60, state="running")),
        Example(_stopped(29.9)),
        Example(_stopped(60, state_reason="User initiated (2026-11-19 07:00:00 GMT)")),
    ),
    bad=(
        Example(_stopped(30), (_VOLUME,), saving=Decimal("8.00"), severity="medium"),
        Example(
            _stopped(1, state_reason="User initiated (2026-09-01 07:00:00 GMT)"),
            (_VOLUME,),
            saving=Decimal("8.00"),
        ),
        Example(_stopped(60, **_TWO), (_VOLUME, _OTHER), saving=Decimal("13.00")),
        Example(_stopped(60, **_TWO), (_VOLUME,), saving=None),
        Example(_stopped(60, volumes=()), (_VOLUME,), saving=None),
    ),
    unknown=(
        Example(example("instances", state="stopped", state_since=None), (_VOLUME,)),
        Example(_stopped(60)),  # volumes not collected
    ),
)
