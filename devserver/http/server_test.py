"""The server's own part: what is on the wire reaches the handler, and the other way round."""

from __future__ import annotations

import http.client
import json
import socket
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from devserver.conftest import DEADLINE
from devserver.gateway.gateway import Api, Route, handle
from devserver.http.server import Server
from devserver.http.web import create_app, responder
from devserver.port import open_listener

pytestmark = pytest.mark.integration

Ask = Callable[[bytes], bytes]


def answer(function: object, event: dict[str, Any], context: object) -> object:
    if event["path"] == "/html" or event["path"].startswith("/__polo__"):
        policy = {"Content-Type": "text/html", "Content-Security-Policy": "default-src 'self'"}
        return {"headers": policy, "body": "<!doctype html><body>x</body>"}
    if event["path"] == "/cookies":
        return {"multiValueHeaders": {"Set-Cookie": ["a=1", "b=2"]}, "headers": {"X-cAsE": "λ"}}
    if event["path"] == "/empty":
        return {"statusCode": 204}
    return {"body": json.dumps(event)}


@pytest.fixture
def server() -> Iterator[Server]:
    listener = open_listener("127.0.0.1", 0)
    api = Api((Route("/"), Route("/{proxy+}")), binary_media_types=(), scheme="http")
    server = Server(listener, responder(lambda request: handle(api, request, answer), 1234), create_app())
    server.start()
    yield server
    server.stop()
    listener.close()


@pytest.fixture
def ask(server: Server) -> Ask:
    def send(raw: bytes) -> bytes:
        with socket.create_connection(("127.0.0.1", server.port), timeout=DEADLINE) as connection:
            connection.sendall(raw)
            connection.shutdown(socket.SHUT_WR)
            return b"".join(iter(lambda: connection.recv(65536), b""))

    return send


def event_of(response: bytes) -> dict[str, Any]:
    head, _, body = response.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200"), response
    event: dict[str, Any] = json.loads(body)
    return event


def test_header_case_and_repetition_survive(ask: Ask) -> None:
    event = event_of(ask(b"GET / HTTP/1.1\r\nHost: x\r\ntEsT-HEADeR: v1\r\ntEsT-HEADeR: v2\r\n\r\n"))
    assert event["multiValueHeaders"]["tEsT-HEADeR"] == ["v1", "v2"]
    assert event["headers"]["tEsT-HEADeR"] == "v2"


@pytest.mark.parametrize(
    ("target", "path"),
    [("/a%2Fb", "/a%2Fb"), ("/a//b", "/a//b"), ("//a", "/a"), ("/a/../b", "/a/../b"), ("/a/", "/a/")],
)
def test_the_target_is_neither_decoded_nor_tidied(ask: Ask, target: str, path: str) -> None:
    assert event_of(ask(f"GET {target} HTTP/1.1\r\nHost: x\r\n\r\n".encode()))["path"] == path


def test_head_has_the_length_but_no_body(ask: Ask) -> None:
    head, _, body = ask(b"HEAD /html HTTP/1.1\r\nHost: x\r\n\r\n").partition(b"\r\n\r\n")
    assert body == b""
    assert b"Content-Length: 29" in head


def test_options_is_the_functions(ask: Ask) -> None:
    assert event_of(ask(b"OPTIONS / HTTP/1.1\r\nHost: x\r\n\r\n"))["httpMethod"] == "OPTIONS"


def test_an_unknown_method_is_the_gateways(ask: Ask) -> None:
    assert b"403" in ask(b"BREW / HTTP/1.1\r\nHost: x\r\n\r\n").splitlines()[0]


def test_repeated_and_odd_headers_go_out_as_they_are(ask: Ask) -> None:
    head = ask(b"GET /cookies HTTP/1.1\r\nHost: x\r\n\r\n")
    assert head.count(b"Set-Cookie: ") == 2
    assert "X-cAsE: λ\r\n".encode() in head
    assert head.count(b"Date: ") == 1


