"""JSON files: what can't be read of one is told with its line and column."""

from __future__ import annotations

import re
from typing import Any

import msgspec

_BYTE = re.compile(r" \(byte (\d+)\)$")  # how msgspec says where


class NotJson(Exception):
    """Where and why, as "12:5: why"."""


def decoded(content: bytes) -> Any:
    """The JSON in a file, which another program can hold as UTF-8: no lone surrogates, no NaN.

    Raises NotJson, and RecursionError for what is nested too deeply.
    """
    try:
        content.decode()
        return msgspec.json.decode(content)
    except UnicodeDecodeError as error:
        raise NotJson(f"{place(content, error.start)}: not UTF-8") from None
    except msgspec.DecodeError as error:
        why, found = str(error), _BYTE.search(str(error))
        at = int(found[1]) if found else len(content)
        raise NotJson(f"{place(content, at)}: {_BYTE.sub('', why)}") from None


def place(content: bytes, byte: int) -> str:
    """Line and column of a byte, as an editor counts them: "12:5"."""
    line = content[:byte].rpartition(b"\n")[2]
    row, column = content.count(b"\n", 0, byte) + 1, len(line.decode("utf-8", "replace")) + 1
    return f"{row}:{column}"
