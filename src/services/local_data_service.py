"""DataService over JSON files: data/<type>.json for each type collected, data/local_data.json for reading."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from pathlib import Path

from services.data_service import Collected
from services.estate import Estate, read_estate, write_estate
from services.models.base import Account, Document, Scope, ScopeHead


class LocalDataService:
    """One estate in `path`; the files of single types stand beside it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        self._cached: tuple[tuple[int, int], Estate] | None = None

    def accounts(self) -> tuple[Account, ...]:
        return tuple(Account(id, name) for id, name in sorted(self._estate().accounts.items()))

    def heads(self) -> tuple[ScopeHead, ...]:
        return tuple(head for _, head in sorted(self._estate().heads.items()))

    def resources(self, scope: Scope) -> Iterator[Document]:
        yield from self._estate().resources.get(scope, ())

    @property
    def demo(self) -> bool:
        return self._estate().demo

    def replace_scope(self, collected: Collected) -> ScopeHead:
        head = self.save_type(collected.scope.type, [collected])[0]
        self.combine()
        return head

    def name_accounts(self, accounts: Iterable[Account]) -> None:
        with self._lock:
            estate = self._estate_or_empty()
            estate.accounts.update({account.id: account.name for account in accounts})
            write_estate(self.path, estate)

    def save_type(self, type: str, collected: Iterable[Collected]) -> list[ScopeHead]:
        """Apply these attempts to data/<type>.json and answer the new heads; `combine` publishes."""
        with self._lock:
            estate = Estate()
            estate.merge(self._estate_or_empty().only(type))
            file = self._type_file(type)
            if file.exists():
                estate.merge(read_estate(file))
            heads = [estate.take(each) for each in collected]
            write_estate(file, estate)
            return heads

    def combine(self) -> Estate:
        """Merge the files of all types into `path` in one atomic write; for each scope the newer one wins."""
        with self._lock:
            estate = self._estate_or_empty()
            for file in sorted(self.path.parent.glob("*.json")):
                if file != self.path and file.name != "state.json":
                    estate.merge(read_estate(file))
            estate.demo = False
            write_estate(self.path, estate)
            return estate

    def _type_file(self, type: str) -> Path:
        return self.path.parent / f"{type}.json"

    def _estate_or_empty(self) -> Estate:
        return read_estate(self.path) if self.path.exists() else Estate()

    def _estate(self) -> Estate:
        status = self.path.stat() if self.path.exists() else None
        if status is None:
            return Estate()
        version = (status.st_mtime_ns, status.st_size)
        if self._cached is None or self._cached[0] != version:
            self._cached = (version, read_estate(self.path))
        return self._cached[1]
