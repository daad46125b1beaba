"""RDS-EXTENDED: an old engine, for which AWS charges more each hour."""

from __future__ import annotations

from datetime import date, timedelta
from typing import cast

from services.cop.databases import vcpus
from services.cop.facts import Facts
from services.cop.lifecycles import KUBERNETES, support_of
from services.cop.rule import Example, Rule, example
from services.models.database import Database
from services.models.dbcluster import DbCluster
from services.models.ekscluster import EksCluster
from services.models.finding import Finding, Unknown, Verdict
from services.prices import EKS_EXTENDED_HOUR, RDS_EXTENDED_VCPU_HOUR, month


def check(resource: Database | DbCluster | EksCluster, facts: Facts) -> Verdict:
    today = facts.now.date()
    if resource.type == "eksclusters":
        return _kubernetes(cast(EksCluster, resource).version, today)
    return _database(cast(Database, resource), today)


def _kubernetes(version: str, today: date) -> Verdict:
    last = KUBERNETES.get(version)
    if last is None:
        return Unknown(f"until when Kubernetes {version} is supported is not known")
    if today <= last:
        return None
    formula = "730 h × $0.50 for extended support"
    return Finding(f"Kubernetes {version} left standard support on {last}", month(EKS_EXTENDED_HOUR), formula)


def _database(database: Database, today: date) -> Verdict:
    """A cluster is told of without a price: that is its instances'."""
    support = support_of(database.engine, database.engine_version)
    if support is None or today < support.paid_from or database.extended_support is False:
        return None
    ended = support.paid_from - timedelta(days=1)
    message = f"{database.engine} {database.engine_version} left standard support by {ended}"
    cpus = vcpus(database.instance_class) if database.type == "databases" else None
    if cpus is None:
        return Finding(message)
    doubled = support.doubled_from is not None and today >= support.doubled_from
    rate, copies = RDS_EXTENDED_VCPU_HOUR * (1 + doubled), 2 if database.multi_az else 1
    formula = f"730 h × {cpus} vCPU × ${rate}" + (" × 2 zones" if database.multi_az else "")
    return Finding(message, month(rate) * cpus * copies, formula)


def _mysql(**changes: object) -> Example:
    usual = {
        "engine": "mysql",
        "engine_version": "5.7.44",
        "instance_class": "db.r5.large",
        "multi_az": False,
    }
    return Example(example("databases", **usual | {"extended_support": None} | changes))


RULE = Rule(
    id="RDS-EXTENDED",
    title="Engine is past standard support",
    types=("databases", "dbclusters", "eksclusters"),
    severity="high",
    confidence="certain",
    check=check,
    why="Extended support costs by the vCPU and hour for databases, and six times the usual for EKS.",
    fix="Upgrade to a supported major version; try it on a copy first.",
    source="AWS, RDS and EKS extended support; Prowler rds_instance_extended_support",
    good=(
        _mysql(engine_version="8.4.3"),
        _mysql(engine="oracle-ee", engine_version="19.0"),
        _mysql(extended_support=False),
        Example(example("eksclusters", version="1.35")),
    ),
    bad=(
        _mysql(),
        _mysql(multi_az=True),
        _mysql(engine="postgres", engine_version="13.14"),
        Example(
            example("dbclusters", engine="aurora-postgresql", engine_version="12.9", extended_support=None)
        ),
        Example(example("eksclusters", version="1.30")),
    ),
    unknown=(Example(example("eksclusters", version="1.99")),),
)
