"""FindingStore in two JSON files: what Polo found in findings.json, what users entered in state.json."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict
from pathlib import Path

from services.cop.store.port import Ledger
from services.models.domain.finding import Entry, Mute
from services.models.domain.told import Told
from services.models.everything.line import dump
from services.store.changes import digest
from services.store.json_file import Content, read_json, write_json
from services.store.lock import alone
from services.store.readable import readable
from services.store.typed import amount, typed

SCHEMA = 1
RESTORE = "restore the file, or remove it"


class LocalFindingStore:
    """Several processes may write; who writes over what it has not read is told so, and tries again."""

    def __init__(self, folder: Path) -> None:
        self.findings = folder / "findings.json"
        self.state = folder / "state.json"
        self.notified = folder / "notified.json"

    def versions(self) -> dict[str, str]:
        with _readable(self.findings):
            return {account: typed(str, each["version"]) for account, each in self._accounts().items()}

    def counts(self) -> dict[str, int | None]:
        with _readable(self.findings):
            return {account: len(each["entries"]) for account, each in self._accounts().items()}

    def ledger(self, account: str) -> Ledger:
        with _readable(self.findings):
            found = self._accounts().get(account)
            if found is None:
                return Ledger(account)
            entries = tuple(map(_entry, found["entries"]))
            return Ledger(account, entries, typed(str, found["inspected"]), typed(str, found["version"]))

    def keep(self, known: Ledger, entries: Sequence[Entry], inspected: str) -> bool:
        documents = [entry.to_json() for entry in entries]
        version = digest([inspected, *map(dump, documents)])
        with alone(self.findings), _readable(self.findings):
            accounts = self._accounts()
            if accounts.get(known.account, {}).get("version", "") != known.version:
                return False
            accounts[known.account] = {"inspected": inspected, "version": version, "entries": documents}
            write_json(self.findings, SCHEMA, {"accounts": accounts})
            return True

    def mutes(self) -> tuple[Mute, ...]:
        with _readable(self.state):
            return tuple(typed(Mute, each) for _, each in sorted(self._mutes().items()))

    def mute(self, mute: Mute) -> None:
        with alone(self.state), _readable(self.state):
            self._write_mutes(self._mutes() | {mute.id: asdict(mute)})

    def unmute(self, id: str) -> None:
        with alone(self.state), _readable(self.state):
            self._write_mutes({key: value for key, value in self._mutes().items() if key != id})

    def put_back(self, mutes: Sequence[Mute], known: Sequence[Mute]) -> bool:
        before = {mute.id: mute for mute in known}
        with alone(self.state), _readable(self.state):
            now = self._mutes()
            found = {id: typed(Mute, each) for id, each in now.items()}
            if any(found.get(mute.id) != before.get(mute.id) for mute in mutes):
                return False
            self._write_mutes(now | {mute.id: asdict(mute) for mute in mutes})
            return True

    def told(self, channel: str) -> Told:
        with _readable(self.notified):
            found = self._channels().get(channel)
            if found is None:
                return Told(channel)
            head = {name: typed(str, found[name]) for name in ("week", "doubt", "version")}
            return Told.from_json(channel, typed(list[tuple[str, str, int | None]], found["marks"]), head)

    def tell(self, known: Told, now: Told) -> bool:
        with alone(self.notified), _readable(self.notified):
            channels = self._channels()
            if channels.get(known.channel, {}).get("version", "") != known.version:
                return False
            version = secrets.token_hex(8)
            channels[known.channel] = now.head() | {"marks": now.documents(), "version": version}
            write_json(self.notified, SCHEMA, {"channels": channels})
            return True

    def _channels(self) -> dict[str, Content]:
        return dict(_read(self.notified).get("channels", {}))

    def _accounts(self) -> dict[str, Content]:
        return dict(_read(self.findings).get("accounts", {}))

    def _mutes(self) -> dict[str, Content]:
        return dict(_read(self.state).get("mutes", {}))

    def _write_mutes(self, mutes: dict[str, Content]) -> None:
        write_json(self.state, SCHEMA, _read(self.state) | {"mutes": mutes})


def _entry(document: Content) -> Entry:
    found = typed(Entry, document)
    if found.saving is not None:
        amount(str(found.saving))
    return Entry.from_json(document)


def _read(file: Path) -> Content:
    return read_json(file, SCHEMA, RESTORE)


def _readable(file: Path) -> AbstractContextManager[None]:
    return readable(file, RESTORE)
