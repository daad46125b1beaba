"""A list's query as SQL. Every value is a parameter; names come from fixed tuples only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from services.models import RESOURCE_TYPES
from services.models.everything.query import FACETS, NONE, Query
from services.models.everything.schema import SLOTS

SORTS = {name: f"r.{name}" for name in ("name", "type", "region", "id", "owner", "state", "created", "cost")}
SORTS["account"] = "coalesce(a.name, r.account) COLLATE NOCASE"
TRIGRAMS = 24  # as many of a long text narrow the search; the rest is verified
LAST = "\U0010ffff"  # sorts after every other character


@dataclass(frozen=True)
class Condition:
    """A WHERE clause and its values."""

    sql: str
    values: tuple[Any, ...]

    @property
    def tables(self) -> str:
        """What to select from: resources r, with documents d where the condition looks at the text."""
        return "resources r" + (" JOIN documents d USING (key)" if "d.text" in self.sql else "")


def where(query: Query, *, without: str = "", prefix: str = "") -> Condition:
    """The WHERE clause of a query's type and filters, but for the facet `without`."""
    clauses, values = ["1"], []
    if query.type is not None:
        clauses.append(f"{prefix}type = ?")
        values.append(query.type)
    for name in FACETS:
        chosen = query.filters.get(name, ())
        if chosen and name != without:
            column = f"coalesce({prefix}{name}, '')" if NONE in chosen else f"{prefix}{name}"
            clauses.append(f"{column} IN ({', '.join('?' * len(chosen))})")
            values += ["" if value == NONE else value for value in chosen]
    return Condition("WHERE " + " AND ".join(clauses), tuple(values))


def search(query: Query) -> Condition | None:
    """The WHERE clause of what `totals` can't answer: text, tags and typed columns; None without any."""
    clauses, values = _searched(query, "")
    if not clauses:
        return None
    if query.type is not None:
        clauses.append("r.type = ?")
        values.append(query.type)
    return Condition("WHERE " + " AND ".join(clauses), tuple(values))


def both(query: Query, *, without: str = "") -> Condition:
    """The WHERE clause of the whole query, but for the filter `without`, on resources r and documents d."""
    plain = where(query, without=without, prefix="r.")
    clauses, values = _searched(query, without)
    return Condition(" AND ".join((plain.sql, *clauses)), (*plain.values, *values))


def slots(type: str | None) -> dict[str, str]:
    """Typed column -> its place in the table."""
    columns = RESOURCE_TYPES[type].columns if type in RESOURCE_TYPES else ()
    return {column.field: slot for column, slot in zip(columns, SLOTS, strict=False)}


def typed_facets(type: str | None) -> tuple[str, ...]:
    """The typed columns that a list of the type offers as filters."""
    columns = RESOURCE_TYPES[type].columns if type in RESOURCE_TYPES else ()
    return tuple(column.field for column in columns if column.facet)


def _searched(query: Query, without: str) -> tuple[list[str], list[str]]:
    clauses: list[str] = []
    values: list[str] = []
    for word in query.text.lower().replace("\0", "").split():
        _contains(word, clauses, values)
    for tag in query.filters.get("tag", ()):
        line = tag.lower().replace("\n", " ").replace("\0", "")  # as the writer has it
        _contains(f"\n{line}\n", clauses, values)
    for field, slot in slots(query.type).items():
        chosen = query.filters.get(field, ())
        if chosen and field != without:
            clauses.append(f"coalesce(CAST(r.{slot} AS TEXT), '') IN ({', '.join('?' * len(chosen))})")
            values += ["" if value == NONE else value for value in chosen]
    return clauses, values


def _contains(text: str, clauses: list[str], values: list[str]) -> None:
    """Text within name, id, tags or IPs; within the ARN too, if it looks like a part of one.

    One or two letters begin the name or the id: they have no trigram, and are in nearly everything.
    """
    if len(text) < 3:
        clauses.append("(r.name >= ? AND r.name < ? OR r.id >= ? AND r.id < ?)")
        values += [text, text + LAST, text, text + LAST]
        return
    trigrams = dict.fromkeys(text[n : n + 3] for n in range(len(text) - 2))
    match = " ".join('"' + trigram.replace('"', '""') + '"' for trigram in list(trigrams)[:TRIGRAMS])
    found = "r.key IN (SELECT rowid FROM search WHERE search MATCH ?) AND instr(d.text, ?)"
    values += [match, text]
    if ":" in text or "/" in text:
        found = f"({found} OR instr(lower(r.arn), ?))"
        values.append(text)
    clauses.append(found)


def sorts(type: str | None) -> dict[str, str]:
    """Sort name -> SQL expression: the common fields, and the typed columns of the type."""
    return {field: f"r.{slot}" for field, slot in slots(type).items()} | SORTS


def order_by(query: Query) -> str:
    """The ORDER BY of a query: unknown values last in either direction, ties by key."""
    expression = sorts(query.type)[query.sort]
    if query.descending:
        return f"{expression} DESC, r.key DESC"
    nulls = "" if query.sort in ("name", "id", "type", "region", "account") else " NULLS LAST"
    return f"{expression}{nulls}, r.key"
