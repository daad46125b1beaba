"""Many clients, many saves, and whatever the network may send: the server answers, and does not grow."""

from __future__ import annotations

import os
import random
import socket
import sys
import threading
import time
from collections import Counter
from pathlib import Path

import pytest

from devserver.conftest import DEADLINE, DevServer, Start, until

pytestmark = [
    pytest.mark.integration,
    pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc"),
]
SOAK_SECONDS, CLIENTS, SAVES_A_SECOND = 60, 8, 2
FUZZ_REQUESTS = 20_000
ORDINARY = 0.02  # of what --deep does


@pytest.fixture
def share(request: pytest.FixtureRequest) -> float:
    """1 with --deep or POLO_DEEP=1, else a small part."""
    deep = request.config.getoption("--deep", default=False) or os.environ.get("POLO_DEEP") == "1"
    return 1.0 if deep else ORDINARY


def test_clients_notice_nothing_of_saves_good_and_bad(start: Start, share: float) -> None:
    server = start("return {'body': '0'}")
    seen: Counter[tuple[int, bool]] = Counter()
    done = threading.Event()

    def ask() -> None:
        while not done.is_set():
            status, body = server.get("/page?q=1")
            seen[status, body.isdigit()] += 1

    _save(server, 6, pause=0.1)
    until(lambda: server.get()[0] == 200, "the first answers")
    before = _size(server)
    clients = [threading.Thread(target=ask) for _ in range(CLIENTS)]
    for client in clients:
        client.start()
    _save(server, max(6, int(SOAK_SECONDS * share * SAVES_A_SECOND)), pause=1 / SAVES_A_SECOND)
    done.set()
    for client in clients:
        client.join(DEADLINE)
    assert set(seen) == {(200, True)}
    until(lambda: _has_not_grown(before, _size(server)), "processes, files and memory to be as before")


