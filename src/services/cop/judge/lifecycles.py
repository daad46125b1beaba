"""Until when AWS supports what is run on it, from a dated file; what is not in it is unknown."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from services.store.readable import readable

FILE = Path(__file__).with_name("lifecycles.json")
WAY_OUT = "inv prices, or restore it from Git"


@dataclass(frozen=True)
class Lifecycle:
    """standard: the last day of standard support, None while AWS has named none. paid: the first day that
    extended support costs; None where there is none. raised: the first day of its higher rate. extended: its
    last day. blocked: from when the version can no longer be deployed (Lambda) or run (Glue).

    A Lambda runtime is deprecated on the very day that `standard` has.
    """

    standard: date | None
    paid: date | None = None
    raised: date | None = None
    extended: date | None = None
    blocked: date | None = None


@dataclass(frozen=True)
class Product:
    """One table of ends of support. as_of: the day that the source was read. after: what becomes of a version
    past its end, such as "AWS upgrades it by itself".
    """

    title: str
    as_of: date
    source: str
    after: str
    versions: Mapping[str, Lifecycle]

    def of(self, version: str) -> Lifecycle | None:
        """That of the longest version in the table that this one begins with, by whole parts: 5.7 is that of
        5.7.44, not of 5.70; None for one that the table does not know.
        """
        parts = version.split(".")
        names = (".".join(parts[:length]) for length in range(len(parts), 0, -1))
        return next((self.versions[name] for name in names if name in self.versions), None)


@cache
def products() -> Mapping[str, Product]:
    """The tables that ship with Polo, by name."""
    return read_lifecycles(FILE)


def read_lifecycles(file: Path) -> dict[str, Product]:
    """Raises DataFileError."""
    with readable(file, WAY_OUT, missing=WAY_OUT):
        told = json.loads(file.read_text(encoding="utf-8"))["products"]
        return {name: _product(**content) for name, content in told.items()}


def _product(as_of: str, versions: Mapping[str, Mapping[str, Any]], **said: str) -> Product:
    if not all(isinstance(text, str) for text in said.values()):
        raise TypeError(f"{', '.join(said)} are texts")
    found = {name: _lifecycle(days) for name, days in versions.items()}
    return Product(**said, as_of=date.fromisoformat(as_of), versions=found)


def _lifecycle(days: Mapping[str, str | None]) -> Lifecycle:
    return Lifecycle(**{name: None if day is None else date.fromisoformat(day) for name, day in days.items()})
