"""The demo estate: six accounts, four regions, all types. The same bytes on every run, at any size."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from services.collect.plan import calls_of
from services.costs.resource_costs import priced
from services.models import RESOURCE_TYPES
from services.models.kit.base import Document
from services.models.kit.scope import GLOBAL, Scope, ScopeHead
from services.models.kit.values import iso
from services.prices import prices
from services.store.estate import Estate, write_estate
from services.store.local_daily import NAME
from tooling.data_folder import backend_in
from tooling.demo.costs import write_costs
from tooling.demo.daily import write_daily
from tooling.demo.history import demo_history
from tooling.demo.making import make_items
from tooling.demo.payer import write_payer
from tooling.demo.whose import ACCOUNTS, MARQO, ML, NOW, REGIONS, SANDBOX
from tooling.progress import Step, silent

SEED = 2200
DEMO, COSTS, PAYER = "local_data.json", "local_costs.json", "local_payer.json"
BESIDE = (NAME, COSTS, PAYER)  # the console looks for them beside the estate
DAY = 86_400_000  # milliseconds
FAILED = {
    Scope(ML, "us-west-2", "functions"): "AccessDenied: not allowed to lambda:ListFunctions",
    Scope(ML, "us-east-1", "functions"): "AccessDenied: not allowed to lambda:ListFunctions",
    Scope(SANDBOX, "ap-south-1", "databases"): "Throttling: rate exceeded after 8 attempts",
}


def write_demo(path: Path, resources: int = 500, step: Step = silent) -> Estate:
    """Write an estate of about so many resources to `path`; meant for the committed demo and for benches."""
    estate = make_demo(resources, step)
    write_estate(path, estate)
    return estate


def write_demo_files(path: Path, resources: int = 500, step: Step = silent) -> list[Path]:
    """Write the estate and, if it is the committed one, what belongs to it beside it; answers the files."""
    estate = write_demo(path, resources, step)
    if path.name != DEMO:
        return [path]
    write_beside(path, estate)
    return [path, *(path.with_name(name) for name in BESIDE)]


def write_beside(path: Path, estate: Estate, now: datetime = NOW) -> None:
    """Write what belongs to the estate of `path`: its daily values, its costs, and what its payer answers."""
    backend = backend_in(path.parent)
    write_daily(backend.data_service().daily, estate, now)
    write_costs(backend.cost_store(), estate, now)
    write_payer(path.with_name(PAYER), estate, now)


def make_demo(resources: int = 500, step: Step = silent) -> Estate:
    """A deterministic estate of about so many resources. step: hears how far it is."""
    random = Random(SEED)  # noqa: S311  believable, not secret
    ground = make_items(random, resources, step)
    estate = Estate(accounts=ACCOUNTS | {MARQO: "Marqo Cloud"}, demo=True)
    estate.resources = {scope: [] for scope in _scopes()}
    for number, made in enumerate(each for found in ground.of.values() for each in found):
        step("pricing them", number)
        document = priced(made.resource, prices()).to_json()
        estate.resources[made.scope].append(document | {"state_since": _since(document)})
    for scope, documents in estate.resources.items():
        documents.sort(key=lambda document: str(document["id"]))
        estate.heads[scope] = _head(scope, len(documents))
    estate.history = demo_history(SEED, NOW, estate.resources, [*FAILED])
    return estate


def _since(document: Document) -> str:
    """Since when Polo has seen its state: for weeks, as far as it is so old."""
    random = Random(f"{SEED}/{document['arn']}")  # noqa: S311
    seen = NOW - timedelta(days=random.uniform(1, 75))
    return max(iso(seen) or "", document["created"] or "")


def _scopes() -> Iterator[Scope]:
    for kind in RESOURCE_TYPES.values():
        if kind.scope == "marqo":
            yield Scope(MARQO, GLOBAL, kind.name)
        else:
            for account in ACCOUNTS:
                for region in (GLOBAL,) if kind.scope == "global" else REGIONS:
                    yield Scope(account, region, kind.name)


def _head(scope: Scope, count: int) -> ScopeHead:
    random = Random(f"{SEED}/{'/'.join(scope)}")  # noqa: S311  of its own: a new type moves no other
    started = int(NOW.timestamp() * 1000) - random.randrange(60_000, 900_000)
    seconds = round(random.uniform(0.2, 2.4), 2)
    if scope in FAILED:
        throttles = 8 if FAILED[scope].startswith("Throttling") else 0
        made = ScopeHead(scope, started - 2 * DAY, started, "error", count, FAILED[scope], seconds)
        return replace(made, calls=throttles + 1, throttles=throttles)
    calls = calls_of(RESOURCE_TYPES[scope.type], count)
    return ScopeHead(scope, started, started, "ok", count, "", seconds, calls=calls, throttles=0)
