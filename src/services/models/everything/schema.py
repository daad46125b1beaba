"""The tables of Everything. Rows stay lean: documents and searched texts stand apart."""

from __future__ import annotations

from services.models.everything.query import FACETS
from services.models.kit.base import ResourceType

SLOTS = tuple(f"f{n}" for n in range(1, ResourceType.MAX_COLUMNS + 1))  # typed columns, by position

READ_PRAGMAS = """
PRAGMA temp_store = memory;
PRAGMA cache_size = -32768;
"""
WRITE_PRAGMAS = """
PRAGMA journal_mode = off;
PRAGMA synchronous = off;
PRAGMA cache_size = -65536;
"""

# of a scope's head, as services.models.kit.scope stores it
GENERATION = "json_extract(head, '$.generation')"
CLOSED = "coalesce(json_extract(head, '$.closed'), 0)"
STATUS = f"CASE WHEN {CLOSED} THEN 'closed' ELSE json_extract(head, '$.status') END"

SCHEMA = f"""
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT);
CREATE TABLE IF NOT EXISTS accounts (id TEXT PRIMARY KEY, name TEXT);
CREATE TABLE IF NOT EXISTS scopes (
    id INTEGER PRIMARY KEY, account TEXT, region TEXT, type TEXT, head TEXT, UNIQUE (account, region, type));
-- one for all resources that share these values
CREATE TABLE IF NOT EXISTS totals (
    id INTEGER PRIMARY KEY, scope INTEGER, type TEXT, account TEXT, region TEXT, state TEXT, owner TEXT,
    count INTEGER, cost INTEGER, unknown INTEGER);
CREATE INDEX IF NOT EXISTS totals_scope ON totals (scope);
-- the same for each value of a typed column that is a facet
CREATE TABLE IF NOT EXISTS typed_totals (
    totals INTEGER, slot TEXT, value TEXT, count INTEGER, cost INTEGER, unknown INTEGER,
    PRIMARY KEY (totals, slot, value)) WITHOUT ROWID;
-- mark: fingerprint of the document
CREATE TABLE IF NOT EXISTS resources (
    key INTEGER PRIMARY KEY, totals INTEGER, mark INTEGER, type TEXT, id TEXT, name TEXT COLLATE NOCASE,
    created TEXT, cost INTEGER, arn TEXT,
    {", ".join(SLOTS)});
CREATE TABLE IF NOT EXISTS texts (key INTEGER PRIMARY KEY, text TEXT);
-- the documents of the keys from first to last, a line each, compressed; some may be gone since
CREATE TABLE IF NOT EXISTS blocks (first INTEGER PRIMARY KEY, last INTEGER, body BLOB);
"""

FACET_INDEXES = "".join(
    f"CREATE INDEX IF NOT EXISTS totals_{name} ON totals ({name}, count);" for name in FACETS
)

# Made after the rows: three times faster than keeping them up to date while rows come in. Each ends with
# `totals`, so that a filter is looked up without the row.
INDEXES = f"""
{FACET_INDEXES}
CREATE INDEX IF NOT EXISTS resources_totals ON resources (totals, mark);
CREATE INDEX IF NOT EXISTS resources_id ON resources (id, totals);
CREATE INDEX IF NOT EXISTS resources_name ON resources (name, totals);
CREATE INDEX IF NOT EXISTS resources_cost ON resources (cost, totals);
CREATE INDEX IF NOT EXISTS resources_created ON resources (created, totals);
CREATE INDEX IF NOT EXISTS resources_type_name ON resources (type, name, totals);
CREATE INDEX IF NOT EXISTS resources_type_cost ON resources (type, cost, totals);
CREATE INDEX IF NOT EXISTS resources_type_created ON resources (type, created, totals);
"""

# Trigrams without positions: half the time and a third of the size; a hit is verified against texts.
SEARCH = """
CREATE VIRTUAL TABLE IF NOT EXISTS search
USING fts5 (text, content = '', detail = none, columnsize = 0, tokenize = 'trigram');
"""
