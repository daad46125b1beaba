"""Parts of a scope that could not be listed: what was known of them stays, and is told as such."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace

from services.models.kit.base import Document

_heard: ContextVar[list[Part] | None] = ContextVar("lost", default=None)


@dataclass(frozen=True)
class Part:
    """The resources of a scope that have this value in this field, and why they could not be listed."""

    field: str
    value: str | bool
    why: str = ""

    def has(self, document: Document) -> bool:
        return bool(document.get(self.field) == self.value)


@contextmanager
def listening() -> Iterator[list[Part]]:
    """The parts that are lost within the block, also in threads that `parallel.spread` starts there."""
    parts: list[Part] = []
    before = _heard.set(parts)
    try:
        yield parts
    finally:
        _heard.reset(before)


def lose(part: Part, why: str) -> None:
    """Tell whoever listens."""
    parts = _heard.get()
    if parts is not None:
        parts.append(replace(part, why=why))


def with_lost(
    parts: Sequence[Part], new: Iterable[Document], old: Iterable[Document]
) -> tuple[Document, ...]:
    """What was collected, and of the lost parts what was known before."""
    found = {str(document["id"]): document for document in new}
    kept = [document for document in old if any(part.has(document) for part in parts)]
    return (*found.values(), *(document for document in kept if str(document["id"]) not in found))


def told(parts: Sequence[Part]) -> str:
    """Which parts are as they were before, and why."""
    reasons = sorted({f"{part.field} {part.value} ({part.why})" for part in parts})
    return f"not all could be listed, what was known is kept: {', '.join(reasons)}" if reasons else ""
