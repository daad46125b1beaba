"""DataService over JSON files: data/<type>.json for each type collected, data/local_data.json for reading."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

from services.changes import moment
from services.data_service import Collected
from services.estate import Estate, read_estate, write_estate
from services.local_daily import NAME, LocalDaily
from services.lock import alone
from services.models import RESOURCE_TYPES
from services.models.base import Document
from services.models.change import Change
from services.models.scope import METRICS, Account, Key, Scope, ScopeHead

Version = tuple[int, int, int]


class LocalDataService:
    """One estate in `path`; the files of single types stand beside it.

    Several processes may collect into it at once.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.daily = LocalDaily(path.with_name(NAME))
        self._known: dict[Path, tuple[Version, Estate]] = {}

    def accounts(self) -> tuple[Account, ...]:
        return tuple(Account(id, name) for id, name in sorted(self._estate(self.path).accounts.items()))

    def heads(self, account: str | None = None) -> tuple[ScopeHead, ...]:
        found = sorted(self._estate(self.path).heads.items())
        return tuple(head for scope, head in found if account in (None, scope.account))

    def resources(self, scope: Scope) -> Iterator[Document]:
        yield from self._estate(self.path).resources.get(scope, ())

    @property
    def demo(self) -> bool:
        return self._estate(self.path).demo

    def replace_scope(self, collected: Collected) -> ScopeHead:
        head = self.save_type(collected.scope.type, [collected])[0]
        self.combine()
        return head

    def changes(
        self, since: datetime, until: datetime, account: str | None = None, resource: Key | None = None
    ) -> Iterator[Change]:
        history = self._estate(self.path).history
        found = (change for changes in history.values() for change in changes)
        first, end = moment(since), moment(until)
        chosen = (change for change in found if first <= change.at < end)
        if resource:
            chosen = (change for change in chosen if change.key == resource)
        elif account:
            chosen = (change for change in chosen if change.account == account)
        yield from sorted(chosen, key=lambda change: change.at, reverse=True)

    def name_accounts(self, accounts: Iterable[Account]) -> None:
        with alone(self.path):
            estate = self._estate(self.path).copy()
            estate.accounts.update({account.id: account.name for account in accounts})
            self._write(self.path, estate)

    def check(self) -> None:
        """Read every file that a sync will read. Raises DataFileError before anything is collected."""
        for file in (self.path, *self._type_files()):
            self._estate(file)

    def save_type(self, type: str, collected: Iterable[Collected]) -> list[ScopeHead]:
        """Apply these attempts to data/<type>.json and answer the new heads; `combine` publishes."""
        with alone(self.path):
            file = self.path.parent / f"{type}.json"
            estate = self._published().only(type)
            if file in self._type_files():
                estate.merge(self._estate(file).only(type))
            heads = [estate.take(each) for each in collected]
            self._write(file, estate)
            return heads

    def combine(self, accounts: Iterable[Account] = ()) -> Estate:
        """Merge the files of all types into `path` in one atomic write; for each scope the newer one wins."""
        with alone(self.path):
            estate = self._published().copy()
            for file in self._type_files():
                estate.merge(self._estate(file).only(file.stem))
            estate.accounts.update({account.id: account.name for account in accounts})
            self._write(self.path, estate)
            return estate

    def _type_files(self) -> list[Path]:
        """The files that `path` has not taken in yet: an older one has nothing to add."""
        combined = self.path.stat().st_mtime_ns if self.path.exists() else 0
        files = (self.path.parent / f"{name}.json" for name in (*RESOURCE_TYPES, METRICS))
        return [file for file in files if file.exists() and file.stat().st_mtime_ns >= combined]

    def _published(self) -> Estate:
        """What a collection adds to: what was collected, never the demo."""
        estate = self._estate(self.path)
        return Estate() if estate.demo else estate

    def _estate(self, file: Path) -> Estate:
        """The file's content, read again only when it changed; not to be changed itself."""
        if not file.exists():
            return Estate()
        version = _version(file)
        known = self._known.get(file)
        if known is None or known[0] != version:
            known = self._known[file] = (version, read_estate(file))
        return known[1]

    def _write(self, file: Path, estate: Estate) -> None:
        write_estate(file, estate)
        self._known[file] = (_version(file), estate)


def _version(file: Path) -> Version:
    status = file.stat()
    return status.st_mtime_ns, status.st_size, status.st_ino
