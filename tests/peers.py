"""Peers on loopback that answer in no way that one wants, for as long as a test lasts."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import pytest

PAUSE = 0.01  # seconds between two bytes: below every timeout of a piece
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/x-amz-json-1.0\r\nContent-Length: 1000000\r\n"
HELLO = b"\x16\x03\x03\x3f\xff"  # of TLS: a record of a handshake, 16 KB long
NAME = "table.example"
NO_NAME = "has a name that nobody looks up"
Connection = socket.socket
Behaviour = Callable[[Connection, threading.Event], None]


def _silent(connection: Connection, end: threading.Event) -> None:
    end.wait()


def _dripping(start: bytes) -> Behaviour:
    def drip(connection: Connection, end: threading.Event) -> None:
        connection.recv(1)
        connection.sendall(start)
        while not end.wait(PAUSE):
            connection.sendall(b"x")

    return drip


def _half(connection: Connection, end: threading.Event) -> None:
    connection.recv(1 << 16)
    connection.sendall(HEAD + b"\r\n{")
    connection.shutdown(socket.SHUT_RDWR)


def _reset(connection: Connection, end: threading.Event) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


# scheme and host, what is done with each connection
TROUBLES: dict[str, tuple[str, Behaviour]] = {
    "never answers": ("http://127.0.0.1", _silent),
    "drips its status line": ("http://127.0.0.1", _dripping(b"HTTP/1.1 2")),
    "drips its headers": ("http://127.0.0.1", _dripping(HEAD + b"X-Long: ")),
    "drips its body": ("http://127.0.0.1", _dripping(HEAD + b"\r\n")),
    "closes midway": ("http://127.0.0.1", _half),
    "resets connections": ("http://127.0.0.1", _reset),
    "never shakes hands": ("https://127.0.0.1", _silent),
    "drips its handshake": ("https://127.0.0.1", _dripping(HELLO)),
    NO_NAME: (f"http://{NAME}", _silent),
}
DRIPS = "drips its body"


def block(until: threading.Event) -> None:
    """As a call of the system that nothing ends before its time: what is raised meanwhile comes after it.

    A bare `until.wait()` leaves it pending: CPython 3.11 then never gets past the entry of a function that is
    traced (coverage, a debugger), in any thread, and the one that would set the event waits for ever.
    """
    raised: BaseException | None = None
    while not until.is_set():
        try:
            until.wait(PAUSE)
        except BaseException as error:
            raised = error
    if raised is not None:
        raise raised


@contextmanager
def peer(trouble: str) -> Iterator[str]:
    """The address of a peer with this trouble."""
    address, behave = TROUBLES[trouble]
    end = threading.Event()
    real = socket.getaddrinfo

    def look_up(host: object, *given: object, **named: object) -> object:
        if host == NAME:
            block(end)
            raise socket.gaierror("not known")
        return real(host, *given, **named)  # type: ignore[arg-type]

    with socket.create_server(("127.0.0.1", 0)) as server, pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket, "getaddrinfo", look_up)
        serving = threading.Thread(target=_serve, args=(server, behave, end), daemon=True)
        serving.start()
        try:
            yield f"{address}:{server.getsockname()[1]}"
        finally:
            end.set()
            serving.join()


def _serve(server: socket.socket, behave: Behaviour, end: threading.Event) -> None:
    def answer(connection: Connection) -> None:
        with connection, suppress(OSError):
            behave(connection, end)

    server.settimeout(PAUSE)
    while not end.is_set():
        with suppress(TimeoutError):
            connection, _ = server.accept()
            connection.settimeout(None)
            threading.Thread(target=answer, args=(connection,), daemon=True).start()
