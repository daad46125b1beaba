"""Every route, in every form that a client may ask for, through the handlers that Lambda calls."""

from __future__ import annotations

import gzip
from functools import cache
from types import SimpleNamespace

import pytest
from aws_lambda_powertools.event_handler.api_gateway import Router

import encoding
import lambda_static
from devserver.gateway.gateway import Api, Client, Response, Route
from services.releases.assets import asset_paths
from tests.web_routes import (
    ENCODINGS,
    ERRORS,
    SAMPLED_FUNCTIONS,
    SAMPLES,
    asking,
    csv_link,
    functions_with_routes,
    rules,
    sampled_paths,
)
from wiring import web

pytestmark = pytest.mark.usefixtures("no_bucket")

STATIC_ERRORS = ("/static/nothing.js", "/static/nothing.000000000000.css")
PER_REQUEST = ("x-amzn-RequestId", "x-amz-apigw-id", "X-Amzn-Trace-Id")


@pytest.fixture(scope="module")
def static() -> Client:
    return Client(lambda_static.lambda_handler, api=Api(routes=(Route("/static/{proxy+}"),)))


@pytest.fixture
def targets(console: Client) -> list[str]:
    return addresses(console)


@cache
def addresses(console: Client) -> list[str]:
    """An address of each route that is read, as page or JSON; and as CSV where its page offers that."""
    paths = sampled_paths("GET", asking(console))
    return [*paths, *(link for path in paths if (link := csv_link(console.get(path).text))), *ERRORS]


@pytest.fixture(params=["console", "static"])
def site(request: pytest.FixtureRequest) -> tuple[Client, list[str]]:
    """A function that faces the web, with all that it is asked for."""
    if request.param == "static":
        files = [*asset_paths().values(), "/static/app.js", *STATIC_ERRORS]
        return request.getfixturevalue("static"), files
    return request.getfixturevalue("console"), request.getfixturevalue("targets")


def asked(client: Client, path: str, accepted: str | None, method: str = "GET") -> Response:
    headers = {} if accepted is None else {"Accept-Encoding": accepted}
    return client.request(method, path, headers=headers | {"Cookie": visitor(client)})


@cache
def visitor(client: Client) -> str:
    """The cookie of one who was here before, so that pages say the same each time."""
    return (client.get("/").header("Set-Cookie") or "").partition(";")[0]


def read(response: Response) -> bytes:
    packed = response.header("Content-Encoding") == "gzip"
    return gzip.decompress(response.body) if packed else response.body


def lines(response: Response) -> list[tuple[str, str]]:
    return [(name, value) for name, value in response.headers if name not in PER_REQUEST]


def test_every_function_that_faces_the_web_is_asked() -> None:
    assert functions_with_routes() == SAMPLED_FUNCTIONS


def test_no_sample_is_left_of_a_route_that_is_gone() -> None:
    assert SAMPLES.keys() <= {*rules("GET"), *rules("POST")}


def test_a_new_route_without_a_sample_fails(console: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    router = Router()  # type: ignore[no-untyped-call]
    router.get("/new/<name>")(lambda name: None)
    monkeypatch.setattr(web, "ROUTERS", (*web.ROUTERS, SimpleNamespace(router=router)))
    with pytest.raises(AssertionError, match="new/<name>"):
        sampled_paths("GET", asking(console))


def test_pages_json_and_csv_are_among_what_is_asked(targets: list[str], console: Client) -> None:
    types = [(console.get(path).header("Content-Type") or "").partition(";")[0] for path in targets]
    assert types.count("text/html") > 15
    assert types.count("application/json") > 10
    assert types.count("text/csv") >= 6
    assert types.count("application/problem+json") == 3


def test_every_answer_is_right_in_every_encoding(site: tuple[Client, list[str]]) -> None:
    client, paths = site
    for path in paths:
        plain = asked(client, path, None)
        assert plain.status < 500, path
        assert (plain.status >= 400) is (path in {*ERRORS, *STATIC_ERRORS}), (path, plain.status)
        assert plain.header("Content-Encoding") is None
        for accepted in ENCODINGS:
            answer = asked(client, path, accepted)
            assert answer.status == plain.status, (path, accepted)
            assert read(answer) == plain.body, (path, accepted)
            compressed = answer.header("Content-Encoding") == "gzip"
            font = plain.header("Content-Type") == "font/woff2"
            large = len(plain.body) >= encoding.COMPRESSED_FROM
            assert compressed is (accepted == ENCODINGS[0] and large and not font), (path, accepted)
            assert ("Accept-Encoding" in (answer.header("Vary") or "")) is not font, path
            head = asked(client, path, accepted, "HEAD")
            assert (head.status, lines(head), head.body) == (answer.status, lines(answer), b"")


@pytest.mark.parametrize("accepted", [ENCODINGS[0], "identity"])
def test_every_answer_is_right_at_every_limit(
    site: tuple[Client, list[str]], monkeypatch: pytest.MonkeyPatch, accepted: str
) -> None:
    client, paths = site
    for path in paths:
        plain = asked(client, path, None)
        for limit, value in (("COMPRESSED_FROM", 1), ("COMPRESSED_FROM", 10**9), ("PLAIN_LIMIT", 0)):
            with monkeypatch.context() as patch:
                patch.setattr(encoding, limit, value)
                answer = asked(client, path, accepted)
            assert answer.status == plain.status, (path, limit)
            assert read(answer) == plain.body, (path, limit)


@pytest.mark.parametrize("accepted", [ENCODINGS[0], "identity"])
def test_what_does_not_fit_is_a_413_that_says_so(
    console: Client, targets: list[str], monkeypatch: pytest.MonkeyPatch, accepted: str
) -> None:
    for path in targets:
        sent: list[int] = []
        with monkeypatch.context() as patch:
            patch.setattr(web, "too_large", lambda answer, sent=sent: sent.append(len(answer["body"])))
            fits = asked(console, path, accepted)
        for limit, status in ((sent[0], fits.status), (sent[0] - 1, 413)):
            with monkeypatch.context() as patch:
                patch.setattr(encoding, "BODY_LIMIT", limit)
                answer = asked(console, path, accepted)
            if sent[0]:  # else there is nothing that could be too large
                assert answer.status == status, (path, limit)
                assert (status < 413) or b"filter the list first" in read(answer), path
