"""RDS-IDLE: a database that nobody connects to."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from services.cop.judge.facts import Facts, NotKnown
from services.cop.judge.rule import Example, Rule, ago, example
from services.models.database import Database
from services.models.domain.finding import Finding, Verdict
from services.prices import ON_DEMAND, own_cost
from services.prices.formula import total

CONNECTIONS = "DatabaseConnections.Maximum"
SERVERLESS = "db.serverless"  # goes down to its least capacity by itself, which may be none
PRODUCTION = ("prod", "production", "live")


def check(database: Database, facts: Facts) -> Verdict:
    if database.state != "available" or database.replica_of or database.instance_class == SERVERLESS:
        return None
    days = facts.limits["prod_days" if _is_production(database) else "days"]
    if facts.days_since(database.created, "its age") < days:
        return None
    if any(facts.every_day(database, CONNECTIONS, days)) or _serves_a_cluster(database, facts, days):
        return None
    return Finding(f"no connection in {days} days", *_saving(database, facts))


def _serves_a_cluster(database: Database, facts: Facts, days: int) -> bool:
    """Whether a cluster needs it: a reader is the failover target, a writer feeds readers that are used.

    Raises NotKnown where its cluster was not collected.
    """
    if not database.cluster:
        return False
    cluster = facts.others("dbclusters", database.region).get(database.cluster)
    if cluster is None:
        raise NotKnown(f"its cluster {database.cluster} is not known")
    if cluster.writer != database.id:
        return True
    databases = facts.others("databases", database.region)
    members = [databases[id] for id in cluster.instances if id != database.id and id in databases]
    return any(max(facts.every_day(member, CONNECTIONS, days)) for member in members)


def _is_production(database: Database) -> bool:
    return any(
        key.lower() in ("environment", "env", "stage") and value.lower() in PRODUCTION
        for key, value in database.tags.items()
    )


def _saving(database: Database, facts: Facts) -> tuple[Decimal | None, str]:
    """USD a month: what it costs itself, else its class and storage on demand."""
    if own := own_cost(database):
        return facts.told(own)
    parts = (facts.prices.database(database), facts.prices.storage(database))
    return facts.told(total(parts), after=ON_DEMAND)


def _database(**changes: object) -> Database:
    usual: dict[str, object] = {
        "state": "available",
        "created": ago(14),
        "replica_of": "",
        "cluster": "",
        "tags": {},
    }
    usual |= {"engine": "postgres", "instance_class": "db.m5.large", "multi_az": False}
    usual |= {"storage": 100, "storage_type": "gp3", "iops": 3000, "throughput": 125}
    database: Database = example("databases", **usual | changes)
    return database


_CLUSTER = example("dbclusters", id="c", instances=("w", "r"), writer="w")
_WRITER, _READER = _database(id="w", cluster="c"), _database(id="r", cluster="c")
_TOLD = {"cost": Decimal("12.50"), "cost_source": "Cost Explorer, amortized, 2026-11-12 to 2026-11-18"}
_WEEK = {CONNECTIONS: (1.0,) * 7 + (0.0,) * 7}
_NONE, _SOME = (0.0,) * 14, (0.0,) * 13 + (1.0,)

RULE = Rule(
    id="RDS-IDLE",
    title="Database has no connections",
    types=("databases",),
    severity="high",
    confidence="measured",
    check=check,
    limits={"days": 7, "prod_days": 14},
    metrics=(CONNECTIONS,),
    looks_up=("databases", "dbclusters"),
    touches=(),
    why="A database costs by the hour, and a stopped one starts itself again after seven days.",
    fix="Take a last snapshot and delete it.",
    source="Trusted Advisor, Amazon RDS Idle DB Instances (7 days)",
    good=(
        Example(_database(), daily={CONNECTIONS: _SOME}),
        Example(_database(replica_of="main"), daily={CONNECTIONS: _NONE}),
        Example(_database(instance_class=SERVERLESS), daily={CONNECTIONS: _NONE}),
        Example(_database(created=ago(6.9)), daily={CONNECTIONS: _NONE}),
        Example(_database(created=ago(13.9), tags={"Env": "prod"}), daily={CONNECTIONS: _NONE}),
        Example(_database(state="stopped")),
        Example(_READER, (_CLUSTER, _WRITER, _READER), {CONNECTIONS: _NONE}),
        Example(_database(tags={"Env": "prod"}), daily={CONNECTIONS: (*_SOME[7:], *_NONE[:7])}),
    ),
    bad=(
        Example(
            _database(created=ago(7)), daily={CONNECTIONS: _NONE}, saving=Decimal("141.44"), severity="high"
        ),
        Example(_database(tags={"Env": "prod"}), daily={CONNECTIONS: _NONE}, saving=Decimal("141.44")),
        Example(_database(tags={"Env": "dev", "Tier": "prod"}), daily=_WEEK, saving=Decimal("141.44")),
        Example(_database(multi_az=True), daily={CONNECTIONS: _NONE}, saving=Decimal("282.88")),
        Example(_database(multi_az=None), daily={CONNECTIONS: _NONE}, saving=None),
        Example(
            _database(cluster="c", id="w", engine="aurora-mysql", instance_class="db.r5.large"),
            (_CLUSTER, _WRITER, _READER),
            {CONNECTIONS: _NONE},
            saving=Decimal("211.70"),
        ),
        Example(
            _WRITER, (_CLUSTER, _WRITER, _READER), {CONNECTIONS: _NONE}, saving=None
        ),  # of a Multi-AZ cluster
        Example(
            _database(storage_type="io1", iops=1000), daily={CONNECTIONS: _NONE}, saving=Decimal("242.44")
        ),
        Example(_database(instance_class="db.x99.large"), daily={CONNECTIONS: _NONE}, saving=None),
        Example(_database(**_TOLD), daily={CONNECTIONS: _NONE}, saving=Decimal("12.50")),
    ),
    unknown=(
        Example(_WRITER, daily={CONNECTIONS: _NONE}),
        Example(_WRITER, (replace(_CLUSTER, id="other"),), {CONNECTIONS: _NONE}),
        Example(_database()),
        Example(_database(), daily={CONNECTIONS: _NONE[:5]}),
    ),
)
