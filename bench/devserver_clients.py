"""Clients of a server on loopback, in a process of their own: `devserver_clients.py PORT SECONDS CLIENTS`.

Prints JSON: requests answered, failed, seconds, and with one client the milliseconds of each request.
"""

from __future__ import annotations

import json
import socket
import sys
import threading
import time

REQUEST = b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: */*\r\n\r\n"


class Client:
    """Keeps its connection as long as the server does."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.connection: socket.socket | None = None
        self.taken: list[float] = []
        self.failed = 0

    def run(self, seconds: float) -> None:
        end = time.perf_counter() + seconds
        while (began := time.perf_counter()) < end:
            try:
                self.ask()
            except OSError:
                self.failed += 1
                self.connection = None
            else:
                self.taken.append((time.perf_counter() - began) * 1000)

    def ask(self) -> None:
        """Raises OSError for anything but a whole 200."""
        if self.connection is None:
            self.connection = socket.create_connection(("127.0.0.1", self.port), timeout=30)
            self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.connection.sendall(REQUEST)
        data = b""
        while b"\r\n\r\n" not in data:
            data += self.receive()
        head, _, body = data.partition(b"\r\n\r\n")
        lines = head.lower().split(b"\r\n")
        if b" 200 " not in lines[0] + b" ":
            raise OSError(lines[0].decode())
        length = next(int(line.split(b":")[1]) for line in lines if line.startswith(b"content-length:"))
        while len(body) < length:
            body += self.receive()
        if b"connection: close" in lines or lines[0].startswith(b"http/1.0"):
            self.connection.close()
            self.connection = None

    def receive(self) -> bytes:
        assert self.connection is not None
        if not (part := self.connection.recv(65536)):
            raise ConnectionResetError
        return part


def main(port: int, seconds: float, count: int) -> None:
    clients = [Client(port) for _ in range(count)]
    threads = [threading.Thread(target=client.run, args=(seconds,)) for client in clients]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = time.perf_counter() - began
    answered = sum(len(client.taken) for client in clients)
    failed = sum(client.failed for client in clients)
    taken = clients[0].taken if count == 1 else []
    print(json.dumps({"answered": answered, "failed": failed, "seconds": took, "taken": taken}))


if __name__ == "__main__":
    main(int(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3]))
