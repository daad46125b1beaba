"""The demo estate: six accounts, four regions, all types. The same bytes on every run, at any size."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from random import Random

from services.estate import Estate, write_estate
from services.local_daily import NAME
from services.models import RESOURCE_TYPES
from services.models.base import Document
from services.models.scope import GLOBAL, Scope, ScopeHead
from services.sync import calls_of
from tooling.demo_costs import write_costs
from tooling.demo_daily import write_daily
from tooling.demo_history import demo_history
from tooling.demo_items import ITEMS
from tooling.demo_payer import write_payer
from tooling.demo_place import Neighbours, Place

SEED = 2200
NOW = datetime(2026, 11, 20, 20, 2, tzinfo=UTC)
MARQO = "marqo"
ROOTS = "accountsummaries"
# account id -> name, share of the resources
ACCOUNTS = {
    "412233445883": ("prod", 34),
    "528846013377": ("staging", 19),
    "640172958264": ("data", 21),
    "719305528840": ("ml-research", 13),
    "835514407719": ("sandbox", 9),
    "906628371152": ("security", 4),
}
REGIONS = {"us-east-1": 46, "eu-west-1": 30, "ap-south-1": 14, "us-west-2": 10}
# of 500 resources
SHARES = {
    "instances": 64,
    "volumes": 80,
    "snapshots": 37,
    "addresses": 16,
    "buckets": 34,
    "databases": 17,
    "functions": 44,
    "loadbalancers": 13,
    "loggroups": 33,
    "marqoindexes": 6,
    "vpcs": 6,
    "subnets": 10,
    "securitygroups": 10,
    "networkinterfaces": 8,
    "natgateways": 4,
    "vpcendpoints": 3,
    "images": 4,
    "autoscalinggroups": 3,
    "filesystems": 2,
    "dbclusters": 3,
    "dbsnapshots": 5,
    "tables": 6,
    "cacheclusters": 3,
    "cachegroups": 1,
    "serverlesscaches": 1,
    "searchdomains": 1,
    "redshiftclusters": 1,
    "streams": 2,
    "ecsclusters": 2,
    "ecsservices": 5,
    "eksclusters": 2,
    "repositories": 5,
    "statemachines": 2,
    "endpoints": 1,
    "notebooks": 1,
    "targetgroups": 5,
    "classicloadbalancers": 1,
    "restapis": 2,
    "httpapis": 1,
    "distributions": 2,
    "hostedzones": 2,
    "certificates": 3,
    "stacks": 6,
    "queues": 5,
    "topics": 3,
    "secrets": 6,
    "keys": 4,
    "users": 6,
    "accesskeys": 5,
    "roles": 6,
    "accountsummaries": 6,
    "others": 2,
}
FAILED = {
    Scope("719305528840", "us-east-1", "functions"): "AccessDenied: not allowed to lambda:ListFunctions",
    Scope("719305528840", "eu-west-1", "functions"): "AccessDenied: not allowed to lambda:ListFunctions",
    Scope("835514407719", "ap-south-1", "databases"): "Throttling: rate exceeded after 8 attempts",
}


def write_demo(path: Path, resources: int = 500) -> Estate:
    """Write an estate of about so many resources to `path`; meant for the committed demo and for benches."""
    estate = make_demo(resources)
    write_estate(path, estate)
    return estate


def write_demo_daily(path: Path, estate: Estate) -> None:
    """Write the daily values of the estate's metrics beside `path`."""
    write_daily(path.with_name(NAME), estate, NOW)


def write_demo_costs(path: Path) -> None:
    """Write what the estate's accounts cost beside `path`; it does not grow with the resources."""
    write_costs(path.with_name("local_costs.json"), ACCOUNTS, NOW)


def write_demo_payer(path: Path, estate: Estate) -> None:
    """Write what the account that pays would answer the reports, beside `path`."""
    write_payer(path.with_name("local_payer.json"), estate)


def make_demo(resources: int = 500) -> Estate:
    """A deterministic estate of about so many resources."""
    random = Random(SEED)  # noqa: S311  believable, not secret
    estate = Estate(
        accounts={id: name for id, (name, _) in ACCOUNTS.items()} | {MARQO: "Marqo Cloud"}, demo=True
    )
    for scope in _scopes():
        estate.resources[scope] = []
    near: dict[tuple[str, str], Neighbours] = defaultdict(Neighbours)
    for name, count in _counts(resources).items():
        for document, scope in _resources(random, name, count, near):
            estate.resources[scope].append(document)
    for scope, documents in estate.resources.items():
        documents.sort(key=lambda document: str(document["id"]))
        estate.heads[scope] = _head(random, scope, len(documents))
    estate.history = demo_history(SEED, NOW, estate.resources, [*FAILED])
    return estate


def _counts(resources: int) -> dict[str, int]:
    """How many of each type; an account has one root, however large the estate."""
    counts = {name: round(share * resources / 500) for name, share in SHARES.items()}
    more = max(0, counts[ROOTS] - len(ACCOUNTS))
    return counts | {ROOTS: counts[ROOTS] - more, "instances": counts["instances"] + more}


def _scopes() -> Iterator[Scope]:
    for kind in RESOURCE_TYPES.values():
        if kind.scope == "marqo":
            yield Scope(MARQO, GLOBAL, kind.name)
        else:
            for account in ACCOUNTS:
                for region in (GLOBAL,) if kind.scope == "global" else REGIONS:
                    yield Scope(account, region, kind.name)


def _resources(
    random: Random, name: str, count: int, near: dict[tuple[str, str], Neighbours]
) -> Iterator[tuple[Document, Scope]]:
    kind = RESOURCE_TYPES[name]
    ids, weights = list(ACCOUNTS), [share for _, share in ACCOUNTS.values()]
    for number in range(count):
        account = MARQO if kind.scope == "marqo" else random.choices(ids, weights)[0]
        if name == ROOTS:
            account = ids[number]
        region = random.choices(list(REGIONS), list(REGIONS.values()))[0]
        scope = Scope(account, region if kind.scope == "regional" else GLOBAL, name)
        owner = ACCOUNTS[account][0] if account in ACCOUNTS else "prod"
        place = Place(random, NOW, account, owner, region, number, near[account, region])
        item, cost = ITEMS[name](place)
        resource = kind.model.from_aws(item, scope)
        known = resource.cost if cost is None else Decimal(cost).quantize(Decimal("0.01"))
        yield replace(resource, cost=known).to_json(), scope


def _head(random: Random, scope: Scope, count: int) -> ScopeHead:
    started = int(NOW.timestamp() * 1000) - random.randrange(60_000, 900_000)
    seconds = round(random.uniform(0.2, 2.4), 2)
    if scope in FAILED:
        day = 86_400_000
        throttles = 8 if FAILED[scope].startswith("Throttling") else 0
        made = ScopeHead(scope, started - 2 * day, started, "error", count, FAILED[scope], seconds)
        return replace(made, calls=throttles + 1, throttles=throttles)
    calls = calls_of(RESOURCE_TYPES[scope.type], count)
    return ScopeHead(scope, started, started, "ok", count, "", seconds, calls=calls, throttles=0)
