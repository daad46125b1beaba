"""EC2-IDLE: an instance that does nothing costs as much as one that works."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from services.cop.judge.facts import Facts, NotKnown
from services.cop.judge.rule import Example, Rule, ago, example
from services.models.domain.finding import Finding, Verdict
from services.models.instance import Instance
from services.models.kit.scope import Key
from services.prices import ON_DEMAND, own_cost
from services.prices.formula import difference

CPU, RECEIVED, SENT = "CPUUtilization.Average", "NetworkIn.Sum", "NetworkOut.Sum"

TRANSIENT = ("emr", "batch")  # they end their instances themselves


def check(instance: Instance, facts: Facts) -> Verdict:
    limits, days = facts.limits, facts.limits["days"]
    if instance.state != "running" or instance.managed_by in TRANSIENT:
        return None
    if facts.days_since(instance.created, "its age") < days:
        return None
    used = _used(instance, facts)
    if len(used) == days:
        cpu, network = (max(values) for values in zip(*used, strict=True))
        if cpu < limits["idle_cpu_percent"] and network < limits["network_bytes_a_day"]:
            return _idle(instance, facts, cpu, network)
    most_cpu, most_network = limits["low_cpu_percent"], limits["network_bytes_a_day"]
    low = sum(cpu <= most_cpu and network <= most_network for cpu, network in used)
    return _underused(instance, facts, low) if low >= limits["low_days"] else None


def _used(instance: Instance, facts: Facts) -> list[tuple[float, float]]:
    """CPU in percent and bytes moved of each day that it ran; CloudWatch has no others.

    Raises NotKnown where a day is missing that CloudWatch was not asked for.
    """
    days = facts.limits["days"]
    one = facts.daily if facts.asked(instance) else facts.every_day
    figures = zip(*(one(instance, metric, days) for metric in (CPU, RECEIVED, SENT)), strict=True)
    used = [
        (cpu, received + sent)
        for cpu, received, sent in figures
        if cpu is not None and received is not None and sent is not None
    ]
    if not used:
        raise NotKnown(f"CloudWatch has no figures of its last {days} days")
    return used


def _idle(instance: Instance, facts: Facts, cpu: float, network: float) -> Finding:
    message = f"at most {cpu:.1f} % CPU and {network / 1e6:.1f} MB a day in {facts.limits['days']} days"
    own = own_cost(instance)
    saving = facts.told(own) if own else facts.told(facts.prices.running(instance), after=ON_DEMAND)
    return Finding(message, *saving, about=_group(instance))


def _underused(instance: Instance, facts: Facts, days: int) -> Finding:
    size = facts.prices.size(instance.instance_type)
    smaller, message = "", f"little CPU and network on {days} of {facts.limits['days']} days"
    if size:
        smaller = size.smaller
        message += (
            f"; one size down is {smaller}" if smaller else f"; {instance.instance_type} has no smaller"
        )
    now, then = (facts.prices.running(instance, type) for type in ("", smaller))
    return Finding(
        message,
        *facts.told(difference(now, then) if smaller else None, after=ON_DEMAND),
        severity="medium",
        confidence="hint",
        about=_group(instance),
    )


def _group(instance: Instance) -> Key | None:
    """An Auto Scaling group, also that of EKS nodes, is told of as a whole."""
    if not instance.group:
        return None
    return Key("autoscalinggroups", instance.account, instance.region, instance.group)


_USUAL = {"state": "running", "created": ago(14), "instance_type": "m5.large", "platform": "Linux/UNIX"}
_OLD = example("instances", **_USUAL)
_XLARGE = replace(_OLD, instance_type="m5.xlarge")
_TOLD = {"cost": Decimal("12.50"), "cost_source": "Cost Explorer, amortized, 2026-11-12 to 2026-11-18"}
_NOTHING = {CPU: (1.5,) * 14, RECEIVED: (1e6,) * 14, SENT: (1e6,) * 14}
_LOW = _NOTHING | {CPU: (30.0,) * 10 + (10.0,) * 4}
_WORKDAYS = (1.5, 1.5, 1.5, 1.5, 1.5, None, None) * 2  # stopped at weekends

RULE = Rule(
    id="EC2-IDLE",
    title="Instance does next to nothing",
    types=("instances",),
    severity="high",
    confidence="measured",
    check=check,
    limits={
        "days": 14,
        "idle_cpu_percent": 5,
        "network_bytes_a_day": 5_000_000,
        "low_cpu_percent": 10,
        "low_days": 4,
    },
    metrics=(CPU, RECEIVED, SENT),
    touches=("instances",),  # of the group that it tells of
    why="An on-demand instance is paid for by the second that it runs, not by what it does.",
    fix="Stop it for a week; if nobody misses it, make an image and terminate it. Else take a smaller one.",
    source="Trusted Advisor, Low Utilization Amazon EC2 Instances (CPU 10 %, network 5 MB, 4 of 14 days)",
    good=(
        Example(_OLD, daily=_NOTHING | {CPU: (10.1,) * 14}),
        Example(_OLD, daily=_NOTHING | {SENT: (4_000_001.0,) * 14}),
        Example(_OLD, daily=_NOTHING | {CPU: (30.0,) * 11 + (10.0,) * 3}),
        Example(_OLD, daily=_LOW | {CPU: (30.0,) * 10 + (10.0,) * 3 + (10.1,)}),
        Example(replace(_OLD, created=ago(13.9)), daily=_NOTHING),
        Example(example("instances", state="stopped", created=ago(60))),
    ),
    bad=(
        Example(_OLD, daily=_NOTHING, saving=Decimal("70.08"), severity="high", confidence="measured"),
        Example(
            _OLD,
            daily=_NOTHING | {CPU: (4.9,) * 14, SENT: (3_999_999.0,) * 14},
            saving=Decimal("70.08"),
            severity="high",
        ),
        Example(replace(_OLD, region="eu-west-1"), daily=_NOTHING, saving=Decimal("78.11")),
        Example(replace(_OLD, region="cn-north-1"), daily=_NOTHING, saving=None),
        Example(replace(_OLD, platform="Windows"), daily=_NOTHING, saving=Decimal("137.24")),
        Example(replace(_OLD, lifecycle="spot"), daily=_NOTHING, saving=None),
        Example(replace(_OLD, tenancy="dedicated"), daily=_NOTHING, saving=None),
        Example(replace(_OLD, platform="Red Hat Enterprise Linux"), daily=_NOTHING, saving=None),
        Example(replace(_OLD, platform="SUSE Linux"), daily=_NOTHING, saving=None),
        Example(replace(_OLD, platform="Windows with SQL Server Enterprise"), daily=_NOTHING, saving=None),
        Example(replace(_OLD, lifecycle="spot", **_TOLD), daily=_NOTHING, saving=Decimal("12.50")),
        Example(replace(_OLD, group="web"), daily=_NOTHING, saving=Decimal("70.08")),
        Example(
            _XLARGE,
            daily=_NOTHING | {CPU: (5.0,) * 14},
            saving=Decimal("70.08"),
            severity="medium",
            confidence="hint",
        ),
        Example(
            _XLARGE, daily=_NOTHING | {SENT: (4_000_000.0,) * 14}, saving=Decimal("70.08"), severity="medium"
        ),
        Example(_XLARGE, daily=_LOW, saving=Decimal("70.08"), severity="medium"),
        Example(replace(_XLARGE, platform="Windows"), daily=_LOW, saving=Decimal("137.24")),
        Example(replace(_XLARGE, lifecycle="spot"), daily=_LOW, saving=None),
        Example(_OLD, daily=_LOW, saving=None, severity="medium"),  # m5 has no smaller size
        Example(replace(_OLD, instance_type="m5.metal"), daily=_LOW, saving=None),
        Example(replace(_OLD, instance_type="x99.large"), daily=_LOW, saving=None),
        Example(_OLD, daily=dict.fromkeys(_NOTHING, _WORKDAYS), asked=True, saving=None, severity="medium"),
    ),
    unknown=(
        Example(_OLD),
        Example(_OLD, daily=_NOTHING | {CPU: (None,) * 7 + (1.5,) * 7}),
        Example(_OLD, asked=True),
        Example(_OLD, daily=_NOTHING | {CPU: (None,) * 14}, asked=True),
    ),
)
