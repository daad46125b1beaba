"""DDB-OVER: a table with more capacity than it uses."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from services.cop.judge.facts import Facts, NotKnown
from services.cop.judge.rule import Example, Rule, ago, example
from services.models.domain.finding import Finding, Unknown, Verdict
from services.models.table import Table
from services.prices.tables import capacity_price

READ, WRITTEN = "ConsumedReadCapacityUnits.Sum", "ConsumedWriteCapacityUnits.Sum"
DAY = 86_400  # seconds; a unit is one a second
WAYS = (("read", READ), ("write", WRITTEN))
SPARE = 1.5  # times the busiest day's mean


def check(table: Table, facts: Facts) -> Verdict:
    days = facts.limits["days"]
    if table.billing == "on-demand" or (table.scaled_reads and table.scaled_writes):
        return None
    if table.billing is None:
        return Unknown("how its capacity is paid for is not told")
    if facts.days_since(table.created, "its age") < days:
        return None
    ways = [_way(table, facts, *way) for way in WAYS]
    over = [way for way in ways if way.units]
    if not over:
        return Unknown(ways[0].trouble or ways[1].trouble) if any(way.trouble for way in ways) else None
    message = "uses " + ", ".join(f"{way.used:.0%} of its {way.bought:,} {way.name} units" for way in over)
    read, write = (way.units for way in ways)
    saving = capacity_price(facts.prices.rate, table, read, write)
    return Finding(
        message, *facts.told(saving, after=f", for what is above {SPARE} times the busiest day's mean")
    )


@dataclass(frozen=True)
class Way:
    """Reads or writes. used: the share of what is bought; units: those that could go; trouble: why it can't
    be judged.
    """

    name: str
    bought: int = 0
    used: float = 0.0
    units: int = 0
    trouble: str = ""


def _way(table: Table, facts: Facts, name: str, metric: str) -> Way:
    reads = name == "read"
    scaled = table.scaled_reads if reads else table.scaled_writes
    bought = table.read_capacity if reads else table.write_capacity
    if scaled:
        return Way(name)
    if scaled is None or not bought:
        what = "whether a policy scales its" if scaled is None else "the number of its"
        return Way(name, trouble=f"{what} {name} units is unknown")
    days = facts.limits["days"]
    try:
        a_second = [value / DAY for value in facts.activity(table, metric, days)]
    except NotKnown as missing:
        return Way(name, trouble=str(missing))
    used = sum(a_second) / days / bought
    if used >= facts.limits["percent"] / 100:
        return Way(name)
    return Way(name, bought, used, max(0, bought - max(1, round(SPARE * max(a_second)))))


def _table(**changes: object) -> Table:
    usual = {
        "billing": "provisioned",
        "scaled_reads": False,
        "scaled_writes": False,
        "read_capacity": 100,
        "write_capacity": 100,
    }
    table: Table = example("tables", **usual | {"created": ago(60)} | changes)
    return table


_LITTLE = {READ: (DAY * 5.0,) * 14, WRITTEN: (DAY * 2.0,) * 14}

RULE = Rule(
    id="DDB-OVER",
    title="Table has too much capacity",
    types=("tables",),
    severity="medium",
    confidence="measured",
    check=check,
    limits={"days": 14, "percent": 20},
    metrics=(READ, WRITTEN),
    why="Provisioned units are paid for by the hour, used or not.",
    fix="Switch to on-demand, or let Application Auto Scaling set the capacity.",
    source="Steampipe AWS Thrifty; Prowler dynamodb_tables_autoscaling_enabled",
    good=(
        Example(_table(), daily={READ: (DAY * 20.0,) * 14, WRITTEN: (DAY * 20.0,) * 14}),
        Example(_table(read_capacity=1, write_capacity=1), daily={READ: (0.0,) * 14, WRITTEN: (0.0,) * 14}),
        Example(_table(scaled_reads=True, scaled_writes=True), daily=_LITTLE),
        Example(_table(scaled_writes=True), daily=_LITTLE | {READ: (DAY * 20.0,) * 14}),
        Example(_table(billing="on-demand", read_capacity=0, write_capacity=0)),
        Example(_table(created=ago(13.9)), daily=_LITTLE),
    ),
    bad=(
        Example(_table(created=ago(14)), daily=_LITTLE, saving=Decimal("54.76"), severity="medium"),
        Example(_table(), daily=_LITTLE | {READ: (DAY * 60.0,) * 14}, saving=Decimal("46.03")),
        Example(_table(), daily=_LITTLE | {WRITTEN: (DAY * 20.0,) * 14}, saving=Decimal("8.73")),
        Example(_table(), daily=_LITTLE | {READ: (DAY * 19.9,) * 14}, saving=Decimal("52.67")),
        Example(_table(scaled_writes=True), daily=_LITTLE, saving=Decimal("8.73")),
        Example(_table(), asked=True, saving=Decimal("56.37")),
    ),
    unknown=(
        Example(_table()),
        Example(_table(read_capacity=None, scaled_writes=True), daily=_LITTLE, says="the number of its read"),
        Example(_table(scaled_reads=None, scaled_writes=None), daily=_LITTLE, says="whether a policy scales"),
        Example(_table(billing=None), daily=_LITTLE),
        Example(_table(), daily={READ: (DAY * 60.0,) * 14}),
    ),
)
