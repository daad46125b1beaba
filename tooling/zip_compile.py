"""A program for Lambda's own Python: sources in, bytecode out, as marshal on the standard streams."""

from __future__ import annotations

import importlib.util
import marshal
import sys
from types import CodeType

TYPE_CHECKING = False
if TYPE_CHECKING:  # every save waits for this program's start, and typing is half of it
    from collections.abc import Iterator
    from typing import Any

_UNCHECKED = b"\x01\0\0\0"  # PEP 552: found by the source's hash, and never compared with it


def compiled(name: str, source: bytes, folder: str) -> bytes:
    """The .pyc of a source that will be at folder/name: the same source always gives the same bytes.

    marshal marks what is referred to from elsewhere in the process, too, as interned texts are when another
    module has the same: what is referred to from here is marked in any process.
    """
    code = compile(source, f"{folder}/{name}", "exec", dont_inherit=True, optimize=0)
    referred = [*_parts(code)]
    content = marshal.dumps(code)
    del referred
    return importlib.util.MAGIC_NUMBER + _UNCHECKED + importlib.util.source_hash(source) + content


def _parts(part: Any) -> Iterator[Any]:
    yield part
    if isinstance(part, CodeType):
        yield from (part.co_filename, part.co_name, part.co_qualname)
        for names in (part.co_names, part.co_varnames, part.co_cellvars, part.co_freevars, part.co_consts):
            yield from _parts(names)
    elif isinstance(part, (tuple, frozenset)):
        for each in part:
            yield from _parts(each)


def _answer(name: str, source: bytes, folder: str) -> bytes | str:
    try:
        return compiled(name, source, folder)
    except (SyntaxError, ValueError) as error:
        return f"{name}:{getattr(error, 'lineno', None) or 1}: {error.args[0]}"


if __name__ == "__main__":
    sources = marshal.load(sys.stdin.buffer)  # noqa: S302  from tooling/zip_bytecode.py
    answers = {name: _answer(name, source, sys.argv[1]) for name, source in sources.items()}
    marshal.dump(answers, sys.stdout.buffer, 2)
