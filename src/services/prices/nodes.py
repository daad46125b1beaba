"""What clusters cost that are paid for by the node: caches, search domains, warehouses."""

from __future__ import annotations

from services.models.cachecluster import CacheCluster
from services.models.kafkacluster import KafkaCluster
from services.models.kit.values import at, flag, text, whole
from services.models.redshiftcluster import RedshiftCluster
from services.models.searchdomain import SearchDomain
from services.prices.formula import Formula, RateOf, count, hours, price, total

CACHES = {"redis": "elasticache", "memcached": "elasticache", "valkey": "elasticache.valkey"}
GP3_IOPS, GP3_THROUGHPUT = 3000, 125  # that come with a node's gp3, at least
SEARCH_VOLUMES = ("gp2", "gp3", "standard")


def cache_price(rate: RateOf, cluster: CacheCluster) -> Formula | None:
    """A month of its nodes."""
    service = CACHES.get(cluster.engine)
    return _nodes(rate, cluster.region, service, cluster.node_type, cluster.nodes) if service else None


def redshift_price(rate: RateOf, cluster: RedshiftCluster) -> Formula | None:
    """A month of its nodes; what RA3 keeps in managed storage comes on top."""
    return _nodes(rate, cluster.region, "redshift", cluster.node_type, cluster.nodes)


def search_price(rate: RateOf, domain: SearchDomain) -> Formula | None:
    """A month of its nodes, of whatever kind, and of their volumes."""
    volumes = domain.raw.get("EBSOptions") or {}
    nodes = search_node_price(rate, domain)
    if not flag(volumes, "EBSEnabled"):
        return nodes
    return total((nodes, _search_volumes(rate, domain, volumes)))


def search_node_price(rate: RateOf, domain: SearchDomain) -> Formula | None:
    """A month of its nodes, of whatever kind."""
    nodes = search_nodes(domain)
    if nodes is None:
        return None
    return total(_nodes(rate, domain.region, "opensearch", type, number) for type, number in nodes)


def search_nodes(domain: SearchDomain) -> tuple[tuple[str | None, int | None], ...] | None:
    """Type and number of its nodes, of each kind; None where there are others, whose price is unknown."""
    if domain.more_nodes is None:
        return None
    more = (line.partition(" ") for line in domain.more_nodes)
    return ((domain.instance_type, domain.instances), *((type, int(number)) for type, _, number in more))


def kafka_price(rate: RateOf, cluster: KafkaCluster) -> Formula | None:
    """A month of its brokers and their volumes; None where throughput was bought for these, or where brokers
    pay for what they store (Express). aws.amazon.com/msk/pricing
    """
    bought = at(cluster.raw, "Provisioned", "BrokerNodeGroupInfo", "StorageInfo", "EbsStorageInfo")
    if flag(bought or {}, "ProvisionedThroughput", "Enabled") or not cluster.instance_type.startswith(
        "kafka."
    ):
        return None
    if not cluster.brokers or cluster.storage is None:
        return None
    brokers = count(cluster.brokers, "brokers")
    volumes = price(
        rate("msk.storage.gb_month", cluster.region), brokers, count(cluster.storage, "GiB of gp2")
    )
    hourly = rate(f"msk.{cluster.instance_type}", cluster.region)
    return total((price(hourly, hours(cluster.instance_type), brokers), volumes))


def _search_volumes(rate: RateOf, domain: SearchDomain, volumes: dict[str, object]) -> Formula | None:
    """None where IOPS or throughput may have been bought: they have no price here."""
    kind, gib = text(volumes, "VolumeType"), domain.storage
    if kind not in SEARCH_VOLUMES or gib is None or not domain.instances:
        return None
    if kind == "gp3":
        more = (whole(volumes, "Iops") or 0) > GP3_IOPS
        if more or (whole(volumes, "Throughput") or 0) > GP3_THROUGHPUT:
            return None
    key = f"opensearch.{kind}.gb_month"
    return price(rate(key, domain.region), count(domain.instances, "nodes"), count(gib, f"GiB of {kind}"))


def _nodes(rate: RateOf, region: str, service: str, type: str | None, number: int | None) -> Formula | None:
    if not number or not type:
        return None
    return price(rate(f"{service}.{type}", region), hours(type), count(number, "nodes"))
