"""Messages between the dev server's processes: JSON and bytes behind their lengths, over a stream socket."""

from __future__ import annotations

import json
import socket
import struct
from collections.abc import Sequence
from typing import Any

Message = dict[str, Any]

_LENGTHS = struct.Struct("!II")
_MOST_DESCRIPTORS = 4


class Closed(Exception):
    """The other process has closed the connection, or is gone."""


def send(
    connection: socket.socket, message: Message, body: bytes = b"", descriptors: Sequence[int] = ()
) -> None:
    """Send one message, and with it file descriptors where the system can. Raises Closed."""
    content = json.dumps(message, separators=(",", ":")).encode()
    data = _LENGTHS.pack(len(content), len(body)) + content + body
    try:
        sent = socket.send_fds(connection, [data], list(descriptors)) if descriptors else 0
        connection.sendall(data[sent:] if sent else data)
    except TimeoutError:
        raise
    except OSError as error:
        raise Closed(str(error)) from error


def receive(connection: socket.socket) -> tuple[Message, bytes]:
    """The next message. Raises Closed, and TimeoutError as the socket's timeout says."""
    return _rest(connection, _exactly(connection, _LENGTHS.size))


def receive_with_descriptors(connection: socket.socket) -> tuple[Message, list[int]]:
    """The next message and the file descriptors that came with it. Raises Closed."""
    try:
        head, descriptors, _, _ = socket.recv_fds(connection, _LENGTHS.size, _MOST_DESCRIPTORS)
    except OSError as error:
        raise Closed(str(error)) from error
    if not head:
        raise Closed
    head += _exactly(connection, _LENGTHS.size - len(head))
    return _rest(connection, head)[0], descriptors


def _rest(connection: socket.socket, head: bytes) -> tuple[Message, bytes]:
    size, more = _LENGTHS.unpack(head)
    content = _exactly(connection, size + more)
    return json.loads(content[:size]), content[size:]


def _exactly(connection: socket.socket, size: int) -> bytes:
    parts = []
    while size:
        try:
            part = connection.recv(min(size, 1 << 20))
        except TimeoutError:
            raise
        except OSError as error:
            raise Closed(str(error)) from error
        if not part:
            raise Closed
        parts.append(part)
        size -= len(part)
    return parts[0] if len(parts) == 1 else b"".join(parts)
