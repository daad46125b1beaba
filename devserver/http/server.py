"""Werkzeug's threaded server with keep-alive, and with each request as it stood on the wire."""

from __future__ import annotations

import contextlib
import io
import json
import socket
import threading
import time
from collections.abc import Callable
from http import HTTPStatus
from typing import IO, TYPE_CHECKING, Any, cast

from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler

from devserver.gateway.gateway import BODY_LIMIT, Request, Response
from devserver.gateway.request_body import BadBody, read_body

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

IDLE_SECONDS = 75
LINGER_SECONDS = 1.0
Respond = Callable[[Request], Response | None]


class RequestHandler(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    timeout = IDLE_SECONDS
    server: Server

    def handle_one_request(self) -> None:
        try:
            arrived = self.rfile.peek(1)  # type: ignore[attr-defined]
        except OSError:  # nothing came in time
            arrived = b""
        if not arrived:
            self.close_connection = True
            return
        super().handle_one_request()
        self.wfile.flush()

    def parse_request(self) -> bool:
        parsed = super().parse_request()
        if parsed and self.request_version == "HTTP/0.9":  # answers to it have no head
            self.send_error(HTTPStatus.BAD_REQUEST)
            return False
        return parsed

    def handle_expect_100(self) -> bool:
        going_on = super().handle_expect_100()
        self.wfile.flush()
        return going_on

    def run_wsgi(self) -> None:
        began = time.perf_counter()
        try:
            body = read_body(cast(IO[bytes], self.rfile), self.headers, BODY_LIMIT)
        except BadBody as error:
            self.send_error(HTTPStatus.BAD_REQUEST, f"bad request body: {error}")
            return
        request = self.read_request(body)
        response = self.server.respond_to(request)
        if response is None:
            environ = self.make_environ() | {"wsgi.input": io.BytesIO(body)}
            response = _call(self.server.app, environ)
        self.respond(response)
        self.server.log_access(request, response.status, time.perf_counter() - began)

    def read_request(self, body: bytes) -> Request:
        """The request with its raw target and header lines, neither folded nor decoded."""
        words = self.raw_requestline.decode("latin-1").split()
        headers = tuple(
            (str(name), " ".join(str(value).splitlines())) for name, value in self.headers.raw_items()
        )
        return Request(words[0], words[1], headers, body, self.client_address[0])

    def respond(self, response: Response) -> None:
        lines = [f"HTTP/1.1 {response.status} {_phrase(response.status)}"]
        if response.header("Date") is None:
            lines.append(f"Date: {self.date_time_string()}")
        lines += (f"{name}: {value}" for name, value in response.headers)
        head = "\r\n".join((*lines, "", "")).encode("latin-1")
        self.wfile.write(head if self.command == "HEAD" else head + response.body)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """What is no HTTP gets an answer in the gateway's form, and the connection ends."""
        body = json.dumps({"message": message or HTTPStatus(code).phrase}).encode()
        self.close_connection = True
        self.request_version = self.protocol_version  # a line that says no version wants a status line too
        self.send_response_only(code)
        lines = {"Content-Type": "application/json", "Content-Length": str(len(body)), "Connection": "close"}
        for name, value in lines.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
        self._see_off()

    def _see_off(self) -> None:
        """Let the client read its answer: closing on what it sends would take that away (RFC 9112, 9.6)."""
        end = time.monotonic() + LINGER_SECONDS
        with contextlib.suppress(OSError):
            self.wfile.flush()
            self.connection.shutdown(socket.SHUT_WR)
            self.connection.settimeout(LINGER_SECONDS)
            while time.monotonic() < end and self.connection.recv(1 << 16):
                pass

    def log(self, type: str, message: str, *args: Any) -> None:
        """Werkzeug's own log lines; Server.log_access writes ours."""


class Server(ThreadedWSGIServer):
    """Answers by `respond`, or where that says None by a WSGI app, on a socket that listens already."""

    def __init__(self, listener: socket.socket, respond: Respond, app: WSGIApplication) -> None:
        host, port = listener.getsockname()[:2]
        super().__init__(host, port, app, RequestHandler, fd=listener.fileno())
        self.respond_to = respond
        self._thread = threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Take no more connections."""
        self.shutdown()
        self.socket.close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A connection that broke is the client's affair."""

    def log_access(self, request: Request, status: int, seconds: float) -> None:
        path = request.path
        if "/static/" not in path and not path.startswith("/__polo__/"):
            print(f"{request.method} {_printable(path)} {status} {seconds * 1000:.0f} ms", flush=True)


def _call(app: WSGIApplication, environ: dict[str, Any]) -> Response:
    started: list[Any] = []

    def start_response(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
        started[:] = [status, headers]
        return lambda data: None

    parts = app(environ, start_response)
    try:
        content = b"".join(parts)
    finally:
        if hasattr(parts, "close"):
            parts.close()
    return Response(int(started[0].split()[0]), tuple(started[1]), content)


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"


def _printable(path: str) -> str:
    return "".join(char if char.isprintable() else "?" for char in path)
