from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from errors import CollectError
from services.cloud.marqo import MarqoCloud
from services.cloud.tally import counting
from services.collect.collect import collect
from services.models.kit.scope import Scope
from services.models.marqoindex import RESOURCE_TYPE

KEY = "key-that-nobody-may-see"
SCOPE = Scope("marqo", "global", "marqoindexes")


class Cloud(ThreadingHTTPServer):
    """A Marqo Cloud on loopback that answers what it is told and remembers what it was asked."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answers: list[tuple[int, str]] = []
        self.asked: list[tuple[str, str, str | None]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/"


class _Handler(BaseHTTPRequestHandler):
    server: Cloud

    def do_GET(self) -> None:
        self.server.asked.append(("GET", self.path, self.headers.get("x-api-key")))
        status, body = self.server.answers.pop(0)
        self.send_response(status)
        if status == 302:
            self.send_header("Location", f"{self.server.url}elsewhere")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, format: str, *args: object) -> None: ...


@pytest.fixture
def cloud() -> Iterator[Cloud]:
    with Cloud() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        yield server
        server.shutdown()


@pytest.fixture
def answered(cloud: Cloud) -> Callable[..., list[str]]:
    """The names of the indexes found when the cloud gives these answers."""

    def found(*answers: tuple[int, str], key: str = KEY) -> list[str]:
        cloud.answers = list(answers)
        return [index.id for index in collect(RESOURCE_TYPE, SCOPE, MarqoCloud(key, cloud.url))]

    return found


Answered = Callable[..., list[str]]


def test_indexes_are_read_with_one_get(cloud: Cloud, answered: Answered) -> None:
    results = json.dumps({"results": [RESOURCE_TYPE.sample, {"indexName": "a"}]})
    assert answered((200, results)) == ["a", "product-search"]
    assert cloud.asked == [("GET", "/api/v2/indexes", KEY)]


def test_no_index_is_no_resource(answered: Answered) -> None:
    assert answered((200, '{"results": []}')) == []


def test_passing_trouble_is_tried_again(cloud: Cloud, answered: Answered) -> None:
    assert answered((503, ""), (200, '{"results": []}')) == []
    assert len(cloud.asked) == 2


@pytest.mark.parametrize(
    ("answers", "message"),
    [
        ([(401, "")], "refused the key"),
        ([(403, "")], "refused the key"),
        ([(404, "")], "answered 404"),
        ([(302, "")], "answered 302"),
        ([(503, "")] * 3, "answered 503"),
        ([(200, "<html>")], "without a list"),
        ([(200, "[]")], "without a list"),
        ([(200, "{}")], "without a list"),
    ],
)
def test_bad_answer_fails_the_scope_and_never_looks_like_no_index(
    cloud: Cloud, answered: Answered, answers: list[tuple[int, str]], message: str
) -> None:
    with pytest.raises(CollectError, match=message) as error:
        answered(*answers)
    assert KEY not in str(error.value)
    assert {path for _, path, _ in cloud.asked} == {"/api/v2/indexes"}, "the key follows no redirect"


@pytest.mark.parametrize("key", [f"{KEY}\nx", f"{KEY}\u00e9"])
def test_key_that_cannot_be_sent_is_not_shown(answered: Answered, key: str) -> None:
    with pytest.raises(CollectError) as error:
        answered((200, '{"results": []}'), key=key)
    assert KEY not in repr(error.value) + repr(error.value.__cause__) + repr(error.value.__context__)


def test_cloud_that_cannot_be_reached_is_a_clear_line(cloud: Cloud) -> None:
    url = cloud.url
    cloud.server_close()
    with pytest.raises(CollectError, match="can't reach Marqo Cloud"):
        collect(RESOURCE_TYPE, SCOPE, MarqoCloud(KEY, url))


def test_requests_and_throttles_are_counted(cloud: Cloud, answered: Answered) -> None:
    with counting() as tally:
        answered((429, ""), (503, ""), (200, '{"results": []}'))
    assert (tally.calls, tally.throttles) == (3, 1)
