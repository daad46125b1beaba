"""What people enter into Polo, and nothing can make again: the kinds that `inv backup` keeps.

A page that stores something new adds its kind here (backup_test.py asks each POST route for one).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any

from services.cop.store.port import FindingStore
from services.models.domain.finding import Mute

Document = dict[str, Any]


@dataclass(frozen=True)
class Stores:
    """Where one estate keeps what people enter: on a laptop, or in the table of an environment."""

    findings: FindingStore


@dataclass(frozen=True)
class Kind:
    """fields: names of an entry's. read: all entries, by id. whole: an entry with all its fields.

    whole raises KeyError, TypeError or ValueError for what is none. put_back: keep these, others stay; False
    where one of them is no longer as it was `known`.
    """

    fields: frozenset[str]
    read: Callable[[Stores], dict[str, Document]]
    whole: Callable[[Document], Document]
    put_back: Callable[[Stores, Sequence[Document], Sequence[Document]], bool]


def _read_mutes(stores: Stores) -> dict[str, Document]:
    return {mute.id: asdict(mute) for mute in stores.findings.mutes()}


def _whole_mute(document: Document) -> Document:
    mute = asdict(Mute(**document))
    if not all(isinstance(value, str) for value in mute.values()) or not mute["id"]:
        raise TypeError("a mute has text only, and an id")
    datetime.fromisoformat(mute["expires"])
    return mute


def _put_mutes_back(stores: Stores, chosen: Sequence[Document], known: Sequence[Document]) -> bool:
    return stores.findings.put_back([Mute(**each) for each in chosen], [Mute(**each) for each in known])


MUTE = frozenset(each.name for each in fields(Mute))
ENTERED: Mapping[str, Kind] = {"mutes": Kind(MUTE, _read_mutes, _whole_mute, _put_mutes_back)}
