from __future__ import annotations

import gzip

import pytest

from devserver.gateway.gateway import Request, Response
from devserver.http.livereload_tag import widen, with_livereload

REQUEST = Request(headers=(("Host", "localhost:2200"),))
OWN, SOCKET = "http://h/own/", "ws://h:1"


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        ("default-src 'self'", "default-src 'self'; connect-src 'self' ws://h:1"),
        (
            "default-src 'none'; script-src 'self'; connect-src 'self'",
            "default-src 'none'; script-src 'self'; connect-src 'self' ws://h:1; style-src http://h/own/",
        ),
        (
            "default-src 'none'",
            "default-src 'none'; script-src http://h/own/; style-src http://h/own/; connect-src ws://h:1",
        ),
        (
            "script-src 'nonce-a'; img-src *",
            "script-src 'nonce-a' http://h/own/; img-src *",
        ),
        ("frame-ancestors 'none'", "frame-ancestors 'none'"),
        ("", ""),
    ],
)
def test_the_policy_gets_the_servers_own_files_and_one_socket_more(policy: str, expected: str) -> None:
    assert widen(policy, OWN, SOCKET) == expected


@pytest.mark.parametrize(
    "response",
    [
        Response(200, (("Content-Type", "text/html"),), b"<tr><td>fragment</td></tr>"),
        Response(200, (("Content-Type", "application/json"),), b"<!doctype html>"),
        Response(200, (("Content-Type", "text/html"), ("Content-Encoding", "br")), b"<!doctype html>"),
        Response(304, (("Content-Type", "text/html"),)),
    ],
)
def test_what_is_no_full_page_stays_as_it_is(response: Response) -> None:
    assert with_livereload(response, REQUEST, 1) is response


def test_the_length_and_all_other_headers_are_right() -> None:
    headers = (("Content-Type", "text/html; charset=utf-8"), ("Content-Length", "40"), ("Set-Cookie", "a"))
    page = with_livereload(Response(200, headers, b"<!DOCTYPE html><html>no body end"), REQUEST, 7)
    assert page.header("Content-Length") == str(len(page.body))
    assert page.header("Set-Cookie") == "a"
    assert page.body.endswith(b'port=7&amp;maxdelay=1000"></script>')


def test_a_compressed_page_goes_out_plain() -> None:
    headers = (("Content-Type", "text/html"), ("Content-Encoding", "gzip"))
    page = with_livereload(Response(200, headers, gzip.compress(b"<!doctype html><body></body>")), REQUEST, 7)
    assert page.body.startswith(b"<!doctype html><body><script src=")
    assert page.header("Content-Encoding") is None


def test_what_only_says_it_is_compressed_stays_as_it_is() -> None:
    response = Response(
        200, (("Content-Type", "text/html"), ("Content-Encoding", "gzip")), b"<!doctype html>"
    )
    assert with_livereload(response, REQUEST, 1) is response


def test_a_hostile_host_header_stays_out_of_the_page() -> None:
    request = Request(headers=(("Host", '"><script>alert(1)</script>'),))
    page = with_livereload(Response(200, (("Content-Type", "text/html"),), b"<html></html>"), request, 1)
    assert b"<script>alert" not in page.body
