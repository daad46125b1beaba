"""Rows of lists as CSV and as JSON."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from services.costs.dates import periods_between
from services.models import RESOURCE_TYPES
from services.models.all import Everything
from services.models.domain.costs import Pivot, dollars_of
from services.models.domain.findings import FindingRow
from services.models.domain.report import Column, Report, Value
from services.models.everything.coverage import Coverage
from services.models.everything.query import FacetValue, Query, Row
from services.models.kit.base import UNKNOWN
from services.models.kit.change import Change

COMMON = (
    "type",
    "name",
    "id",
    "account",
    "account_name",
    "region",
    "state",
    "owner",
    "created",
    "cost",
    "arn",
)
CHANGE = ("at", "kind", "type", "name", "id", "account", "account_name", "region")
FINDING = (
    ("severity", "rule", "status", "account", "account_name", "region", "type", "id", "name", "owner")
    + ("message", "saving", "formula", "confidence", "first_seen", "resolved", "arn")
)  # fmt: skip
NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
# A spreadsheet runs a cell that begins so, in wide or small characters too, and may skip what stands before.
# Where it takes another separator than the comma, a cell begins inside of ours, quoted or not.
FORMULA = re.compile(
    r"(^|[,;\t\r\n])"
    r"(?=[\s\"\x00-\x1f\u00ad\u200b-\u200f\u2060\ufeff]*[-=+@\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b])"
)


def resources_csv(everything: Everything, query: Query) -> str:
    """All rows of the query, not only one page. cost: USD a month, empty when unknown."""
    accounts = everything.accounts()
    columns = RESOURCE_TYPES[query.type].columns if query.type else ()
    names = (*COMMON, *(column.field for column in columns))
    rows = (row_json(row, accounts, query.type) for row in everything.rows(query))
    return _csv(names, ([values[name] for name in names] for values in rows))


def changes_csv(changes: Iterable[Change], accounts: dict[str, str]) -> str:
    """A line for each field that changed, and one for each resource that appeared or vanished."""
    return _csv((*CHANGE, "field", "old", "new"), _change_lines(changes, accounts))


def findings_csv(rows: Iterable[FindingRow], accounts: dict[str, str]) -> str:
    """All findings of a list. saving: USD a month, empty when unknown."""
    named = (
        row.entry.to_json() | {"status": row.status, "account_name": accounts.get(row.entry.account)}
        for row in rows
    )
    return _csv(FINDING, ([values[name] for name in FINDING] for values in named))


def costs_csv(pivot: Pivot, accounts: Mapping[str, str]) -> str:
    """Every row of a pivot with all decimals, in USD, and the total, with a column for each period asked for.

    One that is not known is empty; then a last column says what the total is without.
    """
    periods = periods_between(*pivot.asked)
    known, (first, last) = len(pivot.periods), pivot.kept
    why = [f"{len(periods) - known} of {len(periods)} {pivot.query.unit}s: kept are {first} to {last}"]
    note = why if pivot.missing else []
    heads = (pivot.query.by, "name", *periods, "total", *(["unknown"] if note else []))
    return _csv(heads, ([*line, *note] for line in _cost_lines(pivot, accounts, periods)))


def report_csv(report: Report) -> str:
    """Every row. Money in USD, shares between 0 and 1, empty when unknown."""
    rows = (
        [_exported(column, value) for column, value in zip(report.columns, row, strict=True)]
        for row in report.rows
    )
    return _csv((column.name for column in report.columns), rows)


def _exported(column: Column, value: Value) -> Value:
    return dollars(value) if column.kind == "money" and isinstance(value, int) else value


def row_json(row: Row, accounts: dict[str, str], type: str | None) -> dict[str, Any]:
    """A row as JSON values, with the typed columns of a list of one type. cost: USD a month as text.

    A number that is unknown is null, any other such value "unknown", as the owner is.
    """
    columns = RESOURCE_TYPES[type].columns if type else ()
    return {
        "type": row.type,
        "name": row.name,
        "id": row.id,
        "account": row.account,
        "account_name": accounts.get(row.account),
        "region": row.region,
        "state": row.state,
        "owner": row.owner,
        "created": row.created,
        "cost": dollars(row.cost),
        "arn": row.arn,
        **{
            column.field: None if column.numeric and value == UNKNOWN else value
            for column, value in zip(columns, row.fields, strict=False)
        },
    }


def facets_json(facets: Mapping[str, Iterable[FacetValue]]) -> dict[str, dict[str, int]]:
    """Field -> value -> how many have it."""
    return {name: {each.value: each.count for each in values} for name, values in facets.items()}


def dollars(cents: float | None) -> str | None:
    """Cents -> "105.90"; unknown stays unknown."""
    return None if cents is None else f"{Decimal(str(cents)).scaleb(-2):f}"


def counted(count: int, coverage: Coverage, all: int) -> int | None:
    """How many rows a list has; None where nothing was collected of what it is about.

    all: how many it has without its filters.
    """
    return None if not count and coverage.unknown(all) else count


def _change_lines(changes: Iterable[Change], accounts: dict[str, str]) -> Iterator[list[Any]]:
    for change in changes:
        values = change.to_json() | {"account_name": accounts.get(change.account)}
        for name, pair in change.fields.items() or (("", (None, None)),):
            yield [*(values[each] for each in CHANGE), name, *map(_flat, pair)]


def _cost_lines(pivot: Pivot, accounts: Mapping[str, str], periods: Iterable[str]) -> Iterator[list[Any]]:
    def amounts(nanos: Iterable[int], total: int) -> list[Decimal | None]:
        known = dict(zip(pivot.periods, nanos, strict=True))
        told = (known.get(period) for period in periods)
        return [*(None if each is None else dollars_of(each) for each in told), dollars_of(total)]

    for row in pivot.rows:
        name = accounts.get(row.key or "", "") if pivot.query.by == "account" else ""
        key = "(not attributed)" if row.key is None else row.key
        yield [key, name, *amounts(row.nanos, row.total)]
    yield ["(total)", "", *amounts(pivot.totals, pivot.total)]


def _csv(names: Iterable[str], rows: Iterable[Iterable[Any]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerows(map(_cell, row) for row in (names, *rows))
    return out.getvalue()


def _flat(value: Any) -> Any:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, (dict, list)) else value


def _cell(value: Any) -> Any:
    """Text that no spreadsheet takes for a formula: an apostrophe makes text of it (OWASP, CSV injection)."""
    if not isinstance(value, str) or NUMBER.fullmatch(value):
        return value
    shown = FORMULA.sub(r"\1'", value.replace("\0", "\ufffd"))  # many a reader stops at a null byte
    return f"'{shown}" if shown.startswith(("\t", "\r", "\n")) else shown
