"""RDS-UNDERUSED: a database that is larger than it needs to be."""

from __future__ import annotations

from decimal import Decimal

from services.cop.judge.facts import Facts
from services.cop.judge.rule import Example, Rule, ago, example
from services.models.database import Database
from services.models.domain.finding import Finding, Unknown, Verdict
from services.prices import ON_DEMAND
from services.prices.formula import difference

CPU, CONNECTIONS = "CPUUtilization.Maximum", "DatabaseConnections.Maximum"
SERVERLESS = "db.serverless"  # it scales itself


def check(database: Database, facts: Facts) -> Verdict:
    days = facts.limits["days"]
    if database.state != "available" or database.instance_class == SERVERLESS:
        return None
    size = facts.prices.size(database.instance_class)
    if size is None:
        return Unknown(f"the sizes of {database.instance_class} are not known")
    if not size.smaller or facts.days_since(database.created, "its age") < days:
        return None
    load = sum(facts.every_day(database, CPU, days)) / days
    connections = max(facts.every_day(database, CONNECTIONS, days))
    if load > facts.limits["cpu_percent"] or not 0 < connections <= facts.limits["connections"]:
        return None
    now, then = (facts.prices.database(database, name) for name in ("", size.smaller))
    return Finding(
        f"highest CPU of a day {load:.0f} % on average, at most {connections:.0f} connections in {days} days;"
        f" one size down is {size.smaller}",
        *facts.told(difference(now, then), after=ON_DEMAND),
    )


def _database(**changes: object) -> Database:
    usual: dict[str, object] = {"state": "available", "created": ago(30), "instance_class": "db.r6g.xlarge"}
    usual |= {"engine": "postgres", "multi_az": False}
    database: Database = example("databases", **usual | changes)
    return database


_FEW = {CPU: (25.0,) * 30, CONNECTIONS: (20.0,) * 30}

RULE = Rule(
    id="RDS-UNDERUSED",
    title="Database is larger than it needs to be",
    types=("databases",),
    severity="medium",
    confidence="hint",
    check=check,
    limits={"days": 30, "cpu_percent": 25, "connections": 20},
    metrics=(CPU, CONNECTIONS),
    why="One size down is about half the price. What nobody connects to at all is RDS-IDLE.",
    fix="Look at memory and IOPS too, then change the class in a maintenance window.",
    source="Steampipe AWS Thrifty (25 % of CPU)",
    good=(
        Example(_database(), daily=_FEW | {CPU: (25.1,) * 30}),
        Example(_database(), daily=_FEW | {CONNECTIONS: (4.0,) * 29 + (21.0,)}),
        Example(_database(), daily=_FEW | {CONNECTIONS: (0.0,) * 30}),
        Example(_database(instance_class="db.r5.large"), daily=_FEW),
        Example(_database(instance_class="db.t4g.micro"), daily=_FEW),
        Example(_database(instance_class=SERVERLESS), daily=_FEW),
        Example(_database(created=ago(29.9)), daily=_FEW),
    ),
    bad=(
        Example(_database(), daily=_FEW, saving=Decimal("164.25"), severity="medium"),
        Example(_database(), daily=_FEW | {CONNECTIONS: (1.0,) * 30}, saving=Decimal("164.25")),
        Example(_database(multi_az=True), daily=_FEW, saving=Decimal("327.77")),
        Example(_database(engine="mariadb"), daily=_FEW, saving=None),
    ),
    unknown=(
        Example(_database()),
        Example(_database(), daily={CPU: (12.0,) * 30}),
        Example(_database(instance_class="db.x99.large"), daily=_FEW),
    ),
)
