"""CostStore in JSON files: the costs in one, those of resources and what was asked in others."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from services.costs.store import (
    SCHEMA,
    Kept,
    costs_of,
    documents,
    kept_of,
    outlook_document,
    outlook_of,
    resource_documents,
    resources_of,
)
from services.models.domain.costs import Outlook, PeriodCosts, ResourceCosts, Spent
from services.store.files import atomic_writer
from services.store.json_file import Content, read_json
from services.store.lock import alone
from services.store.readable import readable
from services.store.typed import typed

RESTORE = "remove the file; the next inv costs asks for everything again"


class LocalCostStore:
    """Several processes may write; what may be spent holds for all. requests: the file that counts them."""

    def __init__(self, path: Path, requests: Path) -> None:
        self.path = path
        self.requests = requests
        self._resources = path.with_name(f"{path.stem}_of_resources.json")
        self._last: tuple[str, Content] = ("", {})

    def mark(self) -> str:
        try:
            with readable(self.path, RESTORE):
                status = self.path.stat()
        except FileNotFoundError:
            return ""
        return f"{self.path}/{status.st_mtime_ns}/{status.st_size}"

    def kept(self) -> Mapping[str, Kept]:
        with readable(self.path, RESTORE):
            return {period: typed(Kept, each["kept"]) for period, each in sorted(self._periods().items())}

    def costs(self, period: str) -> PeriodCosts | None:
        with readable(self.path, RESTORE):
            found = self._periods().get(period)
            return costs_of(found["costs"]) if found else None

    def keep(self, costs: Iterable[PeriodCosts], forgotten: Iterable[str] = ()) -> None:
        made = {each.period: {"kept": asdict(kept_of(each)), "costs": documents(each)} for each in costs}
        gone = {*forgotten}
        with alone(self.path):
            content = _read(self.path)
            with readable(self.path, RESTORE):
                old = {name: each for name, each in content.get("periods", {}).items() if name not in gone}
            _write(self.path, content | {"periods": dict(sorted({**old, **made}.items()))})

    def outlook(self) -> Outlook | None:
        with readable(self.path, RESTORE):
            found = _read(self.path).get("outlook")
            return outlook_of(found) if found else None

    def keep_outlook(self, outlook: Outlook) -> None:
        with alone(self.path):
            _write(self.path, _read(self.path) | {"outlook": outlook_document(outlook)})

    def resources(self, account: str) -> ResourceCosts | None:
        with readable(self._resources, RESTORE):
            found = _read(self._resources).get("accounts", {}).get(account)
            return resources_of(found) if found else None

    def keep_resources(self, costs: Iterable[ResourceCosts]) -> None:
        made = {each.account: resource_documents(each) for each in costs}
        if not made:
            return
        with alone(self._resources):
            with readable(self._resources, RESTORE):
                accounts = {**_read(self._resources).get("accounts", {}), **made}
            _write(self._resources, {"accounts": accounts})

    def spend(self, day: str, most: int) -> bool:
        with alone(self.requests):
            spent = self.spent(day)
            if spent.requests >= most:
                return False
            _write(self.requests, {"days": {day: asdict(Spent(spent.requests + 1, most))}})
            return True

    def spent(self, day: str) -> Spent:
        with readable(self.requests, RESTORE):
            found = _read(self.requests).get("days", {}).get(day)
            return Spent() if found is None else typed(Spent, found)

    def _periods(self) -> Content:
        """Read again when the file has changed."""
        mark = self.mark()
        if mark != self._last[0]:
            self._last = mark, dict(_read(self.path).get("periods", {}))
        return self._last[1]


def _read(path: Path) -> Content:
    return read_json(path, SCHEMA, RESTORE)


def _write(path: Path, content: Content) -> None:
    """A line for each period, so that a difference can be read. Raises DataFileError, CantWrite."""
    with readable(path, RESTORE), atomic_writer(path) as file:
        file.write(f'{{"schema":{SCHEMA}')
        for name, value in content.items():
            if name == "periods":
                lines = ",\n".join(f"{json.dumps(period)}:{_dump(each)}" for period, each in value.items())
                file.write(f',\n"periods":{{\n{lines}\n}}')
            elif name != "schema":
                file.write(f",\n{json.dumps(name)}:{_dump(value)}")
        file.write("}\n")


def _dump(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
