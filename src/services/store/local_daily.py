"""DailyStore in one JSON file beside the data file; a resource a line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import TextIO

import msgspec

from errors import DataFileError
from services.daily_store import Fetched, Known, updated
from services.models.domain.daily import Daily
from services.models.kit.scope import Scope
from services.store.files import atomic_writer
from services.store.json_file import decoded
from services.store.lock import alone
from services.store.readable import NotJson, readable
from services.store.schema import check_schema

SCHEMA = 1
RESTORE = "remove the file; the next inv sync asks for 30 days again"
Version = tuple[int, int, int]

NAME = "local_daily.json"


class _Values(msgspec.Struct):
    """One scope. resources: a list of Daily, decoded when it is asked for."""

    account: str
    region: str
    type: str
    asked: date
    resources: msgspec.Raw

    @property
    def scope(self) -> Scope:
        return Scope(self.account, self.region, self.type)


class _File(msgspec.Struct):
    schema: int
    scopes: list[_Values]


class _Schema(msgspec.Struct):
    schema: int = SCHEMA


_file = msgspec.json.Decoder(_File)  # at import: a test that freezes time would give it a frozen date's type
_resources = msgspec.json.Decoder(list[Daily])
_encoder = msgspec.json.Encoder()


class LocalDaily:
    """Reads the file again when it has changed. Raises DataFileError when it can't be read.

    fallback: stands in for the file while there is none.
    """

    def __init__(self, path: Path, fallback: Path | None = None) -> None:
        self.path = path
        self._fallback = fallback or path
        self._read: tuple[Version, dict[Scope, _Values]] | None = None

    def of(self, account: str, type: str = "", region: str = "") -> Iterator[tuple[Scope, Known]]:
        for scope, values in sorted(self._scopes().items()):
            if scope.account == account and type in ("", scope.type) and region in ("", scope.region):
                yield scope, self._known(values)

    def one(self, scope: Scope, id: str) -> Daily | None:
        values = self._scopes().get(scope)
        line = _line_of(id, values.resources) if values else None
        return next(iter(self._decoded(b"[" + line + b"]"))) if line else None

    def asked(self, account: str) -> dict[Scope, date]:
        return {scope: each.asked for scope, each in self._scopes().items() if scope.account == account}

    def keep(self, found: Iterable[Fetched], today: date) -> None:
        with alone(self.path):
            scopes = dict(self._scopes()) if self.path.exists() else {}
            for fetched in found:
                scope, old = fetched.scope, scopes.get(fetched.scope)
                known = updated(self._known(old) if old else {}, fetched, today)
                body = msgspec.Raw(b"[\n" + b",\n".join(map(_encoder.encode, known.values())) + b"\n]")
                scopes[scope] = _Values(scope.account, scope.region, scope.type, fetched.day, body)
            with atomic_writer(self.path) as file:
                _write(file, [each for _, each in sorted(scopes.items())])

    def _scopes(self) -> dict[Scope, _Values]:
        with readable(self.path, RESTORE):
            file = self.path if self.path.exists() else self._fallback
            if not file.exists():
                return {}
            status = file.stat()
        version = status.st_mtime_ns, status.st_size, status.st_ino
        if self._read is None or self._read[0] != version:
            self._read = version, {each.scope: each for each in _decoded(file).scopes}
        return self._read[1]

    def _known(self, values: _Values) -> Known:
        return {each.id: each for each in self._decoded(values.resources)}

    def _decoded(self, resources: bytes | msgspec.Raw) -> list[Daily]:
        try:
            return _resources.decode(resources)
        except msgspec.MsgspecError as error:
            raise DataFileError(f"{self.path}:1:1: not Polo's daily values ({error})", RESTORE) from None


def _line_of(id: str, resources: msgspec.Raw) -> bytes | None:
    """The line of one resource: to decode a hundred thousand for it would take a second."""
    start = re.escape(b'\n{"id":' + _encoder.encode(id) + b",")
    found = re.search(start + rb"[^\n]*", memoryview(resources))
    return found[0].strip(b"\n,") if found else None


def _decoded(path: Path) -> _File:
    with readable(path, RESTORE):
        content = path.read_bytes()
        try:
            file = _file.decode(content)
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            check_schema(_schema_of(content), SCHEMA)  # a newer one may have another shape
            raise DataFileError(f"{path}:{_why(content, error)}", RESTORE) from None
        check_schema(file.schema, SCHEMA)
        return file


def _schema_of(content: bytes) -> object:
    """The number of the file's schema, that of this version where it has none."""
    try:
        return msgspec.json.decode(content, type=_Schema).schema
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return SCHEMA


def _why(content: bytes, error: Exception) -> str:
    """Line, column and reason of what is no JSON; the beginning for what is, but not Polo's."""
    try:
        decoded(content)
    except NotJson as found:
        return str(found)
    except RecursionError:
        pass
    return f"1:1: {error}"


def _write(file: TextIO, scopes: list[_Values]) -> None:
    file.write(f'{{"schema":{SCHEMA},"scopes":[\n')
    for number, each in enumerate(scopes):
        file.write(",\n" * bool(number) + _encoder.encode(each).decode())
    file.write("\n]}\n")
