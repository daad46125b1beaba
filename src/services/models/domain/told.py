"""Told: what a channel has heard of, and what is news to it (pure)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Self

from errors import PoloError
from services.models.domain.finding import Entry
from services.models.kit.values import cents

RISE = 1.2  # a saving that grew by more than a fifth since it was told is news
Why = Literal["new", "reopened", "risen"]
Mark = tuple[str, int | None]  # since when the finding is open, and the saving that was told, in cents


@dataclass(frozen=True)
class Told:
    """marks: by the finding's identity. week: the last one that was summed up, as 2026-W47.

    doubt: since when messages were sent of which nobody knows whether they arrived, "" if there are none.
    version: "" before the first. trouble: why the marks can't be read, None if they can.
    """

    channel: str
    marks: Mapping[str, Mark] = field(default_factory=dict)
    week: str = ""
    doubt: str = ""
    version: str = ""
    trouble: PoloError | None = None

    def head(self) -> dict[str, Any]:
        """All that is small."""
        return {"week": self.week, "doubt": self.doubt}

    def documents(self) -> list[Any]:
        return [[identity, *mark] for identity, mark in sorted(self.marks.items())]

    @classmethod
    def from_json(cls, channel: str, documents: Iterable[Any], head: Mapping[str, Any]) -> Self:
        marks = {identity: (since, saving) for identity, since, saving in documents}
        version = head.get("current") or head.get("version", "")
        return cls(channel, marks, head["week"], head["doubt"], version)


@dataclass(frozen=True)
class News:
    entry: Entry
    why: Why


def news(entries: Iterable[Entry], told: Told) -> list[News]:
    """What of the open findings the channel has not heard of."""
    found = ((entry, _why(entry, told.marks.get(identity(entry)))) for entry in entries)
    return [News(entry, why) for entry, why in found if why]


def marks(entries: Iterable[Entry], told: Told, now: Iterable[Entry]) -> dict[str, Mark]:
    """The marks of these open findings once those of `now` are told; what else is news stays news.

    A saving stays as it was told until its rise is news.
    """
    telling, after = {identity(entry) for entry in now}, {}
    for entry in entries:
        which = identity(entry)
        before = told.marks.get(which)
        if which in telling or not _why(entry, before):
            after[which] = _mark(entry, before)
        elif before:
            after[which] = before
    return after


def identity(entry: Entry) -> str:
    whole = "\0".join((entry.rule, *entry.key))
    return hashlib.blake2b(whole.encode(), digest_size=9).hexdigest()


def _why(entry: Entry, mark: Mark | None) -> Why | None:
    if mark is None or mark[0] != entry.first_seen:
        return "reopened" if entry.reopened else "new"
    return "risen" if _has_risen(_saving(entry), mark[1]) else None


def _mark(entry: Entry, mark: Mark | None) -> Mark:
    saving = _saving(entry)
    if mark is None or mark[0] != entry.first_seen or _has_risen(saving, mark[1]):
        return entry.first_seen, saving
    return entry.first_seen, saving if mark[1] is None else mark[1]


def _has_risen(now: int | None, told: int | None) -> bool:
    return now is not None and told is not None and now > told * RISE


def _saving(entry: Entry) -> int | None:
    return cents(None if entry.saving is None else str(entry.saving))
