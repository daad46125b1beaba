"""Plain values out of an API's answer. Odd input gives an empty or unknown value; only `required` raises."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

Item = Mapping[str, Any]  # one element of an API's answer, AWS-shaped

OWNER_TAGS = ("owner", "team", "squad", "maintainer", "contact")
STACK_TAGS = ("aws:cloudformation:stack-name", "terraform:workspace", "terraform-stack")
DAY = 86_400  # seconds


def required(item: Item, key: str) -> str:
    """The text at `key`. Raises KeyError when it is missing, ValueError when it is no text."""
    value = item[key]
    if not isinstance(value, str) or not value:
        raise ValueError(f"{key} is not a text")
    return value


def at(item: Any, *path: str) -> Any:
    """The value at the end of the path, None where the path breaks off."""
    for key in path:
        if not isinstance(item, (dict, Mapping)):  # dict: a fast path
            return None
        item = item.get(key)
    return item


def text(item: Item, *path: str) -> str:
    value = at(item, *path)
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else ""


def told(item: Item, *path: str) -> str | None:
    """The text of what AWS always tells, if it can be asked; None: unknown."""
    value = at(item, *path)
    return value if isinstance(value, str) else None


def told_words(item: Item, *path: str) -> str | None:
    """The same in words: ENCRYPT_DECRYPT -> "encrypt decrypt"."""
    value = told(item, *path)
    return None if value is None else value.lower().replace("_", " ")


def whole(item: Item, *path: str) -> int | None:
    """A whole number of 64 bits, also one that came as a text or a float; None for anything else."""
    value = at(item, *path)
    if isinstance(value, bool):
        return None
    try:
        number = int(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return number if abs(number) < 2**63 else None


def flag(item: Item, *path: str) -> bool | None:
    value = at(item, *path)
    if isinstance(value, str):
        return {"true": True, "false": False}.get(value.lower())
    return value if isinstance(value, bool) else None


def each(item: Item, *path: str) -> list[Item]:
    """The maps in the list at the end of the path; none when there is no list."""
    value = at(item, *path)
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, (list, tuple)) else []


def texts(item: Item, *path: str) -> tuple[str, ...]:
    value = at(item, *path)
    return tuple(one for one in value if isinstance(one, str)) if isinstance(value, (list, tuple)) else ()


def one_or_each(item: Item, *path: str) -> list[Item]:
    """The maps at the end of the path, where a policy may have a list of them or one by itself.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
    """
    value = at(item, *path)
    return [value] if isinstance(value, Mapping) else each(item, *path)


def operator_of(item: Item) -> str:
    """The AWS service that runs a resource in the account, such as eks.amazonaws.com; "" for nobody's."""
    return text(item, "Operator", "Principal") if flag(item, "Operator", "Managed") else ""


def texts_or_none(item: Item, *path: str) -> tuple[str, ...] | None:
    """The texts in the list at the end of the path; None where there is no list: unknown."""
    return texts(item, *path) if isinstance(at(item, *path), (list, tuple)) else None


def is_item(value: Any) -> bool:
    return isinstance(value, Mapping)


def total(numbers: Iterable[int | None]) -> int | None:
    """The sum; None where one of them is unknown."""
    found = list(numbers)
    return None if None in found else sum(number or 0 for number in found)


def tags_of(tags: Any) -> dict[str, str]:
    """Tags as a plain dict, from AWS's [{"Key", "Value"}], also in small letters, or {key: value}.

    Odd entries are left out.
    """
    if isinstance(tags, Mapping):
        pairs: Iterable[tuple[Any, Any]] = tags.items()
    elif isinstance(tags, (list, tuple)):
        pairs = (_pair(tag) for tag in tags if isinstance(tag, Mapping))
    else:
        return {}
    return {
        whole_text(str(key)): "" if value is None else whole_text(str(value))
        for key, value in pairs
        if key is not None
    }


def _pair(tag: Item) -> tuple[Any, Any]:
    return (tag["Key"], tag.get("Value")) if "Key" in tag else (tag.get("key"), tag.get("value"))


def owner_of(tags: Mapping[str, str]) -> str | None:
    """Owner by tag (any case, in the order of OWNER_TAGS), else by the stack that made it, else None."""
    by_lower: dict[str, str] = {}
    for key, value in tags.items():
        if value.strip():
            by_lower.setdefault(key.lower(), value.strip())
    return next((by_lower[key] for key in (*OWNER_TAGS, *STACK_TAGS) if key in by_lower), None)


def iso(moment: datetime | date | str | float | None) -> str | None:
    """ISO 8601 in UTC with seconds ("2026-03-04T10:00:00Z"); epoch milliseconds when a number is given.

    None for what is no moment.
    """
    try:
        parsed = _moment(moment)
        return None if parsed is None else _utc(parsed).isoformat(timespec="seconds") + "Z"
    except (ValueError, OverflowError, OSError):
        return None


def days_since(moment: str | None, now: datetime) -> float | None:
    """Days of 24 hours from that moment (ISO 8601) to now; None for what is no moment."""
    try:
        then = _moment(moment)
    except (ValueError, OverflowError):
        return None
    return (now - then).total_seconds() / DAY if then else None


def _moment(moment: Any) -> datetime | None:
    if isinstance(moment, (int, float)) and not isinstance(moment, bool):
        moment = datetime.fromtimestamp(moment / 1000, UTC)
    elif isinstance(moment, str):
        moment = datetime.fromisoformat(moment)
    elif isinstance(moment, date) and not isinstance(moment, datetime):
        moment = datetime(moment.year, moment.month, moment.day, tzinfo=UTC)
    if not isinstance(moment, datetime):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(tzinfo=None)


def plain(item: Item) -> dict[str, Any]:
    """The item with JSON values only: moments as ISO 8601, bytes left out."""
    return {whole_text(str(key)): value_of(value) for key, value in item.items() if key != "ResponseMetadata"}


def value_of(value: Any) -> Any:
    """A JSON value: what JSON or UTF-8 can't hold becomes null or a replacement character."""
    if isinstance(value, str):
        return whole_text(value)
    if value is None or isinstance(value, int):
        return value if value is None or abs(value) < 2**63 else str(value)
    if isinstance(value, dict):
        return plain(value)
    if isinstance(value, (list, tuple)):
        return [value_of(each) for each in value]
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, (datetime, date)):
        return iso(value)
    return plain(value) if isinstance(value, Mapping) else None


def whole_text(value: str) -> str:
    """The text without lone surrogates, which JSON can carry and UTF-8 can't."""
    return value if value.isascii() else value.encode("utf-8", "replace").decode()


def cents(cost: str | None) -> int | None:
    """USD as text -> whole cents, halves up; None stays unknown."""
    return None if cost is None else int(Decimal(cost).scaleb(2).to_integral_value(ROUND_HALF_UP))


def span(seconds: float) -> str:
    """A length of time in words, rounded down: "14 s", "3 min", "5 h", "2 days"."""
    for unit, size, least in (("days", 86400, 172800), ("h", 3600, 7200), ("min", 60, 120)):
        if seconds >= least:
            return f"{int(seconds // size)} {unit}"
    return f"{int(max(0.0, seconds))} s"
