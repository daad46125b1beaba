"""A list's query as SQL. Every value is a parameter; names come from fixed tuples only."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from services.models import RESOURCE_TYPES
from services.models.everything.query import FACETS, NONE, Query
from services.models.everything.schema import SLOTS
from services.models.everything.words import SHORT, needle, words_of
from services.models.kit.base import UNKNOWN, Column

ROW = "t.type, t.account, t.region, r.id, r.name, t.owner, t.state, r.created, r.cost, r.arn"
OWN_SORTS = ("name", "id", "created", "cost")  # those with an index
SORTS = {name: f"r.{name}" for name in OWN_SORTS}
SHARED_SORTS = {name: f"t.{name}" for name in ("type", "region", "owner", "state")}
SHARED_SORTS["account"] = "coalesce(a.name, t.account) COLLATE NOCASE"
ALWAYS_KNOWN = ("name", "id", "type", "region", "account")
TEXT = "(SELECT text FROM texts WHERE key = r.key)"
HITS = "SELECT rowid FROM search WHERE search MATCH ?"
SHARED = "FROM totals t LEFT JOIN accounts a ON a.id = t.account"
IS_VALUE = """(t.type IN (SELECT value FROM json_each(?)) OR t.owner = ? COLLATE NOCASE OR t.account = ?
    OR t.region = ? OR a.name = ? COLLATE NOCASE)"""
TRIGRAMS = 24  # as many of a long text narrow the search; the rest is verified
# what leads to the rows of a list: its sort's index, the totals that its filters choose, or the search index
Way = Literal["sort", "totals", "search"]


@dataclass(frozen=True)
class Condition:
    """A WHERE clause and its values."""

    sql: str
    values: tuple[Any, ...]


def where(query: Query, *, without: str = "") -> Condition:
    """The WHERE clause of a query's type and filters on `totals`, but for the facet `without`."""
    clauses, values = ["1"], []
    if query.type is not None:
        clauses.append("type = ?")
        values.append(query.type)
    for name in FACETS:
        chosen = query.filters.get(name, ())
        if chosen and name != without:
            column = f"coalesce({name}, '')" if NONE in chosen else name
            clauses.append(f"{column} IN ({', '.join('?' * len(chosen))})")
            values += ["" if value == NONE else value for value in chosen]
    return Condition("WHERE " + " AND ".join(clauses), tuple(values))


def rows_where(query: Query, way: Way, *, without: str = "") -> Condition:
    """The WHERE clause of the whole query on resources r, but for the filter `without`.

    A "+" keeps SQLite from the index: so `way` leads.
    """
    own: list[Condition] = []
    if query.type is not None:
        own.append(Condition("r.type = ?" if way == "sort" else "+r.type = ?", (query.type,)))
    if way == "totals" or any(query.filters.get(name) for name in FACETS if name != without):
        shared = where(query, without=without)
        mark = "" if way == "totals" else "+"
        own.append(Condition(f"{mark}r.totals IN (SELECT id FROM totals {shared.sql})", shared.values))
    return _all_of(*own, *_texts(query, way), *_typed(query, without))


def found_where(query: Query, *, without: str = "") -> Condition:
    """The WHERE clause of the query's text, tags and typed filters alone, on resources r."""
    return _all_of(*_texts(query, "totals"), *_typed(query, without))


def searches(query: Query) -> bool:
    """Whether the query has text or tags."""
    return bool(query.text.strip() or query.filters.get("tag"))


def typed_filters(query: Query, *, without: str = "") -> dict[str, tuple[str, ...]]:
    """The typed columns that the query filters by, as slot -> values, but for the column `without`."""
    return {
        slot: tuple("" if value == NONE else value for value in query.filters[field])
        for field, slot in slots(query.type).items()
        if query.filters.get(field) and field != without
    }


def counted_ahead(query: Query) -> bool:
    """Whether the one typed column that the query filters by has its totals by value."""
    slots_of_facets = {slots(query.type)[field] for field in typed_facets(query.type)}
    typed = typed_filters(query)
    return len(typed) == 1 and typed.keys() <= slots_of_facets


def hits(query: Query) -> str:
    """What the search index is to match for all of the query's text and tags; "" where it can't help."""
    return " ".join(_match(word) for word in _indexed(query))


def slots(type: str | None) -> dict[str, str]:
    """Typed column -> its place in the table."""
    return {column.field: slot for column, slot in zip(_columns(type), SLOTS, strict=False)}


