"""What extended support costs, on top of the usual price.

By the vCPU and hour for databases (twice as much from the third year on, and twice with a standby), by the
hour for EKS clusters: aws.amazon.com/rds/mysql/pricing, aws.amazon.com/eks/pricing.
"""

from __future__ import annotations

from decimal import Decimal
from typing import cast

from services.cop.databases import vcpus
from services.cop.facts import Facts
from services.models.base import Resource
from services.models.database import Database
from services.prices import EKS_EXTENDED_HOUR, RDS_EXTENDED_VCPU_HOUR, month

VCPU_ENGINES = ("mysql", "postgres", "aurora", "aurora-mysql", "aurora-postgresql")  # of one price
HOME = "us-east-1"


def cost(resource: Resource, raised: bool, facts: Facts) -> tuple[Decimal | None, str]:
    """USD a month and how that comes about; None and "" where it is unknown. raised: at the higher rate.

    A cluster of databases has no price: that is its instances'.
    """
    if resource.type == "eksclusters":
        return month(EKS_EXTENDED_HOUR), f"730 h × ${EKS_EXTENDED_HOUR} for extended support"
    return _database(cast(Database, resource), raised) if resource.type == "databases" else (None, "")


def _database(database: Database, raised: bool) -> tuple[Decimal | None, str]:
    """Unknown for db.serverless, which is charged by its capacity, and for one that is stopped."""
    cpus = vcpus(database.instance_class)
    if cpus is None or database.engine not in VCPU_ENGINES or database.state == "stopped":
        return None, ""
    rate, copies = RDS_EXTENDED_VCPU_HOUR * (1 + raised), 2 if database.multi_az else 1
    formula = f"730 h × {cpus} vCPU × ${rate}" + (" × 2 zones" if database.multi_az else "")
    told = f"{formula} (at {HOME}'s price)" if database.region != HOME else formula
    return month(rate) * cpus * copies, told