def test_a_204_ends_with_its_headers(ask: Ask) -> None:
    response = ask(b"GET /empty HTTP/1.1\r\nHost: x\r\n\r\nGET /empty HTTP/1.1\r\nHost: x\r\n\r\n")
    assert response.count(b"HTTP/1.1 204 No Content") == 2
    assert b"Content-Length" not in response


def test_bodies_by_length_and_by_chunks(ask: Ask) -> None:
    length = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello"
    chunks = (
        b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n"
    )
    assert [event_of(ask(raw))["body"] for raw in (length, chunks)] == ["hello", "hello"]


def test_a_connection_serves_many_requests(server: Server) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=DEADLINE)
    sockets = set()
    for body in (None, "x" * 100_000, None):
        connection.request("POST", "/", body=body)
        assert connection.getresponse().read()
        sockets.add(connection.sock)
    assert len(sockets) == 1
    connection.close()


def test_expect_100_continue_is_answered(ask: Ask) -> None:
    raw = b"POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\nx"
    assert ask(raw).startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK")


def test_a_body_over_10_mb_is_413(server: Server) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=DEADLINE)
    connection.request("POST", "/", body=b"x" * (11 * 1024 * 1024))
    response = connection.getresponse()
    assert (response.status, response.read()) == (413, b'{"message":"Request Too Long"}')
    connection.close()


@pytest.mark.parametrize(
    "raw",
    [
        b"nonsense\r\n\r\n",
        b"GET / HTTP/1.1\r\nContent-Length: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        b"GET / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\nab",
        b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\nshort",
        b"POST / HTTP/1.1\r\nContent-Length: 999999999\r\n\r\nshort",
        b"GET / HTTP/1.1\r\nX: " + b"x" * 70_000 + b"\r\n\r\n",
    ],
)
def test_what_is_no_http_gets_an_answer_and_the_server_lives(ask: Ask, raw: bytes) -> None:
    response = ask(raw)
    assert response.startswith((b"HTTP/1.1 400", b"HTTP/1.1 431"))
    assert b"Connection: close" in response
    assert json.loads(response.partition(b"\r\n\r\n")[2])["message"]
    assert event_of(ask(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"))["path"] == "/"


@pytest.mark.parametrize("target", ["/__polo__", "/__polo__/", "/__polo__?q=1", "/__polo__/functions"])
def test_the_inspectors_pages_do_not_reload(ask: Ask, target: str) -> None:
    page = ask(f"GET {target} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    assert page.endswith(b"\r\n\r\n<!doctype html><body>x</body>")


def test_who_sends_far_too_much_reads_the_answer_first(server: Server) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=DEADLINE) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nX: " + b"x" * 20_000_000)
        connection.shutdown(socket.SHUT_WR)
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    assert answer.startswith(b"HTTP/1.1 431")


def test_pages_load_livereload_from_the_same_origin(ask: Ask) -> None:
    page = ask(b"GET /html HTTP/1.1\r\nHost: localhost:9\r\n\r\n").decode()
    assert (
        '<script src="/__polo__/livereload.js?host=localhost&amp;port=1234&amp;maxdelay=1000"></script>'
        in page
    )
    assert (
        '<script src="/__polo__/overlay.js?host=localhost&amp;port=1234&amp;maxdelay=1000"></script></body>'
        in page
    )
    assert "default-src 'self'; connect-src 'self' ws://localhost:1234\r\n" in page
    script = ask(b"GET /__polo__/livereload.js?host=localhost HTTP/1.1\r\nHost: x\r\n\r\n")
    assert b"Content-Type: text/javascript" in script
    assert b"__LiveReload" in script or b"LiveReload" in script
    for name, kind in (("overlay.js", b"text/javascript"), ("overlay.css", b"text/css")):
        assert kind in ask(f"GET /__polo__/{name} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
