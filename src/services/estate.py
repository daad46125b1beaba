"""Estate: the content of one data file, and how it is read and written."""

from __future__ import annotations

import json
import os
import tempfile
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from errors import DataFileError
from services.data_service import Collected, decide
from services.models.base import Document, Scope, ScopeHead, dump, iso

SCHEMA = 1


@dataclass
class Estate:
    """Scopes, their resources and the names of accounts, in memory."""

    heads: dict[Scope, ScopeHead] = field(default_factory=dict)
    resources: dict[Scope, list[Document]] = field(default_factory=dict)
    accounts: dict[str, str] = field(default_factory=dict)
    demo: bool = False

    def take(self, collected: Collected) -> ScopeHead:
        """Apply one attempt (see data_service.decide)."""
        head, replaces = decide(self.heads.get(collected.scope), collected)
        self.heads[collected.scope] = head
        if replaces:
            self.resources[collected.scope] = sorted(collected.resources or (), key=_by_id)
        return head

    def merge(self, other: Estate) -> None:
        """Take every scope that the other has tried more recently."""
        for scope, head in other.heads.items():
            if scope not in self.heads or head.attempted > self.heads[scope].attempted:
                self.heads[scope] = head
                self.resources[scope] = other.resources.get(scope, [])
        self.accounts.update(other.accounts)

    def only(self, type: str) -> Estate:
        """The part of one resource type."""
        heads = {scope: head for scope, head in self.heads.items() if scope.type == type}
        resources = {scope: items for scope, items in self.resources.items() if scope.type == type}
        return Estate(heads, resources)


def read_estate(path: Path) -> Estate:
    """Read a data file. Raises DataFileError with file, line and column."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise DataFileError(f"{path} does not exist", "inv sync") from None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise DataFileError(f"{path}:{line}: not UTF-8", "inv sync") from None
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        where = f"{path}:{error.lineno}:{error.colno}"
        raise DataFileError(
            f"{where}: {error.msg}", "restore the file, or remove it and run inv sync"
        ) from None
    try:
        return _estate_of(document)
    except (KeyError, TypeError, AttributeError) as error:
        reason = f"{type(error).__name__} {error}"
        raise DataFileError(
            f"{path}:1:1: not a Polo data file ({reason})", "remove it and run inv sync"
        ) from None


def write_estate(path: Path, estate: Estate) -> None:
    """Write one resource a line, sorted; a kill at any instant leaves the old file or the new one."""
    heads = [head.to_json() for _, head in sorted(estate.heads.items())]
    newest = max((head.attempted for head in estate.heads.values()), default=None)
    meta: dict[str, Any] = {
        "schema": SCHEMA,
        "synced_at": iso(newest),
        "demo": estate.demo,
        "accounts": dict(sorted(estate.accounts.items())),
    }
    if path.stem in {scope.type for scope in estate.heads}:
        meta["type"] = path.stem
    items = (
        dump(document | ({"scope": scope.region} if document["region"] != scope.region else {}))
        for scope, documents in sorted(estate.resources.items())
        for document in documents
    )
    with atomic_writer(path) as file:
        file.write('{"meta":' + dump(meta)[:-1] + ',"scopes":[\n' + ",\n".join(map(dump, heads)) + "\n]},\n")
        file.write('"items":[\n' + ",\n".join(items) + "\n]}\n")


class atomic_writer:  # noqa: N801  a context manager, used like a function
    """A text file that takes the place of `path` when the block ends well, and leaves no trace otherwise."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __enter__(self) -> Any:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.file = tempfile.NamedTemporaryFile(  # noqa: SIM115
            "w", encoding="utf-8", dir=self.path.parent, prefix=f".{self.path.name}.", delete=False
        )
        return self.file

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        with self.file:
            if kind is None:
                self.file.flush()
                os.fsync(self.file.fileno())
        if kind is None:
            Path(self.file.name).replace(self.path)
        else:
            Path(self.file.name).unlink()


def _estate_of(document: Any) -> Estate:
    meta = document["meta"]
    if meta["schema"] != SCHEMA:
        raise KeyError(f"schema {meta['schema']}, this Polo reads {SCHEMA}")
    heads = {head.scope: head for head in map(ScopeHead.from_json, meta["scopes"])}
    resources: dict[Scope, list[Document]] = defaultdict(list)
    for item in document["items"]:
        region = item.pop("scope", item["region"])
        resources[Scope(item["account"], region, item["type"])].append(item)
    return Estate(heads, dict(resources), dict(meta.get("accounts", {})), bool(meta.get("demo")))


def _by_id(document: Document) -> str:
    return str(document["id"])
