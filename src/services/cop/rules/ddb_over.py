"""DDB-OVER: a table with more capacity than it uses."""

from __future__ import annotations

from decimal import Decimal

from services.cop.facts import Facts
from services.cop.rule import Example, Rule, ago, example
from services.models.finding import Finding, Unknown, Verdict
from services.models.table import Table
from services.prices import READ_CAPACITY_HOUR, WRITE_CAPACITY_HOUR, month

READ, WRITTEN = "ConsumedReadCapacityUnits.Sum", "ConsumedWriteCapacityUnits.Sum"
DAY = 86_400  # seconds; a unit is one a second
SPARE = 1.5  # times the busiest day's mean


def check(table: Table, facts: Facts) -> Verdict:
    days = facts.limits["days"]
    if table.billing != "provisioned" or table.autoscaled:
        return None
    if not (table.read_capacity and table.write_capacity):
        return Unknown("its capacity is not told")
    if facts.days_since(table.created, "its age") < days:
        return None
    read = [value / DAY for value in facts.every_day(table, READ, days)]
    written = [value / DAY for value in facts.every_day(table, WRITTEN, days)]
    used = max(_mean(read) / table.read_capacity, _mean(written) / table.write_capacity)
    if used >= facts.limits["percent"] / 100:
        return None
    saving = month(
        _spare(table.read_capacity, read) * READ_CAPACITY_HOUR
        + _spare(table.write_capacity, written) * WRITE_CAPACITY_HOUR
    )
    message = f"uses {used:.0%} of its {table.read_capacity} read and {table.write_capacity} write units"
    return Finding(message, saving or None, "what is above 1.5 x the busiest day's mean, by the hour")


def _mean(values: list[float]) -> float:
    return sum(values) / len(values)


def _spare(provisioned: int, used: list[float]) -> Decimal:
    """Units that could go."""
    return Decimal(max(0, provisioned - max(1, round(SPARE * max(used)))))


def _table(**changes: object) -> Table:
    usual = {"billing": "provisioned", "autoscaled": False, "read_capacity": 100, "write_capacity": 100}
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
        Example(_table(), daily=_LITTLE | {READ: (DAY * 60.0,) * 14}),
        Example(_table(autoscaled=True), daily=_LITTLE),
        Example(_table(billing="on-demand", read_capacity=0, write_capacity=0)),
        Example(_table(created=ago(3)), daily=_LITTLE),
    ),
    bad=(Example(_table(), daily=_LITTLE),),
    unknown=(
        Example(_table()),
        Example(_table(read_capacity=None)),
        Example(_table(), daily={READ: _LITTLE[READ]}),
    ),
)