def _columns(type: str | None) -> tuple[Column, ...]:
    return RESOURCE_TYPES[type].columns if type in RESOURCE_TYPES else ()


def typed_facets(type: str | None) -> tuple[str, ...]:
    """The typed columns that a list of the type offers as filters."""
    return tuple(column.field for column in _columns(type) if column.facet)


def sorts(type: str | None) -> dict[str, str]:
    """Sort name -> SQL expression: the common fields, and the typed columns of the type."""
    numeric = {column.field for column in _columns(type) if column.numeric}
    typed = {
        field: f"nullif(r.{slot}, '{UNKNOWN}')" if field in numeric else f"r.{slot}"
        for field, slot in slots(type).items()
    }
    return typed | SORTS | SHARED_SORTS


def order_by(query: Query, way: Way = "sort") -> str:
    """The ORDER BY of a query on resources r and totals t: unknown values last in either direction.

    Ties are in the order of the index that led there, so that pages agree whichever way each one came.
    """
    expression = ("" if way == "sort" else "+") + sorts(query.type)[query.sort]
    down = " DESC" if query.descending else ""
    unknown = "" if query.descending or query.sort in ALWAYS_KNOWN else " NULLS LAST"
    ties = f"t.id{down}, r.mark" if query.sort in SHARED_SORTS else f"r.key{down}"
    return f"{expression}{down}{unknown}, {ties}"


def _all_of(*conditions: Condition) -> Condition:
    clauses = ["1", *(condition.sql for condition in conditions)]
    values = [value for condition in conditions for value in condition.values]
    return Condition("WHERE " + " AND ".join(clauses), tuple(values))


def _tags(query: Query) -> list[str]:
    """Each tag filter as the writer has the tag, between line breaks."""
    return [
        "\n" + tag.lower().replace("\n", " ").replace("\0", "") + "\n" for tag in query.filters.get("tag", ())
    ]


def _indexed(query: Query) -> list[str]:
    """The texts that the search index has; ARNs are not in it, nor owners, accounts, types and regions."""
    words = (needle(word) for word in words_of(query.text) if word not in query.exact and not _in_arn(word))
    return [*words, *_tags(query)]


def _texts(query: Query, way: Way) -> Iterable[Condition]:
    """Each text within name, id, tags or IPs; within the ARN too, if it looks like a part of one."""
    match = hits(query)
    if match and way == "search":
        yield Condition(f"r.key IN ({HITS})", (match,))
    for word in words_of(query.text):
        ways = [Condition(f"instr({TEXT}, ?)", (needle(word),))]
        if word in query.exact:
            values = json.dumps(types_called(word)), word, word, word, word
            ways.insert(0, Condition(f"r.totals IN (SELECT t.id {SHARED} WHERE {IS_VALUE})", values))
        if _in_arn(word):
            ways.append(Condition("instr(lower(r.arn), ?)", (word,)))
        found = " OR ".join(way.sql for way in ways)
        yield Condition(f"({found})", tuple(value for way in ways for value in way.values))
    for tag in _tags(query):
        yield Condition(f"instr({TEXT}, ?)", (tag,))


def _typed(query: Query, without: str) -> Iterable[Condition]:
    for slot, values in typed_filters(query, without=without).items():
        yield Condition(f"coalesce(CAST(r.{slot} AS TEXT), '') IN ({', '.join('?' * len(values))})", values)


def exact_words(db: sqlite3.Connection, query: Query) -> frozenset[str]:
    """Those of the query's words that are all of an owner, an account's id or name, a region or a type."""
    sql = f"SELECT 1 {SHARED} WHERE {IS_VALUE} LIMIT 1"
    return frozenset(
        word
        for word in words_of(query.text)
        if db.execute(sql, (json.dumps(types_called(word)), word, word, word, word)).fetchone()
    )


def types_called(word: str) -> list[str]:
    """The resource types of that name, or of that service of AWS."""
    return [name for name, kind in RESOURCE_TYPES.items() if word in (name, kind.call.service)]


def _in_arn(word: str) -> bool:
    return len(word) > SHORT and (":" in word or "/" in word)


def _match(text: str) -> str:
    trigrams = dict.fromkeys(text[n : n + 3] for n in range(len(text) - 2))
    return " ".join('"' + trigram.replace('"', '""') + '"' for trigram in list(trigrams)[:TRIGRAMS])
