"""Builds Everything of a data file; `python -m services.read.everything_build SOURCE TARGET`.

With a third argument, the key of a content, it refuses any other.
"""

from __future__ import annotations

import gc
import sys
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec

from errors import DataFileError
from services.models.everything.line import line_of, scope_of
from services.models.everything.writer import Writer
from services.models.kit.change import Change
from services.models.kit.scope import Account, Scope
from services.models.kit.values import cents
from services.read.builds import Note, Outdated, Progress, at_work, quiet
from services.read.everything_file import KIND, forget_earlier, key_of
from services.store.estate import RESTORE, Estate, estate_of, read_estate
from services.store.files import USE_CACHE_PATH, whole
from services.store.json_file import place
from services.store.readable import readable

MOST = 2**63  # what SQLite holds, in cents


def build(source: Path, target: Path, key: str = "", note: Note = quiet) -> None:
    """Write the database of a data file; `target` appears whole or not at all.

    key: of its content, where it matters. note: hears how much there is. Raises DataFileError, CantWrite,
    Outdated.
    """
    estate, scopes, history = _parsed(source, key)
    note(Progress("Reading", "resources", sum(map(len, scopes.values()))))
    with whole(target, USE_CACHE_PATH) as part:
        writer = Writer(part)
        writer.mark_demo(estate.demo)
        writer.name_accounts(Account(*each) for each in estate.accounts.items())
        with _told(source):
            for head in estate.heads.values():
                writer.replace_scope(head, scopes.pop(head.scope, ()))
            writer.add_changes(history)
        writer.close()


class _File(msgspec.Struct):
    meta: dict[str, Any]
    items: list[msgspec.Raw]
    history: list[Change] = []


def _parsed(source: Path, key: str) -> tuple[Estate, dict[Scope, list[bytes]], list[Change]]:
    """The file without its resources, the JSON of these by scope, and its History."""
    with readable(source, RESTORE, missing=RESTORE):
        content = source.read_bytes()
    if key and key_of(content) != key:
        raise Outdated(f"{source} has changed, or the code that reads it", "ask again")
    scopes: dict[Scope, list[bytes]] = defaultdict(list)
    with _told(source):
        content.decode()
        file = msgspec.json.decode(content, type=_File)
        estate = estate_of({"meta": file.meta, "items": ()})
        for document in map(bytes, file.items):
            scopes[scope_of(document)].append(document)
    return estate, scopes, file.history


@contextmanager
def _told(source: Path) -> Iterator[None]:
    """What is wrong with the content becomes a DataFileError; `read_estate` tells where of what is no JSON.

    msgspec's errors and Unicode's are ValueErrors, Decimal's are ArithmeticErrors.
    """
    try:
        yield
    except (ValueError, KeyError, TypeError, AttributeError, ArithmeticError) as error:
        read_estate(source)
        raise DataFileError(
            f"{source}:{_odd_resource(source) or f'1:1: not a Polo data file ({error})'}", RESTORE
        ) from None


def _odd_resource(source: Path) -> str:
    """Place of the first resource that Everything can't take, and why; "" when it is none of them."""
    content = source.read_bytes()
    for document in map(bytes, msgspec.json.decode(content, type=_File).items):
        try:
            if abs(cents(line_of(document).cost) or 0) >= MOST:
                raise ValueError("its cost is too high")
        except (ValueError, ArithmeticError) as error:
            why = "its cost is no amount" if isinstance(error, ArithmeticError) else error
            return f"{place(content, content.find(document))}: not a resource ({why})"
    return ""


def main(source: str, target: str, key: str = "") -> int:
    """Answers the exit code."""
    gc.disable()  # a short life with many objects and no cycles: a fifth faster

    def make(note: Note) -> None:
        build(Path(source), Path(target), key, note)
        forget_earlier(Path(target).parent)

    return at_work(Path(target), KIND, make)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
