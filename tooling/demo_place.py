"""Where an item of the demo estate stands, and the dice it is made with."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from services.models import RESOURCE_TYPES
from tooling.demo_names import Named, named

HOURS = 730
PREFIXES = {"instance": "i", "volume": "vol", "group": "sg", "role": "role"}  # the rest: their own
Made = tuple[dict[str, Any], float | None]


@dataclass(frozen=True)
class Neighbours:
    """What one account and region holds so far, for later items to refer to.

    ids: by kind. roots: volume, instance and name of the root volumes that are still to be made.
    """

    ids: dict[str, list[str]] = field(default_factory=dict)
    roots: list[tuple[str, str, Named]] = field(default_factory=list)


@dataclass(frozen=True)
class Place:
    """Where an item stands, and the dice it is made with.

    number: of its kind, from 0.
    """

    random: Random
    now: datetime
    account: str
    account_name: str
    region: str
    number: int
    near: Neighbours

    def id(self, prefix: str) -> str:
        return f"{prefix}-{self.random.getrandbits(68):017x}"

    def ago(self, least: int, most: int) -> str:
        """A moment so many days back."""
        back = timedelta(days=self.random.randint(least, most), seconds=self.random.randrange(86_400))
        return (self.now - back).strftime("%Y-%m-%dT%H:%M:%S+00:00")

    def often(self, percent: float) -> bool:
        return self.random.random() * 100 < percent

    def named(self) -> Named:
        return named(self.random, self.account_name)

    def remember(self, kind: str, id: str) -> str:
        self.near.ids.setdefault(kind, []).append(id)
        return id

    def any(self, kind: str) -> str:
        """An id made before, or one of a thing that is gone."""
        known = self.near.ids.get(kind)
        return self.random.choice(known) if known else self.id(PREFIXES.get(kind, kind))

    def arn(self, service: str, rest: str) -> str:
        return f"arn:aws:{service}:{self.region}:{self.account}:{rest}"


def sample_with(type: str, **values: Any) -> dict[str, Any]:
    """The type's sample item with these values in it."""
    return {**RESOURCE_TYPES[type].sample, **values}
