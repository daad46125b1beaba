"""What AWS has answered of unfinished scopes, in the ResourceTable for a day (see collect.kept_answers).

KEPT#<account>#<type>#<region>#<generation>  <token>   some answers: gzip, JSON

Each item is whole by itself and none is ever changed, so that deliveries side by side, or one that dies in
the middle, do no harm.
"""

from __future__ import annotations

import base64
import gzip
import json
import secrets
import zlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from services.models.kit.scope import Scope
from services.store.dynamo_items import PART, stamp
from services.store.dynamo_table import Table

STAYS = 24 * 3600  # seconds
MAP, MOMENT, DAY, BYTES = "$map", "$moment", "$day", "$bytes"


class DynamoAnswers:
    """services.collect.kept_answers.AnswerStore over a table."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def read(self, scope: Scope, generation: int) -> dict[str, Any]:
        """All that was kept; what can't be read is asked again."""
        found: dict[str, Any] = {}
        for item in self._table.query(_pk(scope, generation)):
            found |= unpacked(item.get("body"))
        return found

    def add(self, scope: Scope, generation: int, answers: Mapping[str, Any]) -> None:
        rest = {"pk": _pk(scope, generation), "ttl": int(self._table.now()) + STAYS}
        bodies = packed([*answers.items()])
        self._table.write(rest | {"sk": secrets.token_hex(8), "body": body} for body in bodies)


def _pk(scope: Scope, generation: int) -> str:
    return f"KEPT#{scope.account}#{scope.type}#{scope.region}#{stamp(generation)}"


def packed(answers: Sequence[tuple[str, Any]]) -> Iterator[bytes]:
    """Bodies of at most PART bytes. An answer that is too large for one is left out, and asked again."""
    body = gzip.compress(json.dumps({key: _plain(answer) for key, answer in answers}).encode(), 6, mtime=0)
    if len(body) <= PART:
        yield body
    elif len(answers) > 1:
        half = len(answers) // 2
        yield from packed(answers[:half])
        yield from packed(answers[half:])


def unpacked(body: Any) -> dict[str, Any]:
    """The answers in a body; none for what is none."""
    try:
        found = _own(json.loads(gzip.decompress(body)))
    except (OSError, EOFError, zlib.error, ValueError, TypeError, KeyError):
        return {}
    kept = found.items() if isinstance(found, dict) else ()
    return {key: known for key, known in kept if isinstance(known, dict)}


def _plain(value: Any) -> Any:
    """As JSON has it. What it has not stands in an object with one key, which none of AWS's own can be."""
    if isinstance(value, Mapping):
        if any(str(key).startswith("$") for key in value):
            return {MAP: [[key, _plain(one)] for key, one in value.items()]}
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    if isinstance(value, datetime):
        return {MOMENT: value.isoformat()}
    if isinstance(value, date):
        return {DAY: value.isoformat()}
    if isinstance(value, (bytes, bytearray)):
        return {BYTES: base64.b64encode(value).decode()}
    return value


def _own(value: Any) -> Any:
    if isinstance(value, list):
        return [_own(one) for one in value]
    if not isinstance(value, dict):
        return value
    if MAP in value:
        return {key: _own(one) for key, one in value[MAP]}
    if MOMENT in value:
        return datetime.fromisoformat(value[MOMENT])
    if DAY in value:
        return date.fromisoformat(value[DAY])
    if BYTES in value:
        return base64.b64decode(value[BYTES])
    return {key: _own(one) for key, one in value.items()}
