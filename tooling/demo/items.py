"""How an item of each type is made for the demo estate, how many there are, and what belongs to what."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from services.models import RESOURCE_TYPES
from tooling.demo import apps, compute, data, messages, network, security, stores
from tooling.demo.place import Item, Place

ITEMS: Mapping[str, Callable[[Place], Item]] = {
    **network.ITEMS,
    **security.ITEMS,
    **compute.ITEMS,
    **data.ITEMS,
    **stores.ITEMS,
    **apps.ITEMS,
    **messages.ITEMS,
}
REST = "loggroups"  # of which there are as many as the others leave room for
# of 500 resources; in the order in which they are made: what is named comes before what names it
SHARES = {
    "vpcs": 13,
    "subnets": 26,
    "securitygroups": 28,
    "roles": 18,
    "keys": 8,
    "users": 6,
    "accesskeys": 5,
    "accountsummaries": 6,
    "images": 6,
    "instances": 56,
    "volumes": 70,
    "snapshots": 26,
    "autoscalinggroups": 3,
    "natgateways": 4,
    "vpcendpoints": 3,
    "addresses": 12,
    "networkinterfaces": 14,
    "loadbalancers": 11,
    "targetgroups": 6,
    "classicloadbalancers": 1,
    "buckets": 20,
    "dbclusters": 3,
    "databases": 15,
    "dbsnapshots": 5,
    "tables": 6,
    "cachegroups": 1,
    "cacheclusters": 3,
    "serverlesscaches": 1,
    "searchdomains": 1,
    "redshiftclusters": 1,
    "filesystems": 2,
    "streams": 2,
    "functions": 21,
    "ecsclusters": 2,
    "ecsservices": 4,
    "eksclusters": 2,
    "repositories": 4,
    "statemachines": 2,
    "endpoints": 1,
    "notebooks": 1,
    "restapis": 2,
    "httpapis": 1,
    "distributions": 2,
    "hostedzones": 2,
    "certificates": 3,
    "stacks": 4,
    "queues": 6,
    "topics": 3,
    "secrets": 6,
    "marqoindexes": 6,
    "networkacls": 13,
    "others": 8,
}
# type -> what the next one of it belongs to, and stands beside
LEADERS = {
    "subnets": "vpcs",
    "securitygroups": "vpcs",
    "networkacls": "vpcs",
    "accesskeys": "users",
    "volumes": "instances",
    "snapshots": "volumes",
    "autoscalinggroups": "instances",
    "addresses": "instances",
    "targetgroups": "loadbalancers",
    "classicloadbalancers": "instances",
    "dbsnapshots": "databases",
    "distributions": "buckets",
    "ecsservices": "ecsclusters",
}


def item(type: str, place: Place) -> Item:
    """One of the type in this place; of a type that has no maker here, its sample."""
    make = ITEMS.get(type)
    return make(place) if make else place.like(type)


def counts(resources: int, accounts: int) -> dict[str, int]:
    """How many of each type, but for REST; an account has one root, however large the estate."""
    made = {name: round(share * resources / 500) for name, share in SHARES.items()}
    made |= {name: 1 for name in RESOURCE_TYPES if name not in made and name != REST}
    made["vpcs"] = max(1, made["vpcs"])
    made["accountsummaries"] = min(accounts, made["accountsummaries"])
    return made
