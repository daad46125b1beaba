"""Against a real HTTP server that misbehaves."""

from __future__ import annotations

import json
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from requests import exceptions

from services.notify.notify import poster
from services.notify.webhook import SENT, TRIES, InDoubt, NotTaken, post

Behaviour = int | str | tuple[int, str]  # a status, "slow", "cut", or a status and Retry-After


class Receiver(ThreadingHTTPServer):
    """Behaves as `behaviours` say, one after the other, then well; remembers what it has taken."""

    daemon_threads = True

    def __init__(self, *behaviours: Behaviour) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.behaviours, self.seen, self.taken = list(behaviours), 0, []
        self.released = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/services/T0/B0/top-secret"

    def handle_error(self, *_: Any) -> None:
        """A client that went away is no news."""


class Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.seen += 1
        does = self.server.behaviours.pop(0) if self.server.behaviours else 200
        if does in (200, 201, 502, 504, "slow", "cut"):
            self.server.taken.append(body)
        if does == "slow":
            self.server.released.wait(30)
        if does == "cut":
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        status, wait = does if isinstance(does, tuple) else (200 if does == "slow" else int(does), "")
        self.send_response(status)
        if wait:
            self.send_header("Retry-After", wait)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def receiver(request: pytest.FixtureRequest) -> Iterator[Receiver]:
    server = Receiver(*request.param)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield server
    server.released.set()
    server.shutdown()
    server.server_close()


def sent(receiver: Receiver, answer_within: float = 20) -> list[float]:
    """Post; the pauses that were made."""
    pauses: list[float] = []
    post(receiver.url, {"text": "hi"}, "search", pauses.append, answer_within)
    return pauses


@pytest.mark.parametrize(
    ("receiver", "pauses"),
    [
        ((), []),
        ((500, 503), [1.0, 2.0]),
        (((429, "7"),), [7.0]),
        (((429, "60"), (503, "2")), [60.0, 2.0]),
        (((429, "Wed, 18 Nov 2026 07:28:00 GMT"),), [1.0]),
        (((503, "0"), (429, "Thu, 01 Jan 1970 00:00:00 GMT")), [1.0, 2.0]),
        ((201,), []),
        (((429, "soon"), 429), [1.0, 2.0]),
    ],
    indirect=["receiver"],
)
def test_what_was_not_taken_is_sent_again_until_it_is_and_then_no_more(
    receiver: Receiver, pauses: list[float]
) -> None:
    assert sent(receiver) == pauses
    assert receiver.taken == [{"text": "hi"}]
    assert receiver.seen == len(pauses) + 1


@pytest.mark.parametrize(
    ("receiver", "tries"),
    [
        ((500,) * 9, TRIES),
        ((404,), 1),
        ((302,), 1),
        (((429, "61"),), 1),  # nobody waits for longer, or less
        (((429, "Fri, 31 Dec 9998 23:59:59 GMT"),), 1),
    ],
    indirect=["receiver"],
)
def test_it_is_given_up_with_a_clear_error_that_tells_no_address(receiver: Receiver, tries: int) -> None:
    with pytest.raises(NotTaken, match="channel search: it answered") as told:
        sent(receiver)
    assert (receiver.seen, receiver.taken) == (tries, [])
    assert "secret" not in str(told.value)


@pytest.mark.parametrize("receiver", [()], indirect=True)
def test_when_patience_is_over_the_other_channels_are_left_to_the_next_patrol(receiver: Receiver) -> None:
    send = poster({"a": receiver.url}, patience=0)
    with pytest.raises(NotTaken, match="channel a: there is no time left"):
        send("a", {})
    assert receiver.seen == 0


@pytest.mark.parametrize("receiver", [(500,) * 9], indirect=True)
def test_all_that_is_done_for_a_message_has_one_deadline(receiver: Receiver) -> None:
    now = [0.0]

    def sleep(seconds: float) -> None:
        now[0] += seconds

    with pytest.raises(NotTaken):
        post(receiver.url, {}, "search", sleep, total=3.5, clock=lambda: now[0])
    assert (receiver.seen, now[0]) == (3, 3.0), "a third pause would end too late"


