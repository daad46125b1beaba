"""What AWS stops to support, or charges more for, within a year: runtimes, engines, Kubernetes."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import NamedTuple

from services.cop.judge.rule import example
from services.cop.judge.runs import BY_TYPE, runs
from services.models import RESOURCE_TYPES
from services.models.domain.report import Column, Figure, Row
from services.models.kit.base import Resource
from services.reports.examples import ACCOUNT, REGION
from services.reports.report import Content, Example, Reporter, Sources

SOON, AHEAD = 90, 365  # days
TYPES = tuple(sorted(BY_TYPE, key=lambda name: RESOURCE_TYPES[name].order))


def make(sources: Sources) -> Content:
    ends, unknown = [], 0
    for resource in sources.of(*TYPES):
        found = runs(resource)
        unknown += found is not None and found.lifecycle is None
        end = found.lifecycle.standard if found and found.lifecycle else None
        if found and end and (end - sources.today).days <= AHEAD:
            ends.append(Ending(end, resource, found.name))
    ends.sort(key=lambda each: (each.end, each.resource.account, each.resource.type, each.resource.id))
    left = [(each.end - sources.today).days for each in ends]
    rows = tuple(_row(each, days) for each, days in zip(ends, left, strict=True))
    past = Counter(each.resource.type for each, days in zip(ends, left, strict=True) if days < 0)
    figures = (
        Figure("past", "Past their end", sum(past.values())),
        Figure("soon", f"Within {SOON} days", sum(0 <= days <= SOON for days in left)),
        Figure("year", "Within a year", sum(days > SOON for days in left)),
        *(Figure(name, f"{RESOURCE_TYPES[name].title} past it", past[name]) for name in TYPES),
        Figure("unknown", "Of unknown end", unknown),
    )
    return Content(rows, figures)


class Ending(NamedTuple):
    """end: the last day of standard support; of a Lambda runtime the day that it is deprecated."""

    end: date
    resource: Resource
    version: str


def _row(ending: Ending, left: int) -> Row:
    resource = ending.resource
    place = (resource.account, resource.region, resource.type, resource.id)
    return *place, resource.whose, ending.version, ending.end.isoformat(), left


_MYSQL = {"engine": "mysql", "engine_version": "5.7.44", "owner": "ada"}

REPORTER = Reporter(
    name="end-of-life",
    title="End of life",
    about="Lambda runtimes that are deprecated, engines and Kubernetes versions that leave standard support:"
    " past, or within a year. What is of unknown end is counted, and left out.",
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
    types=TYPES,
    make=make,
    examples=(
        Example(
            (
                example("functions", id="f-1", runtime="python3.9", owner=None),
                example("functions", id="f-2", runtime="python3.13"),
                example("functions", id="f-3", runtime="java17", owner=None),
                example("databases", id="d-1", **_MYSQL),
                example("databases", id="d-2", engine="oracle-ee", engine_version="19.0"),
                example("dbclusters", id="c-1", engine="aurora-postgresql", engine_version="14.9", owner="a"),
                example("eksclusters", id="k-1", version="1.34", owner=None),
                example("eksclusters", id="k-2", version="1.99"),
                example("cacheclusters", id="r-1", engine="redis", engine_version="6.2", owner=None),
                example("searchdomains", id="s-1", version="OpenSearch_2.19", owner=None),
                example("searchdomains", id="s-2", version="Elasticsearch_6.7", owner=None),
            ),
            rows=(
                (ACCOUNT, REGION, "databases", "d-1", "ada", "mysql 5.7.44", "2024-02-29", -995),
                (ACCOUNT, REGION, "searchdomains", "s-2", None, "Elasticsearch 6.7", "2025-11-07", -378),
                (ACCOUNT, REGION, "functions", "f-1", None, "python3.9", "2025-12-15", -340),
                (ACCOUNT, REGION, "eksclusters", "k-1", None, "Kubernetes 1.34", "2026-12-02", 12),
                (ACCOUNT, REGION, "cacheclusters", "r-1", None, "redis 6.2", "2027-01-31", 72),
                (ACCOUNT, REGION, "dbclusters", "c-1", "a", "aurora-postgresql 14.9", "2027-02-28", 100),
                (ACCOUNT, REGION, "functions", "f-3", None, "java17", "2027-06-30", 222),
                (ACCOUNT, REGION, "searchdomains", "s-1", None, "OpenSearch 2.19", "2027-11-07", 352),
            ),
            figures={"past": 3, "soon": 2, "year": 3, "functions": 1, "databases": 1, "unknown": 2},
        ),
    ),
)
