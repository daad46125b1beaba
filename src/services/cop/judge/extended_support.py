"""What extended support costs, on top of the usual price; Reserved Instances do not lower it.

By the vCPU and hour for databases, twice as much from the third year on, and twice with a standby; by the
hour for EKS clusters; by the normalized hour for search domains, later as much as their nodes; a share of
their nodes' price for caches: AWS's price pages of rds/mysql, rds/aurora, documentdb, eks,
opensearch-service and elasticache.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from services.cop.judge.facts import Facts
from services.models.cachecluster import CacheCluster
from services.models.database import Database
from services.models.ekscluster import EksCluster
from services.models.kit.base import Resource
from services.models.searchdomain import SearchDomain
from services.prices import Formula, Prices
from services.prices.formula import count, hours, price, share, total
from services.prices.nodes import cache_price, search_node_price, search_nodes

# engine -> its rate's key; DocumentDB's is that of the instance's family
VCPU = {
    "mysql": "rds.extended",
    "postgres": "rds.extended",
    "aurora": "rds.extended",
    "aurora-mysql": "rds.extended",
    "aurora-postgresql": "rds.extended",
    "docdb": "docdb.extended.{family}",
}
# docs.aws.amazon.com/opensearch-service/latest/developerguide/what-is.html#calculating-charges
NORMALIZED = {
    "nano": "0.25",
    "micro": "0.5",
    "small": "1",
    "medium": "2",
    "large": "4",
    "xlarge": "8",
    "2xlarge": "16",
    "4xlarge": "32",
    "8xlarge": "64",
    "9xlarge": "72",
    "10xlarge": "80",
    "12xlarge": "96",
    "16xlarge": "128",
    "18xlarge": "144",
    "24xlarge": "192",
    "32xlarge": "256",
}
CACHE, CACHE_RAISED = share("0.8"), share("1.6")  # of what the nodes cost on demand


def cost(resource: Resource, raised: bool, facts: Facts) -> tuple[Decimal | None, str]:
    """USD a month and how that comes about; None and "" where it is unknown. raised: at the higher rate.

    A cluster of databases has no price: that is its instances'.
    """
    ask = BY_TYPE.get(resource.type)
    return facts.told(ask(resource, raised, facts.prices) if ask else None)


def _cluster(cluster: EksCluster, _: bool, prices: Prices) -> Formula | None:
    return price(prices.rate("eks.extended.hour", cluster.region), hours("extended support"))


def _database(database: Database, raised: bool, prices: Prices) -> Formula | None:
    """Unknown for db.serverless, which is charged by its capacity, and for one that is stopped."""
    size, key = prices.size(database.instance_class), VCPU.get(database.engine)
    if size is None or key is None or database.state == "stopped":
        return None
    family = database.instance_class.removeprefix("db.").partition(".")[0]
    year = "year3" if raised else "year1_2"
    rate = prices.rate(f"{key.format(family=family)}.vcpu_hour.{year}", database.region)
    zones = (count(2, "zones"),) if database.multi_az else ()
    return price(rate, hours(), count(size.vcpu, "vCPU"), *zones)


def _cache(cluster: CacheCluster, raised: bool, prices: Prices) -> Formula | None:
    nodes = cache_price(prices.rate, cluster)
    return nodes.times(CACHE_RAISED if raised else CACHE) if nodes else None


def _domain(domain: SearchDomain, raised: bool, prices: Prices) -> Formula | None:
    """At the higher rate as much as its nodes cost."""
    if raised:
        return search_node_price(prices.rate, domain)
    nodes = search_nodes(domain)
    return None if nodes is None else total(_normalized(domain, *each, prices) for each in nodes)


def _normalized(domain: SearchDomain, type: str | None, number: int | None, prices: Prices) -> Formula | None:
    """So many nodes of a type such as r6g.large.search, by the normalized hour."""
    units = NORMALIZED.get(type.rpartition(".")[0].rpartition(".")[2]) if type else None
    if not type or units is None or not number:
        return None
    rate = prices.rate("opensearch.extended.nih_hour", domain.region)
    return price(rate, hours(type), count(Decimal(units), "units"), count(number, "nodes"))


BY_TYPE: Mapping[str, Callable[[Any, bool, Prices], Formula | None]] = {
    "eksclusters": _cluster,
    "databases": _database,
    "cacheclusters": _cache,
    "searchdomains": _domain,
}
