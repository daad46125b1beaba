"""Elsewhere: what the resources of all accounts say, for rules that must know who else uses something."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress

import msgspec

from services.cop.judge.inspection import is_healthy
from services.models.all import Everything
from services.models.kit.scope import Scope, ScopeHead

Values = Mapping[str, frozenset[str] | None]


class Elsewhere:
    """Reads a field of all resources of a type and region when it is first asked for, and keeps it."""

    def __init__(self, everything: Everything) -> None:
        self._everything = everything
        self._known: dict[tuple[str, str, str], Values] = {}

    def __call__(self, type: str, region: str, field: str) -> Values:
        """What the field says in each account that has the type in the region, None where it is unknown."""
        asked = (type, region, field)
        if asked not in self._known:
            heads = [head for head in self._everything.heads() if head.scope[1:] == (region, type)]
            self._known[asked] = {head.scope.account: self._values(head, field) for head in heads}
        return self._known[asked]

    def _values(self, head: ScopeHead, field: str) -> frozenset[str] | None:
        if not is_healthy(head):
            return None
        with suppress(msgspec.ValidationError):  # what is stored has another type
            return self._said(head.scope, field)
        return None

    def _said(self, scope: Scope, field: str) -> frozenset[str]:
        decoder = msgspec.json.Decoder(msgspec.defstruct("Said", [(field, str, "")]))
        return frozenset(getattr(decoder.decode(each), field) for each in self._everything.documents(scope))