def test_an_answer_that_comes_in_drops_is_waited_for_no_longer_than_any() -> None:
    over = threading.Event()

    def drip() -> None:
        client, _ = server.accept()
        with suppress(OSError):
            while not over.wait(0.05):
                client.sendall(b"H")
        client.close()

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=drip, daemon=True)
        thread.start()
        with pytest.raises(InDoubt):
            post(f"http://127.0.0.1:{server.getsockname()[1]}/x", {}, "search", lambda _: None, 0.5)
        over.set()
        thread.join(30)


def raised_by_requests() -> list[type[requests.RequestException]]:
    found = [each for each in vars(exceptions).values() if isinstance(each, type)]
    return [each for each in found if issubclass(each, requests.RequestException)]


@pytest.mark.parametrize("kind", raised_by_requests())
def test_of_each_exception_of_requests_it_is_written_down_when_it_is_raised(
    kind: type[requests.RequestException], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert kind in SENT, "read in requests when it is raised, then add it"

    def fail(*_: Any, **__: Any) -> None:
        raise kind.__new__(kind)

    monkeypatch.setattr(requests, "post", fail)
    expected = NotTaken if SENT[kind] == "nothing" else InDoubt
    with pytest.raises(expected) as told:
        post("https://hooks.slack.test/secret", {}, "search", lambda _: None)
    assert "secret" not in str(told.value)


@pytest.mark.parametrize(
    "url",
    ["hooks.slack.test/secret", "ftp://secret.test", "https://", "https://.secret", "https://a b/secret"],
)
def test_what_no_connection_can_be_made_to_was_not_taken_and_is_not_tried_twice(url: str) -> None:
    pauses: list[float] = []
    with pytest.raises(NotTaken, match="can't be reached") as told:
        post(url, {}, "search", pauses.append)
    assert pauses == [] and "secret" not in str(told.value)


@pytest.mark.parametrize("receiver", [("slow",), ("cut",), (502,), (504,)], indirect=True)
def test_what_may_have_been_taken_is_never_sent_again(receiver: Receiver) -> None:
    with pytest.raises(InDoubt, match="may have arrived") as told:
        sent(receiver, answer_within=0.3)
    assert receiver.seen == len(receiver.taken) == 1
    assert "secret" not in str(told.value)


def test_what_can_not_be_reached_was_not_taken() -> None:
    url = "http://127.0.0.1:1/secret"
    pauses: list[float] = []
    with pytest.raises(NotTaken, match="can't be reached") as told:
        post(url, {}, "search", pauses.append)
    assert pauses == [1.0, 2.0, 4.0]
    assert "secret" not in str(told.value)


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """With its key, for 127.0.0.1, signed by itself."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([])
    now = datetime.now(UTC)
    place = x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))])
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(1).not_valid_before(now - timedelta(days=1))
    made = made.not_valid_after(now + timedelta(days=1)).add_extension(place, critical=True)
    made = made.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    pem = serialization.Encoding.PEM
    secret = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (file := tmp_path / "both.pem").write_bytes(made.sign(key, hashes.SHA256()).public_bytes(pem) + secret)
    return file


@pytest.mark.parametrize(
    ("trusted", "raised", "read"), [(False, NotTaken, 0), (True, InDoubt, 1)], ids=["unknown", "broken"]
)
def test_a_broken_tls_connection_may_have_carried_all_and_an_unknown_certificate_nothing(
    certificate: Path, monkeypatch: pytest.MonkeyPatch, trusted: bool, raised: type[Exception], read: int
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate) if trusted else "")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    seen: list[bytes] = []
    closed = threading.Event()

    def serve() -> None:
        while not closed.is_set():
            with suppress(OSError):
                client, _ = server.accept()
                tls = context.wrap_socket(client, server_side=True)
                seen.append(tls.recv(9999))
                with socket.socket(fileno=tls.detach()) as raw:
                    raw.sendall(b"no TLS at all")

    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=serve, daemon=True).start()
        with pytest.raises(raised):
            post(f"https://127.0.0.1:{server.getsockname()[1]}/secret", {}, "search", lambda _: None, 5)
        closed.set()
    assert len(seen) == read
