"""What appeared, vanished or changed between two lists of a scope's documents (pure)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from services.models import RESOURCE_TYPES
from services.models.everything.line import dump
from services.models.kit.base import Document
from services.models.kit.change import Change
from services.models.kit.scope import key_of
from services.models.kit.values import iso

HISTORY_DAYS = 90
LONGEST = 500  # characters of a value's JSON that History keeps


def diff(old: Iterable[Document], new: Iterable[Document], generation: int) -> list[Change]:
    """The changes that made `old` into `new`, by id. Volatile fields and the raw answer are no change."""
    at = iso(generation) or ""
    before, after = _by_id(old), _by_id(new)
    found = [_change("vanished", before[id], at) for id in before.keys() - after.keys()]
    found += [_change("appeared", after[id], at) for id in after.keys() - before.keys()]
    for id in before.keys() & after.keys():
        fields = dict(_fields(before[id], after[id]))
        if fields:
            found.append(_change("changed", after[id], at, fields))
    return sorted(found, key=lambda change: change.id)


def with_state_since(old: Iterable[Document], new: Iterable[Document], generation: int) -> list[Document]:
    """`new` sorted by id. Each with a state says since when: as in `old` if it was the same, else now.

    A time in `old` that is later than now is of a clock that was wrong.
    """
    before, now = _by_id(old), iso(generation)
    return [_since(before.get(id, {}), document, now) for id, document in sorted(_by_id(new).items())]


def fingerprint(document: Document) -> str:
    """Changes with everything in the document but what is volatile, and `state_since`."""
    marks = _volatile(document)
    raw_keys = {mark.removeprefix("raw.") for mark in marks if mark.startswith("raw.")}
    kept = {name: value for name, value in document.items() if name not in marks and name != "state_since"}
    if marks and not raw_keys:
        kept.pop("raw", None)
    elif raw_keys:
        kept["raw"] = {key: value for key, value in document.get("raw", {}).items() if key not in raw_keys}
    return digest([dump(kept)])


def digest(texts: Sequence[str]) -> str:
    """A short hash of these texts in this order."""
    return hashlib.blake2b("\n".join(texts).encode(), digest_size=12).hexdigest()


def moment(when: datetime) -> str:
    """The whole second in UTC, to compare with `at`."""
    return iso(when) or ""


def _by_id(documents: Iterable[Document]) -> dict[str, Document]:
    return {str(document["id"]): document for document in documents}


def _since(old: Document, new: Document, now: str | None) -> Document:
    if not new.get("state"):
        return new
    since = old.get("state_since") if old.get("state") == new["state"] else None
    return new | {"state_since": since if since and now and since <= now else now}


def _fields(old: Document, new: Document) -> Iterator[tuple[str, tuple[Any, Any]]]:
    """The fields that differ. One that only one of them has came or went with a version of Polo.

    A cost follows from other fields, or from a new price list.
    """
    aside = {"raw", "state_since", "cost", "cost_source", *_volatile(new)}
    for name in sorted((old.keys() & new.keys()) - aside):
        if old[name] != new[name]:
            yield name, (_brief(old[name]), _brief(new[name]))


def _brief(value: Any) -> Any:
    text = dump(value)
    return value if len(text) <= LONGEST else text[:LONGEST] + "…"


def _change(kind: Any, document: Document, at: str, fields: Mapping[str, Any] | None = None) -> Change:
    type, account, region, id = key_of(document)
    return Change(kind, type, account, region, id, document.get("name") or id, at, fields or {})


def _volatile(document: Document) -> tuple[str, ...]:
    kind = RESOURCE_TYPES.get(document["type"])
    return kind.volatile if kind else ()
