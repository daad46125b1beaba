"""JSON files: what can't be read of one is told with its line and column."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import msgspec

from services.store.files import atomic_writer
from services.store.readable import NotJson, readable
from services.store.schema import check_schema

_BYTE = re.compile(r" \(byte (\d+)\)$")  # how msgspec says where


Content = dict[str, Any]


def read_json(path: Path, schema: int, way_out: str) -> Content:
    """What `write_json` wrote, {} when there is no file.

    Raises DataFileError, with line and column: what can't be read is not to be written over.
    """
    try:
        with readable(path, way_out):
            content = decoded(path.read_bytes())
            check_schema(content["schema"], schema)
            return dict(content)
    except FileNotFoundError:
        return {}


def write_json(path: Path, schema: int, content: Content) -> None:
    """The content on one line, with the number of its schema; a kill leaves the old file or the new one.

    Raises CantWrite.
    """
    with atomic_writer(path) as file:
        file.write(msgspec.json.encode(content | {"schema": schema}, order="sorted").decode() + "\n")


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
