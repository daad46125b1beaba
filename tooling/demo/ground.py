"""What of the demo estate was made so far, and what was named and is still to be made."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from services.models.kit.base import Resource
from services.models.kit.scope import GLOBAL, Scope

Item = dict[str, Any]


@dataclass
class Made:
    """An item as AWS sends it, and the resource that it is in Polo; account and region: where."""

    item: Item
    resource: Resource
    scope: Scope
    account: str
    region: str

    @property
    def id(self) -> str:
        return self.resource.id

    @property
    def arn(self) -> str:
        return self.resource.arn


@dataclass(frozen=True)
class Promise:
    """An item that another one names already. values: what the other one says of it."""

    id: str
    account: str
    region: str
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass
class Ground:
    """of: what was made of a type. promised: what is still to be made of a type, in this order."""

    of: dict[str, list[Made]] = field(default_factory=lambda: defaultdict(list))
    promised: dict[str, deque[Promise]] = field(default_factory=lambda: defaultdict(deque))
    _at: dict[tuple[str, str, str], list[Made]] = field(default_factory=lambda: defaultdict(list))
    _within: dict[tuple[str, str], list[Made]] = field(default_factory=lambda: defaultdict(list))

    def add(self, made: Made) -> None:
        scope = made.scope
        self.of[scope.type].append(made)
        self._at[scope.account, scope.region, scope.type].append(made)
        if "VpcId" in made.item:
            self._within[scope.type, made.item["VpcId"]].append(made)

    def next_promise(self, type: str) -> Promise | None:
        """The one that was made first; it counts as kept."""
        waiting = self.promised[type]
        return waiting.popleft() if waiting else None

    def at(self, account: str, region: str, type: str) -> list[Made]:
        """What the account has of a type in the region, or in all of them."""
        return self._at.get((account, region, type)) or self._at.get((account, GLOBAL, type), [])

    def within(self, vpc: str, type: str) -> list[Made]:
        return self._within[type, vpc]
