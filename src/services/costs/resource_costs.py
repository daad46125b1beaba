"""What a resource costs, and where that is from: as Cost Explorer tells it, else price x size x hours of the
price list, else unknown, and why.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, TypeVar

from services.costs.no_price import FREE, FREE_OF_CHARGE, NO_PRICE, why_unknown
from services.costs.resource_level import Told, nothing_told
from services.models.address import Address
from services.models.cachecluster import CacheCluster
from services.models.database import Database
from services.models.ekscluster import EksCluster
from services.models.filesystem import FileSystem
from services.models.hostedzone import HostedZone
from services.models.instance import Instance
from services.models.kafkacluster import KafkaCluster
from services.models.key import Key
from services.models.kit.base import Resource
from services.models.loggroup import LogGroup
from services.models.redshiftcluster import RedshiftCluster
from services.models.searchdomain import SearchDomain
from services.models.stream import Stream
from services.models.table import Table
from services.models.volume import Volume
from services.models.vpcendpoint import VpcEndpoint
from services.prices import HOURS, Formula, Prices
from services.prices.balancers import CLASSIC, balancer_price
from services.prices.formula import count, hours, price, total
from services.prices.nat import nat_price
from services.prices.nodes import cache_price, kafka_price, redshift_price, search_price
from services.prices.rds import unpriced_part
from services.prices.storage import file_system_price, stored_price
from services.prices.tables import table_price

# USD a month, and where the figure is from; else why it is unknown, None where that is as with its type
Priced = tuple[Decimal, str] | str | None
R = TypeVar("R", bound=Resource)
MARQO = f"Marqo's price list x {HOURS} h"
CENT = Decimal("0.01")
NOT_RUNNING = "it is not running"


def priced(resource: R, prices: Prices, told: Told = nothing_told) -> R:
    """The resource with what Cost Explorer told of it, else what the price list says, else why that is
    unknown; unless it knows its cost already.
    """
    if resource.cost is not None:
        return replace(resource, cost_source=MARQO) if resource.type == "marqoindexes" else resource
    found = told(resource) or _listed(resource, prices)
    if found is None or isinstance(found, str):
        return replace(resource, cost_source=found or why_unknown(resource.type))
    cost, source = found
    whole = cost.quantize(CENT, ROUND_HALF_UP)
    small = whole == 0 and cost != 0
    return replace(resource, cost=Decimal(f"{cost:.0e}") if small else whole, cost_source=source)


def _listed(resource: Resource, prices: Prices) -> Priced:
    if resource.type in FREE:
        return Decimal(0), FREE_OF_CHARGE
    price = BY_TYPE.get(resource.type)
    return price(resource, prices) if price else None


def told(formula: Formula | None, after: str = "") -> Priced:
    """What it comes to, and how, with whose price that is and of when."""
    return None if formula is None else (formula.total, f"{formula.words}{after} ({formula.source})")


def _instance(instance: Instance, prices: Prices) -> Priced:
    """On demand; what is bought another way, or sits on hardware of its own, has another price."""
    if instance.state == "stopped":
        return Decimal(0), "stopped: only its volumes cost"
    return told(prices.running(instance), ", on demand") if instance.state == "running" else NOT_RUNNING


def _database(database: Database, prices: Prices) -> Priced:
    """The instance and its storage; an Aurora member has no storage of its own."""
    if database.state != "available":
        return NOT_RUNNING
    instance, storage = prices.database(database), prices.storage(database)
    if instance is None or storage is None:
        return unpriced_part(database, instance) or NO_PRICE
    return told(total((instance, storage)), ", on demand")


def _file_system(system: FileSystem, prices: Prices) -> Priced:
    return told(file_system_price(prices.rate, system), ", without data")


def _kafka(cluster: KafkaCluster, prices: Prices) -> Priced:
    if cluster.kind == "serverless":
        return "billed by partition, by what is stored and by GB"
    return told(kafka_price(prices.rate, cluster), ", without data") if cluster.state == "active" else None


def _hosted_zone(zone: HostedZone, prices: Prices) -> Priced:
    """As if it were one of the account's first 25; those beyond cost less. aws.amazon.com/route53/pricing"""
    return told(price(prices.rate("route53.zone.month", zone.region), count(1, "zone")), ", without queries")


def _volume(volume: Volume, prices: Prices) -> Priced:
    return told(prices.volume(volume))


