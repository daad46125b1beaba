"""What extended support costs, on top of the usual price.

By the vCPU and hour for databases (twice as much from the third year on, and twice with a standby), by the
hour for EKS clusters: aws.amazon.com/rds/mysql/pricing, aws.amazon.com/eks/pricing.
"""

from __future__ import annotations

from decimal import Decimal
from typing import cast

from services.cop.facts import Facts
from services.models.base import Resource
from services.models.database import Database
from services.prices.formula import count, hours, price

VCPU_ENGINES = ("mysql", "postgres", "aurora", "aurora-mysql", "aurora-postgresql")  # of one price


def cost(resource: Resource, raised: bool, facts: Facts) -> tuple[Decimal | None, str]:
    """USD a month and how that comes about; None and "" where it is unknown. raised: at the higher rate.

    A cluster of databases has no price: that is its instances'.
    """
    if resource.type == "eksclusters":
        rate = facts.prices.rate("eks.extended.hour", resource.region)
        return facts.told(price(rate, hours("extended support")))
    return _database(cast(Database, resource), raised, facts) if resource.type == "databases" else (None, "")


def _database(database: Database, raised: bool, facts: Facts) -> tuple[Decimal | None, str]:
    """Unknown for db.serverless, which is charged by its capacity, and for one that is stopped."""
    size = facts.prices.size(database.instance_class)
    if size is None or database.engine not in VCPU_ENGINES or database.state == "stopped":
        return None, ""
    rate = facts.prices.rate(f"rds.extended.vcpu_hour.{'year3' if raised else 'year1_2'}", database.region)
    zones = (count(2, "zones"),) if database.multi_az else ()
    return facts.told(price(rate, hours(), count(size.vcpu, "vCPU"), *zones))
