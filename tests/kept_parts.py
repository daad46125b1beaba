"""Every thing that a store keeps in parts, with how a test writes and reads one value of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from errors import Lost
from services.conformance_test import VOLUMES, attempt, ids
from services.cop.store.dynamo import DynamoFindingStore
from services.cop.store.local import LocalFindingStore
from services.cop.store.port_test import ENTRY
from services.costs.dynamo_store import DynamoCostStore
from services.costs.local_store import LocalCostStore
from services.costs.store_test import COSTS, RESOURCES
from services.daily_store import Fetched
from services.dynamo_data_service import DynamoDataService
from services.local_data_service import LocalDataService
from services.models.domain.daily import DAY
from services.models.domain.told import Told
from services.reports.dynamo_store import DynamoReportStore
from services.reports.local_store import LocalReportStore
from services.reports.store_test import REPORT
from services.store.dynamo_daily import DynamoDaily
from services.store.dynamo_items import head_key, parts_pk
from services.store.dynamo_table import Key, Table
from services.store.local_daily import LocalDaily
from tests.turns import START, Clock

STEP = 2_000  # milliseconds between two generations
MANY = 30  # things in one content, of several parts
TRIES = 4


@dataclass(frozen=True)
class Kept:
    """One thing in a store. write: store, value, generation -> whether it was taken. read: its value or None.

    parts: the partition of its parts. head: the key of what points at them. file: where it is in a folder.
    """

    table: Callable[[Table], Any]
    files: Callable[[Path, Clock], Any]
    write: Callable[[Any, int, int], bool]
    read: Callable[[Any], int | None]
    parts: str
    head: Key
    file: str


def names(value: int) -> list[str]:
    return [f"{value}-{number}" for number in range(MANY)]


def one(values: set[int]) -> int | None:
    assert len(values) <= 1, f"a mix of {values}"
    return next(iter(values), None)


def write_scope(service: Any, value: int, generation: int) -> bool:
    found = [letter for bit, letter in enumerate("abcd") if value & (1 << bit)]
    head = service.replace_scope(attempt(generation, [*found, f"e{value}"]))
    return bool(head.generation == head.attempted == generation)


def read_scope(service: Any) -> int | None:
    found = ids(service)
    if not found:
        return None
    value = int(found[-1][1:])
    assert found[:-1] == [letter for bit, letter in enumerate("abcd") if value & (1 << bit)]
    return value


def write_findings(store: Any, value: int, generation: int) -> bool:
    entries = [replace(ENTRY, id=name) for name in names(value)]
    inspected = datetime.fromtimestamp(generation / 1000, UTC).isoformat()
    return any(store.keep(store.ledger("1"), entries, inspected) for _ in range(TRIES))


def read_findings(store: Any) -> int | None:
    found = store.ledger("1")
    if found.trouble:
        raise found.trouble
    assert len(found.entries) in (0, MANY)
    return one({int(entry.id.split("-")[0]) for entry in found.entries})


def write_told(store: Any, value: int, generation: int) -> bool:
    marks = {name: (str(generation), value) for name in names(value)}
    return any(
        store.tell(known := store.told("c"), replace(known, marks=marks, trouble=None)) for _ in range(TRIES)
    )


def read_told(store: Any) -> int | None:
    found: Told = store.told("c")
    if found.trouble:
        raise found.trouble
    return one({int(name.split("-")[0]) for name in found.marks})


def write_costs(store: Any, value: int, generation: int) -> bool:
    taken = datetime.fromtimestamp(generation / 1000, UTC).isoformat()
    groups = {("1", name): Decimal(value) for name in names(value)}
    store.keep([replace(COSTS, cuts={"services": groups}, taken=taken)])
    return True


def read_costs(store: Any) -> int | None:
    found = store.costs(COSTS.period)
    return one({int(amount) for amount in found.cuts["services"].values()}) if found else None


def write_resource_costs(store: Any, value: int, generation: int) -> bool:
    store.keep_resources([replace(RESOURCES, costs={"EC2": dict.fromkeys(names(value), Decimal(value))})])
    return True


def read_resource_costs(store: Any) -> int | None:
    found = store.resources("1")
    return one({int(amount) for amount in found.costs["EC2"].values()}) if found else None


def write_report(store: Any, value: int, generation: int) -> bool:
    rows = tuple((name, value) for name in names(value))
    store.keep(replace(REPORT, rows=rows, figures=(replace(REPORT.figures[0], value=value),)))
    return True


def read_report(store: Any) -> int | None:
    found = store.report("waste", REPORT.day)
    return one({row[1] for row in found.rows} | {found.figures[0].value}) if found else None


def write_daily(store: Any, value: int, generation: int) -> bool:
    day = START.date() - DAY
    values = {f"id-{number}": {"Reads.Sum": {day: value + number / 7}} for number in range(MANY)}
    store.keep([Fetched(VOLUMES, day, values)], START.date())
    return True


def read_daily(store: Any) -> int | None:
    found = dict(store.of(VOLUMES.account)).get(VOLUMES, {})
    if isinstance(found, Lost):
        assert VOLUMES not in store.asked(VOLUMES.account), "what is lost is asked for again"
        raise found
    assert len(found) in (0, MANY)
    day = START.date() - DAY
    for each in found.values():
        assert store.one(VOLUMES, each.id) == each
    return one(
        {round(each.of("Reads.Sum", day, 1)[0] - int(id.split("-")[1]) / 7) for id, each in found.items()}
    )


def costs_in(folder: Path, _: Clock) -> LocalCostStore:
    return LocalCostStore(folder / "local_costs.json", folder / "requests.json")


def service_in(folder: Path, _: Clock) -> LocalDataService:
    return LocalDataService(folder / "local_data.json")


KEPT = {
    "scopes": Kept(
        DynamoDataService,
        service_in,
        write_scope,
        read_scope,
        parts_pk(VOLUMES),
        head_key(VOLUMES),
        "local_data.json",
    ),
    "findings": Kept(
        DynamoFindingStore,
        lambda folder, _: LocalFindingStore(folder),
        write_findings,
        read_findings,
        "F#1",
        ("FINDINGS", "1"),
        "findings.json",
    ),
    "told": Kept(
        DynamoFindingStore,
        lambda folder, _: LocalFindingStore(folder),
        write_told,
        read_told,
        "N#c",
        ("NOTIFIED", "c"),
        "notified.json",
    ),
    "costs": Kept(
        DynamoCostStore,
        costs_in,
        write_costs,
        read_costs,
        "C#2026-11",
        ("COSTS", COSTS.period),
        "local_costs.json",
    ),
    "resource costs": Kept(
        DynamoCostStore,
        costs_in,
        write_resource_costs,
        read_resource_costs,
        "RC#1",
        ("RESOURCES", "1"),
        "local_costs_of_resources.json",
    ),
    "reports": Kept(
        DynamoReportStore,
        lambda folder, clock: LocalReportStore(folder, clock.now),
        write_report,
        read_report,
        "R#waste",
        ("S#waste", REPORT.day),
        f"waste/{REPORT.day}.json",
    ),
    "daily": Kept(
        DynamoDaily,
        lambda folder, _: LocalDaily(folder / "local_daily.json"),
        write_daily,
        read_daily,
        f"M#{VOLUMES.account}",
        (f"M#{VOLUMES.account}", f"{VOLUMES.type}#{VOLUMES.region}#0000"),
        "local_daily.json",
    ),
}
