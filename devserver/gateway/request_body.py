"""Reads the body of an HTTP/1.1 request whole, so that the connection can serve the next one."""

from __future__ import annotations

import io
from email.message import Message
from typing import IO, cast

from werkzeug.serving import DechunkedInput

CHUNK = 1 << 16
DISCARD_LIMIT = 100 * 1024 * 1024  # bytes read only to be polite to a client that sends far too much


class BadBody(Exception):
    """The body's framing is not HTTP; the connection can't be used further."""


def read_body(stream: IO[bytes], headers: Message, limit: int) -> bytes:
    """The body, of which no more than `limit` + 1 bytes are kept. Raises BadBody."""
    codings = headers.get_all("Transfer-Encoding", [])
    lengths = set(headers.get_all("Content-Length", []))
    if codings:
        if lengths or [coding.strip().lower() for coding in codings] != ["chunked"]:
            raise BadBody("Transfer-Encoding")
        return _read_chunked(stream, limit)
    if not lengths:
        return b""
    text = lengths.pop()
    if lengths or not (text.isascii() and text.isdigit()) or len(text) > 18:
        raise BadBody("Content-Length")
    return _read_exactly(stream, int(text), limit)


def _read_chunked(stream: IO[bytes], limit: int) -> bytes:
    try:
        dechunked = io.BufferedReader(cast(io.RawIOBase, DechunkedInput(stream)))
        body = dechunked.read(limit + 1)
        rest = len(body)
        while rest <= DISCARD_LIMIT and (more := dechunked.read(CHUNK)):
            rest += len(more)
    except OSError as error:
        raise BadBody("chunks") from error
    if rest > DISCARD_LIMIT:
        raise BadBody("length")
    return body


def _read_exactly(stream: IO[bytes], length: int, limit: int) -> bytes:
    if length > DISCARD_LIMIT:
        raise BadBody("length")
    body = stream.read(min(length, limit + 1))
    rest = length - len(body)
    while rest > 0 and (more := stream.read(min(rest, CHUNK))):
        rest -= len(more)
    if rest > 0:
        raise BadBody("ended early")
    return body
