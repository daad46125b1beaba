"""The WHERE clauses of lists of findings: of the findings themselves, and of what they are counted by."""

from __future__ import annotations

import json
from typing import Any

from services.models.domain.finding import SEVERITIES
from services.models.domain.findings import FINDING_FACETS, FindingQuery
from services.models.everything.query import NONE
from services.models.everything.sql import types_called
from services.models.everything.words import needle, words_of

IN = "IN (SELECT value FROM json_each(?))"
IS_VALUE = f"owner = ? COLLATE NOCASE OR account {IN} OR type {IN}"
WORD = f"(instr(text, ?) OR region = ? OR totals IN (SELECT id FROM totals WHERE {IS_VALUE}))"
Clause = tuple[str, list[Any]]  # with the values of its parameters


def where_of(query: FindingQuery) -> Clause:
    """Of the whole query, on findings."""
    clauses, values = ["1"], []
    if query.filters:
        filters, chosen = where_shared(query)
        clauses.append(f"totals IN (SELECT id FROM totals {filters})")
        values += chosen
    for word in words_of(query.text):
        called = [id for id, name in query.accounts.items() if word in (id, name.lower())]
        clauses.append(WORD)
        values += [needle(word), word, word, json.dumps(called), json.dumps(types_called(word))]
    return "WHERE " + " AND ".join(clauses), values


def where_shared(query: FindingQuery, without: str = "") -> Clause:
    """Of the query's filters, on totals, but for the one of the field `without`."""
    clauses, values = ["1"], []
    for name, chosen in query.filters.items():
        if name in FINDING_FACETS and chosen and name != without:
            clauses.append(f"{column(name)} IN ({', '.join('?' * len(chosen))})")
            values += [_stored(name, value) for value in chosen]
    return "WHERE " + " AND ".join(clauses), values


def column(field: str) -> str:
    """The SQL of a field's value."""
    return f"coalesce({field}, '{NONE}')"


def shown(field: str, value: Any) -> str:
    """A value of `column` as it is shown."""
    return SEVERITIES[value] if field == "severity" else str(value)


def _stored(field: str, value: str) -> Any:
    if field == "severity":
        return SEVERITIES.index(value) if value in SEVERITIES else -1
    return value
