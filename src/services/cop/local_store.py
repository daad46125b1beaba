"""FindingStore in two JSON files: what Polo found in findings.json, what users entered in state.json."""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from errors import DataFileError
from services.changes import digest
from services.cop.store import Ledger
from services.cop.told import Told
from services.files import atomic_writer
from services.models.everything.line import dump
from services.models.finding import Entry, Mute
from services.schema import check_schema

SCHEMA = 1
Content = dict[str, Any]


class LocalFindingStore:
    """For one process that writes; another one that writes at once is seen as such and asked to try again."""

    def __init__(self, folder: Path) -> None:
        self.findings = folder / "findings.json"
        self.state = folder / "state.json"
        self.notified = folder / "notified.json"

    def versions(self) -> dict[str, str]:
        return {account: each["version"] for account, each in self._accounts().items()}

    def ledger(self, account: str) -> Ledger:
        found = self._accounts().get(account)
        if found is None:
            return Ledger(account)
        entries = tuple(map(Entry.from_json, found["entries"]))
        return Ledger(account, entries, found["inspected"], found["version"])

    def keep(self, known: Ledger, entries: Sequence[Entry], inspected: str) -> bool:
        accounts = self._accounts()
        if accounts.get(known.account, {}).get("version", "") != known.version:
            return False
        documents = [entry.to_json() for entry in entries]
        version = digest([inspected, *map(dump, documents)])
        accounts[known.account] = {"inspected": inspected, "version": version, "entries": documents}
        _write(self.findings, {"accounts": accounts})
        return True

    def mutes(self) -> tuple[Mute, ...]:
        return tuple(Mute.from_json(each) for _, each in sorted(self._mutes().items()))

    def mute(self, mute: Mute) -> None:
        self._write_mutes(self._mutes() | {mute.id: asdict(mute)})

    def unmute(self, id: str) -> None:
        self._write_mutes({key: value for key, value in self._mutes().items() if key != id})

    def told(self, channel: str) -> Told:
        found = self._channels().get(channel)
        return Told.from_json(channel, found["marks"], found) if found else Told(channel)

    def tell(self, known: Told, now: Told) -> bool:
        channels = self._channels()
        if channels.get(known.channel, {}).get("version", "") != known.version:
            return False
        version = secrets.token_hex(8)
        channels[known.channel] = now.head() | {"marks": now.documents(), "version": version}
        _write(self.notified, {"channels": channels})
        return True

    def _channels(self) -> dict[str, Content]:
        return dict(_read(self.notified).get("channels", {}))

    def _accounts(self) -> dict[str, Content]:
        return dict(_read(self.findings).get("accounts", {}))

    def _mutes(self) -> dict[str, Content]:
        return dict(_read(self.state).get("mutes", {}))

    def _write_mutes(self, mutes: dict[str, Content]) -> None:
        _write(self.state, _read(self.state) | {"mutes": mutes})


def _read(file: Path) -> Content:
    """Raises DataFileError: what users entered must not be lost by writing over what can't be read."""
    try:
        content = json.loads(file.read_bytes())
        check_schema(content["schema"], SCHEMA)
    except FileNotFoundError:
        return {}
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise DataFileError(f"{file}: {error}", "restore the file, or remove it") from None
    return dict(content)


def _write(file: Path, content: Content) -> None:
    with atomic_writer(file) as opened:
        opened.write(dump(content | {"schema": SCHEMA}) + "\n")
