"""What a change changed, as lines of HTML: field, old value, new value. All of it may be hostile."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from dom import Safe, text
from services.models import RESOURCE_TYPES
from services.models.kit.base import Column
from services.models.kit.change import Change
from views.links.format import cut, label, usd
from views.parts.table import written

SHOWN = 5  # lines of a change; the others are folded
NOTHING = "none"


def differences(change: Change) -> Safe:
    """Empty for what appeared or vanished."""
    lines = [
        _line(*each) for name, pair in change.fields.items() for each in _parts(change.type, name, *pair)
    ]
    shown = "".join(lines[:SHOWN])
    if len(lines) > SHOWN:
        shown += f"<details><summary>{len(lines) - SHOWN} more</summary>{''.join(lines[SHOWN:])}</details>"
    return Safe(shown)


def _parts(type: str, name: str, old: Any, new: Any) -> Iterator[tuple[str, str, str]]:
    """Label, old and new of every part that differs: of tags each key, of lists what came and went."""
    kind = RESOURCE_TYPES.get(type)
    columns = {column.field: column for column in (kind.columns if kind else ())}
    column = columns.get(name)
    title = column.label if column else label(name)
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        title = "Tag" if name == "tags" else title
        for key in sorted(old.keys() | new.keys()):
            if old.get(key) != new.get(key):
                yield f"{title} {key}", _shown(None, old.get(key)), _shown(None, new.get(key))
    elif isinstance(old, list) and isinstance(new, list):
        gone, come = [each for each in old if each not in new], [each for each in new if each not in old]
        yield title, _shown(None, gone), _shown(None, come)
    elif name == "cost":
        yield title, usd(old), usd(new)
    else:
        yield title, _shown(column, old), _shown(column, new)


def _line(title: str, old: str, new: str) -> str:
    return (
        f'<span class="difference"><span class="mut">{text(title)}</span> {_value("del", old)}'
        f' <span class="mut" aria-hidden="true">→</span> {_value("ins", new)}</span>'
    )


def _value(tag: str, value: str) -> str:
    return f"<{tag}>{text(cut(value))}</{tag}>" if value else f'<span class="mut">{NOTHING}</span>'


def _shown(column: Column | None, value: Any) -> str:
    if isinstance(value, Mapping):
        return json.dumps(value, ensure_ascii=False) if value else ""
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return written(column or Column("", "", numeric=not isinstance(value, bool)), value, exact=True)