def _address(address: Address, prices: Prices) -> Priced:
    if address.pool != "amazon":
        return None
    key = "ipv4.idle.hour" if address.state == "unused" else "ipv4.hour"
    return told(price(prices.rate(key, address.region), hours()))


def _nat_gateway(gateway: Any, prices: Prices) -> Priced:
    return told(nat_price(prices.rate, gateway), ", without data") if gateway.state == "available" else None


def _load_balancer(balancer: Any, prices: Prices) -> Priced:
    if balancer.state != "active":
        return None
    return told(balancer_price(prices.rate, balancer.region, balancer.kind), ", without capacity units")


def _classic_load_balancer(balancer: Any, prices: Prices) -> Priced:
    return told(balancer_price(prices.rate, balancer.region, CLASSIC), ", without data")


ENDPOINTS = {"interface": "vpce.interface.hour", "gatewayloadbalancer": "vpce.gwlb.hour"}


def _endpoint(endpoint: VpcEndpoint, prices: Prices) -> Priced:
    kind = endpoint.kind.lower()
    if kind == "gateway":
        return Decimal(0), "gateway endpoints are free"
    if kind not in ENDPOINTS or not endpoint.zones:
        return None
    rate, zones = prices.rate(ENDPOINTS[kind], endpoint.region), count(endpoint.zones, "zones")
    return told(price(rate, hours(), zones), ", without data")


def _secret(secret: Any, prices: Prices) -> Priced:
    if secret.state == "deleting":
        return Decimal(0), "free until it is deleted"
    return told(price(prices.rate("secret.month", secret.region), count(1, "secret")), ", without calls")


def _cache(cluster: CacheCluster, prices: Prices) -> Priced:
    return told(cache_price(prices.rate, cluster), ", on demand") if cluster.state == "available" else None


def _search(domain: SearchDomain, prices: Prices) -> Priced:
    return told(search_price(prices.rate, domain), ", on demand") if domain.state == "active" else None


def _redshift(cluster: RedshiftCluster, prices: Prices) -> Priced:
    if cluster.state != "available":
        return None
    return told(redshift_price(prices.rate, cluster), ", on demand, without managed storage")


def _table(table: Table, prices: Prices) -> Priced:
    if table.billing == "on-demand":
        return "billed by request"
    return told(table_price(prices.rate, table), ", without backups") if table.state == "active" else None


def _stream(stream: Stream, prices: Prices) -> Priced:
    """On demand an hour of the stream itself; else of its shards."""
    if stream.state != "active":
        return None
    if stream.mode == "on-demand":
        return told(
            price(prices.rate("kinesis.ondemand.stream.hour", stream.region), hours()), ", without data"
        )
    if stream.mode != "provisioned" or not stream.shards:
        return None
    rate = prices.rate("kinesis.shard.hour", stream.region)
    return told(price(rate, hours(), count(stream.shards, "shards")), ", without data")


def _key(key: Key, prices: Prices) -> Priced:
    if key.manager == "aws":
        return Decimal(0), "keys that AWS manages are free"
    if key.manager != "customer" or key.state not in ("enabled", "disabled"):
        return None
    return told(price(prices.rate("kms.key.month", key.region), count(1, "key")), ", without requests")


def _log_group(group: LogGroup, prices: Prices) -> Priced:
    if group.stored is None or group.log_class != "STANDARD":
        return None
    stored = stored_price(prices.rate, group.region, "logs.storage.gb_month", Decimal(group.stored))
    return told(stored, ", without what is written to it")


def _kubernetes(cluster: EksCluster, prices: Prices) -> Priced:
    if cluster.state != "active":
        return None
    rate = prices.rate("eks.hour", cluster.region)
    return told(price(rate, hours()), ", without nodes and extended support")


BY_TYPE: Mapping[str, Callable[[Any, Prices], Priced]] = {
    "instances": _instance,
    "databases": _database,
    "volumes": _volume,
    "addresses": _address,
    "natgateways": _nat_gateway,
    "loadbalancers": _load_balancer,
    "classicloadbalancers": _classic_load_balancer,
    "vpcendpoints": _endpoint,
    "secrets": _secret,
    "cacheclusters": _cache,
    "searchdomains": _search,
    "redshiftclusters": _redshift,
    "tables": _table,
    "streams": _stream,
    "keys": _key,
    "loggroups": _log_group,
    "eksclusters": _kubernetes,
    "filesystems": _file_system,
    "kafkaclusters": _kafka,
    "hostedzones": _hosted_zone,
}
