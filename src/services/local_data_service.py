"""DataService over JSON files: data/<type>.json for each type collected, data/local_data.json for reading."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from services.data_service import Collected, join
from services.models import RESOURCE_TYPES
from services.models.kit.base import Document
from services.models.kit.change import Change
from services.models.kit.scope import METRICS, Account, Key, Scope, ScopeHead
from services.store.changes import moment
from services.store.estate import RESTORE, Estate, read_estate, read_heads, write_estate
from services.store.local_daily import NAME, LocalDaily
from services.store.lock import alone
from services.store.readable import readable

Version = tuple[int, int, int]
TYPES = (*RESOURCE_TYPES, METRICS)


class LocalDataService:
    """One estate in `path`; the files of single types stand beside it.

    Several processes may collect into it at once. now: seconds since 1970. Raises DataFileError, CantWrite.
    """

    def __init__(self, path: Path, now: Callable[[], float] = time.time) -> None:
        self.path = path
        self._clock = now
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
        self._with_types(self._published(), self._now())

    def check_writable(self) -> None:
        """Raises CantWrite where a sync could not store what it collects."""
        with alone(self.path):
            pass

    def save_type(self, type: str, collected: Iterable[Collected]) -> list[ScopeHead]:
        """Apply these attempts to data/<type>.json and answer the new heads; `combine` publishes."""
        with alone(self.path):
            published, now = self._published().only(type), self._now()
            estate = self._with_types(published, now, [type])
            heads = [estate.take(each, now) for each in collected]
            self._write(self._type_file(type), estate)
            return heads

    def combine(self, accounts: Iterable[Account] = ()) -> Estate:
        """Merge the files of all types into `path` in one atomic write; for each scope the newer one wins.

        Answers what is in `path` now.
        """
        return self.take_in(Estate(accounts={account.id: account.name for account in accounts}))

    def take_in(self, other: Estate) -> Estate:
        """The same, with what is newer in another estate."""
        with alone(self.path):
            now = self._now()
            estate = self._with_types(self._published(), now)
            estate.merge(other, now)
            self._write(self.path, estate)
            return estate

    def _with_types(self, published: Estate, now: int, types: Iterable[str] = TYPES) -> Estate:
        """A copy, with what is newer in these types' files, by what they say and not by their times."""
        estate = published.copy()
        for type in types:
            if self._has_news(type, published, now):
                estate.merge(self._estate(self._type_file(type)).only(type), now)
        return estate

    def _has_news(self, type: str, published: Estate, now: int) -> bool:
        own, nothing = published.heads, ScopeHead(Scope("", "", type))
        return any(
            join(own.get(scope, nothing), head, now)[0] != own.get(scope)
            for scope, head in self._heads_of(self._type_file(type)).items()
            if scope.type == type
        )

    def _heads_of(self, file: Path) -> Mapping[Scope, ScopeHead]:
        """What a file's first lines tell: reading all of it takes as long as the data file itself."""
        with readable(file, RESTORE):
            if not file.exists():
                return {}
            known = self._known.get(file)
            return known[1].heads if known and known[0] == _version(file) else read_heads(file)

    def _type_file(self, type: str) -> Path:
        return self.path.parent / f"{type}.json"

    def _published(self) -> Estate:
        """What a collection adds to: what was collected, never the demo."""
        estate = self._estate(self.path)
        return Estate() if estate.demo else estate

    def _estate(self, file: Path) -> Estate:
        """The file's content, read again only when it changed; not to be changed itself."""
        with readable(file, RESTORE):
            if not file.exists():
                return Estate()
            version = _version(file)
            known = self._known.get(file)
            if known is None or known[0] != version:
                known = self._known[file] = (version, read_estate(file))
            return known[1]

    def _now(self) -> int:
        return int(self._clock() * 1000)

    def _write(self, file: Path, estate: Estate) -> None:
        write_estate(file, estate)
        self._known.pop(file, None)
        with suppress(FileNotFoundError):  # somebody has removed it at once: the next write brings it back
            self._known[file] = (_version(file), estate)


def _version(file: Path) -> Version:
    status = file.stat()
    return status.st_mtime_ns, status.st_size, status.st_ino