def _save(server: DevServer, count: int, pause: float) -> None:
    """Every third save is a bad one; the last is good."""
    bad = ("return {", "return {}\n\n\nimport no_such_module", "return {}\n\n\nraise ValueError")
    for number in range(count, 0, -1):
        server.write(bad[number // 3 % 3] if number % 3 == 0 else f"return {{'body': '{number}'}}")
        time.sleep(pause)  # the pace of the saves is what is tested
    until(lambda: server.get() == (200, "1"), "the last good save")


def _size(server: DevServer) -> tuple[int, int, int]:
    """Processes, open files, and MB of the processes that serve, all together."""
    pids = [server.process.pid, *server.processes()]
    files = memory = 0
    for pid in pids:
        try:
            files += len(list(Path(f"/proc/{pid}/fd").iterdir()))
            memory += int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * 4096 >> 20
        except OSError:  # it has just ended
            continue
    return len(pids), files, memory


def _has_not_grown(before: tuple[int, int, int], after: tuple[int, int, int]) -> bool:
    processes, files, memory = (now - then for then, now in zip(before, after, strict=True))
    extra = 8  # environments that eight clients may have made necessary
    return processes <= extra and files <= extra * 16 and memory <= 40 + 45 * max(0, processes)


HEADS = (
    b"GET / HTTP/1.1\r\n",
    b"POST /a HTTP/1.1\r\n",
    b"HEAD /%ff HTTP/1.0\r\n",
    b"BREW * HTTP/1.1\r\n",
    b"GET ",
)
LINES = (
    b"Host: x\r\n",
    b"Content-Length: 5\r\n",
    b"Content-Length: -1\r\n",
    b"Content-Length: 99999999999999999999\r\n",
    b"Transfer-Encoding: chunked\r\n",
    b"Transfer-Encoding: gzip, chunked\r\n",
    b"Expect: 100-continue\r\n",
    b"X: " + b"y" * 300 + b"\r\n",
    b": no name\r\n",
    b"no colon\r\n",
    b" folded\r\n",
    b"A: \xff\xfe\x00\r\n",
    b"Connection: close\r\n",
)
ENDS = (b"\r\n", b"\r\nhello", b"\r\n5\r\nhello\r\n0\r\n\r\n", b"\r\nzz\r\n", b"\r\n-5\r\n", b"\n", b"")
TARGETS = (
    b"/../../etc/passwd",
    b"//",
    b"/%2e%2e/%00",
    b"http://other/",
    b"/\xc3\x28",
    b"/a?b=%zz&|",
    b"*",
    b"/" * 900,
)


def nonsense(chance: random.Random) -> bytes:
    """Something like a request, or not at all like one."""
    if chance.random() < 0.1:
        return chance.randbytes(chance.randrange(1, 200))
    head = chance.choice(HEADS)
    if chance.random() < 0.5:
        head = b"GET " + chance.choice(TARGETS) + b" HTTP/1.1\r\n"
    lines = b"".join(chance.choices(LINES, k=chance.randrange(6)))
    raw = bytearray(head + lines + chance.choice(ENDS))
    for _ in range(chance.choice((0, 0, 1, 3)) if raw else 0):
        raw[chance.randrange(len(raw))] = chance.randrange(256)
    return bytes(raw)


def send(port: int, raw: bytes) -> bytes:
    """All that comes back once nothing more is sent."""
    with socket.create_connection(("127.0.0.1", port), timeout=DEADLINE) as connection:
        try:
            connection.sendall(raw)
            connection.shutdown(socket.SHUT_WR)
            return b"".join(iter(lambda: connection.recv(65536), b""))
        except ConnectionResetError:  # the server had its answer before all was sent
            return b""


def test_any_bytes_get_an_answer_or_an_end_and_the_server_goes_on(start: Start, share: float) -> None:
    server = start("return {'body': 'up'}")
    port, chance, statuses = server.port, random.Random(2200), Counter[bytes]()

    def attack(seed: int) -> None:
        own = random.Random(seed)
        for _ in range(int(FUZZ_REQUESTS * share) // 4):
            answer = send(port, nonsense(own))
            assert answer.startswith(b"HTTP/1.1 ") or not answer
            statuses[answer[9:12]] += 1

    attackers = [threading.Thread(target=attack, args=(chance.randrange(1 << 32),)) for _ in range(4)]
    for attacker in attackers:
        attacker.start()
    for attacker in attackers:
        attacker.join()
    assert statuses.total() == int(FUZZ_REQUESTS * share)
    assert set(statuses) <= {b"", b"100", b"200", b"400", b"403", b"413", b"414", b"431", b"501", b"505"}
    assert server.get() == (200, "up")
    assert "Traceback" not in server.output


@pytest.fixture(scope="module")
def path_server(start_for_all: Start) -> DevServer:
    """Answers the path that it is asked for."""
    return start_for_all("return {'body': event['path']}")


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        (b"nonsense\r\n\r\n", b"400"),
        (b"GET / HTTP/1.1\r\nX: " + b"y" * 100_000 + b"\r\n\r\n", b"431"),
        (
            b"GET / HTTP/1.1\r\n" + b"X: %s\r\n" % (b"y" * 100) * 90 + b"\r\n",
            b"200",
        ),
        (b"GET / HTTP/1.1\r\n" + b"X: %s\r\n" % (b"y" * 2000) * 6 + b"\r\n", b"431"),
        (b"GET /" + b"y" * 70_000 + b" HTTP/1.1\r\n\r\n", b"414"),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nnonsense\r\n", b"400"),
        (b"POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\n\xff\xfe", b"200"),
        (b"GET /\xff\xfe HTTP/1.1\r\n\r\n", b"200"),
        (b"GET /../../etc/passwd HTTP/1.1\r\n\r\n", b"200"),
        (b"POST / HTTP/1.1\r\nContent-Length: 11534336\r\n\r\n" + b"x" * 11_534_336, b"413"),
    ],
    ids=["line", "100kB", "in-limits", "10kB", "target", "chunks", "utf-8", "path", "dots", "11MB"],
)
def test_bad_input_gets_the_gateways_answer(path_server: DevServer, raw: bytes, status: bytes) -> None:
    answer = send(path_server.port, raw)
    assert answer[9:12] == status, answer[:300]
    assert path_server.get() == (200, "/")
