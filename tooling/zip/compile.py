"""A program for Lambda's own Python: sources in, bytecode out, as marshal on the standard streams."""

from __future__ import annotations

import importlib.util
import marshal
import sys

_UNCHECKED = b"\x01\0\0\0"  # PEP 552: found by the source's hash, and never compared with it


def compiled(name: str, source: bytes, folder: str) -> bytes:
    """The .pyc of a source that will be at folder/name."""
    code = compile(source, f"{folder}/{name}", "exec", dont_inherit=True, optimize=0)
    return importlib.util.MAGIC_NUMBER + _UNCHECKED + importlib.util.source_hash(source) + marshal.dumps(code)


def _answer(name: str, source: bytes, folder: str) -> bytes | str:
    try:
        return compiled(name, source, folder)
    except (SyntaxError, ValueError) as error:
        return f"{name}:{getattr(error, 'lineno', None) or 1}: {error.args[0]}"


if __name__ == "__main__":
    sources = marshal.load(sys.stdin.buffer)  # noqa: S302  from tooling/zip/bytecode.py
    answers = {name: _answer(name, source, sys.argv[1]) for name, source in sources.items()}
    marshal.dump(answers, sys.stdout.buffer, 2)
