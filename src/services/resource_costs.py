"""What a resource costs, and where that is from: as Cost Explorer tells it, else price x size x hours of the
price list, else unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, TypeVar

from services import prices as list_prices
from services.costs.resource_level import Told, nothing_told
from services.models.address import Address
from services.models.base import Resource
from services.models.database import Database
from services.models.instance import Instance
from services.models.values import at
from services.models.volume import Volume
from services.models.vpcendpoint import VpcEndpoint
from services.prices import HOURS, RDS_GIB, Prices, month

Priced = tuple[Decimal, str] | None  # USD a month, and where the figure is from
R = TypeVar("R", bound=Resource)
PLATFORMS = ("", "linux/unix", "windows")  # others pay for a licence as well
GENERAL = ("gp2", "gp3")  # storage that RDS charges by the GiB alone
LISTED = f"list price of us-east-1, {list_prices.LISTED}"
MARQO = f"Marqo's price list x {HOURS} h"
CENT = Decimal("0.01")


def priced(resource: R, prices: Prices, told: Told = nothing_told) -> R:
    """The resource with what Cost Explorer told of it, else what the price list says; unless it knows its
    cost already.
    """
    if resource.cost is not None:
        return replace(resource, cost_source=MARQO) if resource.type == "marqoindexes" else resource
    price = BY_TYPE.get(resource.type)
    found = told(resource) or (price(resource, prices) if price else None)
    if found is None:
        return resource
    cost, source = found
    whole = cost.quantize(CENT, ROUND_HALF_UP)
    small = whole == 0 and cost != 0
    return replace(resource, cost=Decimal(f"{cost:.0e}") if small else whole, cost_source=source)


def _instance(instance: Instance, prices: Prices) -> Priced:
    """On demand; what is bought another way, or sits on hardware of its own, has another price."""
    if instance.state == "stopped":
        return Decimal(0), "stopped: only its volumes cost"
    tenancy = at(instance.raw, "Placement", "Tenancy") or "default"
    usual = instance.lifecycle == "on-demand" and tenancy == "default"
    if instance.state != "running" or not usual or instance.platform.lower() not in PLATFORMS:
        return None
    cost = prices.instance(instance.region, instance.instance_type, instance.platform)
    return None if cost is None else (cost, f"price list of {prices.as_of} x {HOURS} h, on demand")


def _database(database: Database, prices: Prices) -> Priced:
    """The instance and its storage, both twice with a standby; an Aurora member has no storage of its own."""
    cost = prices.database(database)
    if cost is None or database.multi_az is None or database.state != "available":
        return None
    source = f"price list of {prices.as_of} x {HOURS} h, on demand"
    if not database.cluster:
        if database.storage is None or database.storage_type not in GENERAL:
            return None
        cost += database.storage * RDS_GIB
        source += f", and {LISTED} x {database.storage} GiB"
    return cost * (2 if database.multi_az else 1), source


def _volume(volume: Volume, prices: Prices) -> Priced:
    cost = prices.volume(volume)
    return None if cost is None else (cost, f"{LISTED} x {volume.size} GiB")


def _address(address: Address, _: Prices) -> Priced:
    if address.pool != "amazon":
        return None
    return month(list_prices.PUBLIC_IPV4_HOUR), f"{LISTED} x {HOURS} h"


def _nat_gateway(gateway: Any, _: Prices) -> Priced:
    if gateway.state != "available":
        return None
    return month(list_prices.NAT_HOUR), f"{LISTED} x {HOURS} h, without data"


def _load_balancer(balancer: Any, _: Prices) -> Priced:
    if balancer.kind not in ("application", "network") or balancer.state != "active":
        return None
    return month(list_prices.LOAD_BALANCER_HOUR), f"{LISTED} x {HOURS} h, without capacity units"


def _classic_load_balancer(_: Any, __: Prices) -> Priced:
    return month(list_prices.CLASSIC_LOAD_BALANCER_HOUR), f"{LISTED} x {HOURS} h, without data"


def _endpoint(endpoint: VpcEndpoint, _: Prices) -> Priced:
    kind = endpoint.kind.lower()
    if kind == "gateway":
        return Decimal(0), "gateway endpoints are free"
    if kind != "interface" or not endpoint.zones:
        return None
    cost = month(list_prices.ENDPOINT_HOUR) * endpoint.zones
    return cost, f"{LISTED} x {HOURS} h x {endpoint.zones} zones, without data"


def _secret(_: Any, __: Prices) -> Priced:
    return list_prices.SECRET_MONTH, f"{LISTED}, without calls"


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
}
