"""What AWS stops to support, or charges more for, within a year: runtimes, engines, Kubernetes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any, NamedTuple

from services.cop.lifecycles import KUBERNETES, RUNTIMES, support_of
from services.cop.rule import example
from services.models.base import Resource
from services.models.report import Column, Figure, Row
from services.reports.examples import ACCOUNT, REGION
from services.reports.report import Content, Example, Reporter, Sources

SOON, AHEAD = 90, 365  # days


def make(sources: Sources) -> Content:
    found, unknown = [], 0
    for resource in sources.of(*KINDS):
        version, end = KINDS[resource.type](resource)
        unknown += resource.type == "eksclusters" and end is None
        if end and (end - sources.today).days <= AHEAD:
            found.append(Ending(end, resource, version))
    found.sort(key=lambda each: (each.end, each.resource.account, each.resource.type, each.resource.id))
    left = [(each.end - sources.today).days for each in found]
    rows = tuple(_row(each, days) for each, days in zip(found, left, strict=True))
    past = Counter(each.resource.type for each, days in zip(found, left, strict=True) if days < 0)
    figures = (
        Figure("past", "Past their end", sum(past.values())),
        Figure("soon", f"Within {SOON} days", sum(0 <= days <= SOON for days in left)),
        Figure("year", "Within a year", sum(days > SOON for days in left)),
        *(Figure(type, title, past[type]) for type, title in PAST.items()),
        Figure("unknown", "Kubernetes of unknown date", unknown),
    )
    return Content(rows, figures)


class Ending(NamedTuple):
    """end: the last day of support."""

    end: date
    resource: Resource
    version: str


def _row(ending: Ending, left: int) -> Row:
    resource = ending.resource
    place = (resource.account, resource.region, resource.type, resource.id)
    return *place, resource.owner, ending.version, ending.end.isoformat(), left


def _runtime(resource: Any) -> tuple[str, date | None]:
    return resource.runtime, RUNTIMES.get(resource.runtime)


def _engine(resource: Any) -> tuple[str, date | None]:
    """The last day of standard support."""
    support = support_of(resource.engine, resource.engine_version)
    last = support.paid_from - timedelta(days=1) if support else None
    return f"{resource.engine} {resource.engine_version}", last


def _kubernetes(resource: Any) -> tuple[str, date | None]:
    return f"Kubernetes {resource.version}", KUBERNETES.get(resource.version)


KINDS: Mapping[str, Callable[[Any], tuple[str, date | None]]] = {
    "functions": _runtime,
    "databases": _engine,
    "dbclusters": _engine,
    "eksclusters": _kubernetes,
}
PAST = {
    "functions": "Functions past it",
    "databases": "Databases past it",
    "dbclusters": "Clusters past it",
    "eksclusters": "EKS clusters past it",
}
_MYSQL = {"engine": "mysql", "engine_version": "5.7.44", "owner": "ada"}

REPORTER = Reporter(
    name="end-of-life",
    title="End of life",
    about="Lambda runtimes that are deprecated, database engines and Kubernetes versions that leave standard"
    " support: past, or within a year. A database version without a known date is left out.",
    columns=(
        Column("account", "Account", "account"),
        Column("region", "Region"),
        Column("type", "Type", "type"),
        Column("id", "Id"),
        Column("owner", "Owner"),
        Column("version", "Runs"),
        Column("end", "Supported until", "day"),
        Column("left", "Days left", "count", compared=False),
    ),
    key=4,
    types=tuple(KINDS),
    make=make,
    examples=(
        Example(
            (
                example("functions", id="f-1", runtime="python3.9", owner=None),
                example("functions", id="f-2", runtime="python3.13"),
                example("databases", id="d-1", **_MYSQL),
                example("databases", id="d-2", engine="oracle-ee", engine_version="19.0"),
                example("dbclusters", id="c-1", engine="aurora-postgresql", engine_version="14.9", owner="a"),
                example("eksclusters", id="k-1", version="1.34", owner=None),
                example("eksclusters", id="k-2", version="1.99"),
            ),
            rows=(
                (ACCOUNT, REGION, "databases", "d-1", "ada", "mysql 5.7.44", "2024-02-29", -995),
                (ACCOUNT, REGION, "functions", "f-1", None, "python3.9", "2025-12-15", -340),
                (ACCOUNT, REGION, "eksclusters", "k-1", None, "Kubernetes 1.34", "2026-12-02", 12),
                (ACCOUNT, REGION, "dbclusters", "c-1", "a", "aurora-postgresql 14.9", "2027-02-28", 100),
            ),
            figures={"past": 2, "soon": 1, "year": 1, "functions": 1, "databases": 1, "unknown": 1},
        ),
    ),
)
