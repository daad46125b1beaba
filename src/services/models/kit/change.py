"""Change: one entry of History."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, Self

from services.models.kit.base import Document
from services.models.kit.scope import Key


@dataclass(frozen=True)
class Change:
    """One resource's difference between two generations of its scope.

    at: ISO 8601, UTC, start of the newer one. fields: name -> (old, new) JSON values; long ones are cut.
    """

    kind: Literal["appeared", "vanished", "changed"]
    type: str
    account: str
    region: str
    id: str
    name: str
    at: str
    fields: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)

    @property
    def key(self) -> Key:
        return Key(self.type, self.account, self.region, self.id)

    def to_json(self) -> Document:
        return asdict(self) | {"fields": {name: list(pair) for name, pair in self.fields.items()}}

    @classmethod
    def from_json(cls, document: Document) -> Self:
        known = {name: document[name] for name in cls.__dataclass_fields__ if name in document}
        changed = {name: (old, new) for name, (old, new) in document["fields"].items()}
        return cls(**known | {"fields": changed})
