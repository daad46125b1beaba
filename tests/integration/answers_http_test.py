"""Answers through the dev server, as clients over HTTP get them."""

from __future__ import annotations

import gzip
import http.client
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

from services.releases.assets import asset_paths
from tests.serving import DEADLINE, served
from tests.web_routes import ENCODINGS, ERRORS, Ask, copied_demo, csv_link, sampled_paths

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("demo")
    data = {"LOCAL_DATA_PATH": str(copied_demo(folder)), "CACHE_PATH": str(folder / "cache")}
    with served(**data, PATIENCE="60") as address:
        yield address


@pytest.fixture(scope="module")
def visitor(address: str) -> Iterator[requests.Session]:
    """One who was here before, and takes gzip as every browser does."""
    with requests.Session() as session:
        session.get(address, timeout=DEADLINE)
        yield session


def asking(visitor: requests.Session, address: str) -> Ask:
    """Until it is there: a server that has just started may say that it is reading."""

    def ask(path: str) -> Any:
        until = time.monotonic() + DEADLINE
        while (answer := visitor.get(address + path, timeout=DEADLINE)).status_code == 503:
            assert time.monotonic() < until, (path, answer.text)
            time.sleep(0.1)
        return answer.json()

    return ask


def with_script(kind: str) -> bool:
    """Whether the dev server puts LiveReload's script into it: into pages, which then leave as they are."""
    return kind.startswith("text/html")


def raw(
    address: str, method: str, path: str, headers: dict[str, str]
) -> tuple[http.client.HTTPResponse, bytes]:
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=DEADLINE)
    connection.putrequest(method, path, skip_accept_encoding=True)
    for name, value in headers.items():
        connection.putheader(name, value)
    connection.endheaders()
    response = connection.getresponse()
    body = response.read()
    connection.close()
    return response, body


def test_every_route_answers_a_client_that_takes_gzip(visitor: requests.Session, address: str) -> None:
    paths = sampled_paths("GET", asking(visitor, address))
    links = [link for path in paths if (link := csv_link(visitor.get(address + path, timeout=DEADLINE).text))]
    assert len(links) >= 6
    for path in [*paths, *links, *asset_paths().values()]:
        response = visitor.get(address + path, timeout=DEADLINE)
        assert response.status_code == 200, (path, response.text[:200])
        kind = response.headers["Content-Type"]
        large = len(response.content) >= 1024 and kind != "font/woff2" and not with_script(kind)
        assert (response.headers.get("Content-Encoding") == "gzip") is large, path


@pytest.mark.parametrize(
    "path", ["/resources", "/api/resources", "/resources?format=csv", asset_paths()["htmx.min.js"], *ERRORS]
)
def test_one_of_each_kind_is_the_same_in_every_encoding(
    visitor: requests.Session, address: str, path: str
) -> None:
    cookie = {"Cookie": "; ".join(f"{name}={value}" for name, value in visitor.cookies.items())}
    _, plain = raw(address, "GET", path, cookie)
    assert len(plain) > 100
    for accepted in ENCODINGS:
        headers = cookie if accepted is None else cookie | {"Accept-Encoding": accepted}
        response, body = raw(address, "GET", path, headers)
        head, nothing = raw(address, "HEAD", path, headers)
        packed = response.getheader("Content-Encoding") == "gzip"
        page = with_script(response.getheader("Content-Type") or "")
        assert packed is (accepted == ENCODINGS[0] and len(plain) >= 1024 and not page)
        assert (gzip.decompress(body) if packed else body) == plain
        assert (head.status, nothing) == (response.status, b"")
        changed = ("Content-Length", "Content-Encoding") if not page else ()
        for name in ("Content-Type", "Vary", "Cache-Control", *changed):
            assert head.getheader(name) == response.getheader(name), name
