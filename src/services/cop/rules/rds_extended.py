"""RDS-EXTENDED: an old engine, for which AWS charges more each hour, or which it upgrades by itself."""

from __future__ import annotations

from decimal import Decimal

from services.cop.judge.rule import Example, Rule, example
from services.cop.judge.support import check
from services.models.database import Database
from services.models.dbcluster import DbCluster


def _database(engine: str, version: str, **changes: object) -> Database:
    usual = {"instance_class": "db.r5.large", "multi_az": False, "extended_support": None}
    database: Database = example(
        "databases", **usual | {"engine": engine, "engine_version": version} | changes
    )
    return database


def _cluster(engine: str, version: str) -> DbCluster:
    cluster: DbCluster = example("dbclusters", engine=engine, engine_version=version, extended_support=None)
    return cluster


RULE = Rule(
    id="RDS-EXTENDED",
    title="Database engine or Kubernetes is past standard support",
    types=("databases", "dbclusters", "eksclusters"),
    severity="high",
    confidence="certain",
    check=check,
    limits={"warn_days": 90},
    why="Extended support costs by the vCPU and hour for databases, and six times the usual for EKS. Where it"
    " ends, or there is none, AWS upgrades the engine by itself, whether or not the application is ready.",
    fix="Upgrade to a supported major version; try it on a copy first.",
    source="AWS, ends of support (services/cop/judge/lifecycles.json); Prowler rds_instance_extended_support",
    good=(
        Example(_database("mysql", "8.4.3")),
        Example(_database("mysql", "5.7.44", extended_support=False)),
        Example(_cluster("docdb", "5.0.0")),
        Example(example("eksclusters", version="1.35")),
        Example(example("eksclusters", version="1.36")),
        Example(example("eksclusters", version="1.32", support="standard")),
    ),
    bad=(
        Example(_database("mysql", "5.7.44"), saving=Decimal("292.00"), severity="high"),
        Example(_database("mysql", "5.7.44", multi_az=True), saving=Decimal("584.00"), severity="high"),
        Example(_database("postgres", "13.14"), saving=Decimal("146.00"), severity="high"),
        Example(
            _database("aurora-mysql", "5.7.mysql_aurora.2.11.2"), saving=Decimal("146.00"), severity="high"
        ),
        Example(_database("mysql", "8.0.44", instance_class="db.serverless"), saving=None, severity="high"),
        Example(_database("mysql", "8.0.44", state="stopped"), saving=None, severity="high"),
        Example(_database("mariadb", "10.5.29"), saving=None, severity="high"),
        Example(_database("mariadb", "10.6.27"), saving=None, severity="low"),
        Example(_cluster("aurora-postgresql", "12.9"), saving=None, severity="high"),
        Example(_cluster("docdb", "3.6.0"), saving=None, severity="high"),
        Example(_cluster("neptune", "1.1.0.0"), saving=None, severity="high"),
        Example(example("eksclusters", version="1.33"), saving=Decimal("365.00"), severity="high"),
        Example(example("eksclusters", version="1.30"), saving=None, severity="high"),
        Example(example("eksclusters", version="1.34"), saving=None, severity="low"),
    ),
    unknown=(
        Example(_database("oracle-ee", "19.0")),
        Example(_database("mysql", "5.70.1")),
        Example(_database("mysql", "")),
        Example(example("eksclusters", version="1.99")),
    ),
)
