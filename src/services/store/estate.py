"""Estate: the content of one data file, and how it is read and written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from services.data_service import Collected, decide, join
from services.models.everything.line import dump
from services.models.kit.base import Document
from services.models.kit.change import Change
from services.models.kit.scope import Scope, ScopeHead, stored_status
from services.models.kit.values import iso
from services.store.changes import HISTORY_DAYS, diff, with_state_since
from services.store.files import atomic_writer
from services.store.json_file import decoded
from services.store.readable import NotJson, readable
from services.store.schema import check_schema
from services.store.typed import typed

SCHEMA = 1
DAY = 24 * 3600 * 1000  # milliseconds
RESTORE = "restore the file, or remove it and run inv sync"
END_OF_META = b"]},\n"  # the line before the resources


@dataclass
class Estate:
    """Scopes, their resources and history, and the names of accounts, in memory."""

    heads: dict[Scope, ScopeHead] = field(default_factory=dict)
    resources: dict[Scope, list[Document]] = field(default_factory=dict)
    accounts: dict[str, str] = field(default_factory=dict)
    demo: bool = False
    history: dict[Scope, list[Change]] = field(default_factory=dict)

    def take(self, collected: Collected, now: int) -> ScopeHead:
        """Apply one attempt (see data_service.decide). now: milliseconds since 1970."""
        scope, before = collected.scope, self.heads.get(collected.scope)
        head, replaces = decide(before, collected, now)
        self.heads[scope] = head
        if replaces:
            old = self.resources.get(scope, [])
            new = with_state_since(old, collected.resources or (), head.generation)
            if before and before.generation:
                self._remember(scope, diff(old, new, head.generation), head.generation)
            self.resources[scope] = new
        return head

    def _remember(self, scope: Scope, changes: list[Change], generation: int) -> None:
        oldest = iso(max(0, generation - HISTORY_DAYS * DAY)) or ""
        kept = [change for change in self.history.get(scope, ()) if change.at >= oldest]
        now = iso(generation) or ""  # what is later was stamped by a clock that was wrong
        self.history[scope] = [replace(each, at=min(each.at, now)) for each in kept] + changes

    def merge(self, other: Estate, now: int) -> None:
        """Take of every scope what is newer in the other (see data_service.join)."""
        for scope, theirs in other.heads.items():
            own = self.heads.get(scope)
            self.heads[scope], takes = join(own, theirs, now) if own else (theirs, True)
            if takes:
                self.resources[scope] = other.resources.get(scope, [])
                self.history[scope] = other.history.get(scope, [])
        self.accounts.update(other.accounts)

    def only(self, type: str) -> Estate:
        """The part of one resource type."""
        heads = {scope: head for scope, head in self.heads.items() if scope.type == type}
        resources = {scope: items for scope, items in self.resources.items() if scope.type == type}
        history = {scope: changes for scope, changes in self.history.items() if scope.type == type}
        return Estate(heads, resources, history=history)

    def copy(self) -> Estate:
        """One that can be changed without changing this; the documents are shared."""
        return Estate(
            dict(self.heads), dict(self.resources), dict(self.accounts), self.demo, dict(self.history)
        )


def read_estate(path: Path) -> Estate:
    """Read a data file. Raises DataFileError with file, line and column."""
    with readable(path, RESTORE, "a Polo data file", missing="inv sync"):
        return estate_of(decoded(path.read_bytes()))


def read_heads(path: Path) -> dict[Scope, ScopeHead]:
    """The scopes of a data file alone, from its first lines. Raises DataFileError."""
    start = []
    with suppress(OSError, ValueError, KeyError, TypeError, NotJson), path.open("rb") as lines:
        for line in lines:
            start.append(line)
            if line == END_OF_META:
                return estate_of(decoded(b"".join(start) + b'"items":[]}')).heads
    return read_estate(path).heads


def write_estate(path: Path, estate: Estate) -> None:
    """Write one resource a line, sorted; a kill at any instant leaves the old file or the new one."""
    with atomic_writer(path) as file:
        file.writelines(_lines(estate, path.stem))


def _lines(estate: Estate, stem: str) -> Iterator[str]:
    heads = [head.to_json() for _, head in sorted(estate.heads.items())]
    newest = max((head.attempted for head in estate.heads.values()), default=None)
    meta: dict[str, Any] = {
        "schema": SCHEMA,
        "synced_at": iso(newest),
        "demo": estate.demo,
        "accounts": dict(sorted(estate.accounts.items())),
    }
    if stem in {scope.type for scope in estate.heads}:
        meta["type"] = stem
    yield '{"meta":' + dump(meta)[:-1] + ',"scopes":[\n' + ",\n".join(map(dump, heads)) + "\n"
    yield END_OF_META.decode()
    yield '"items":[\n'
    yield from _list(estate.resources)
    history = {scope: [change.to_json() for change in found] for scope, found in estate.history.items()}
    if any(history.values()):
        yield '\n],\n"history":[\n'
        yield from _list(history)
    yield "\n]}\n"


def _list(scopes: dict[Scope, list[Document]]) -> Iterator[str]:
    separator = ""
    for scope, documents in sorted(scopes.items()):
        for document in documents:
            elsewhere = {"scope": scope.region} if document["region"] != scope.region else {}
            yield separator + dump(document | elsewhere)
            separator = ",\n"


def estate_of(document: Any) -> Estate:
    """The estate in a file's JSON. Raises KeyError, TypeError or AttributeError for any other JSON."""
    meta = document["meta"]
    check_schema(meta["schema"], SCHEMA)
    heads = {head.scope: head for head in map(_head_of, meta["scopes"])}
    resources = _by_scope(document["items"], heads)
    changes = _by_scope(document.get("history", ()), heads)
    history = {scope: typed(list[Change], found) for scope, found in changes.items()}
    accounts = typed(dict[str, str], meta.get("accounts", {}))
    return Estate(heads, resources, accounts, bool(meta.get("demo")), history)


def _by_scope(items: Iterable[Document], heads: dict[Scope, ScopeHead]) -> dict[Scope, list[Document]]:
    found: dict[Scope, list[Document]] = defaultdict(list)
    for item in items:
        region = item.pop("scope", item["region"])
        scope = Scope(item["account"], region, item["type"])
        if scope not in heads:
            raise KeyError(f"the scope of {item['id']}")
        found[scope].append(item)
    return dict(found)


def _head_of(document: Document) -> ScopeHead:
    scope = Scope(document["account"], document["region"], document["type"])
    return typed(ScopeHead, {**document, **stored_status(document), "scope": scope})
