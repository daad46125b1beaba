"""The archive, by PKWARE's APPNOTE 6.3.10: the same entries always give the same bytes.

An entry is packed once, into a block (its local header and its deflated content) that can be kept: an archive
is blocks, one after the other, and the directory of them. zipfile can't take over what is packed already.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

_LOCAL = struct.Struct("<4s5H3L2H")
_CENTRAL = struct.Struct("<4s2B5H3L5H2L")
_END = struct.Struct("<4s4H2LH")
_VERSION, _UNIX = 20, 3
_UTF8, _DEFLATED = 0x800, 8
_TIME, _DATE = 0, 0x21  # 1980-01-01, the oldest that a zip can tell
_MODE = 0o100644 << 16  # Lambda runs as another user than who packs
_LEVEL = 6


class Entry(NamedTuple):
    """An entry of a run of blocks: where it begins there, its bytes as packed, its local header."""

    name: str
    offset: int
    packed: int
    common: tuple[int, ...]


def block(name: str, content: bytes) -> bytes:
    """The entry as it stands in an archive."""
    deflate = zlib.compressobj(_LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
    packed = deflate.compress(content) + deflate.flush()
    encoded = name.encode()
    sizes = (zlib.crc32(content), len(packed), len(content), len(encoded))
    common = (_VERSION, _UTF8, _DEFLATED, _TIME, _DATE, *sizes, 0)
    return _LOCAL.pack(b"PK\3\4", *common) + encoded + packed


def entries(blocks: bytes) -> Iterator[Entry]:
    """The entries of a run of blocks."""
    offset = 0
    while offset < len(blocks):
        _, *common = _LOCAL.unpack_from(blocks, offset)
        start = offset + _LOCAL.size
        name = blocks[start : start + common[8]].decode()
        yield Entry(name, offset, common[6], tuple(common))
        offset = start + common[8] + common[6]


def write(path: Path, runs: Iterable[bytes]) -> list[list[Entry]]:
    """Write the archive of these runs of blocks; answers the entries of each."""
    written, directory, offset = [], bytearray(), 0
    with path.open("wb") as file:
        for run in runs:
            file.write(run)
            written.append([*entries(run)])
            for entry in written[-1]:
                head = (_VERSION, _UNIX, *entry.common, 0, 0, 0, _MODE, offset + entry.offset)
                directory += _CENTRAL.pack(b"PK\1\2", *head) + entry.name.encode()
            offset += len(run)
        count = sum(map(len, written))
        file.write(directory)
        file.write(_END.pack(b"PK\5\6", 0, 0, count, count, len(directory), offset, 0))
    return written
