"""The one place where answers are compressed and put into the form that Lambda sends."""

from __future__ import annotations

import base64
import gzip
import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devserver.gateway.lambda_result import read_result
from encoding import BODY_LIMIT, COMPRESSED_FROM, PLAIN_LIMIT, accepted_by, encoded, too_large, wants_gzip

LARGE = COMPRESSED_FROM


def answer(body: str | None, type: str = "application/json", **more: Any) -> dict[str, Any]:
    return {"statusCode": 200, "headers": {"Content-Type": type}, "body": body, **more}


def asking(*lines: str) -> dict[str, Any]:
    return {"httpMethod": "GET", "multiValueHeaders": {"accept-encoding": list(lines)} if lines else None}


def read(sent: dict[str, Any]) -> str:
    """The text that a client makes of it."""
    content = base64.b64decode(sent["body"]) if sent["isBase64Encoded"] else sent["body"].encode()
    packed = sent["multiValueHeaders"].get("Content-Encoding") == ["gzip"]
    return (gzip.decompress(content) if packed else content).decode()


@pytest.mark.parametrize(
    ("accepted", "wanted"),
    [
        (None, False),
        ("", False),
        (" ", False),
        ("gzip", True),
        ("GZIP", True),
        ("x-gzip", True),
        ("gzip, deflate, br, zstd", True),
        ("br", False),
        ("deflate", False),
        ("notgzip", False),
        ("gzipped", False),
        ("gzip;q=0", False),
        ("gzip; q=0.000", False),
        ("gzip;Q=0", False),
        ("gzip ; q = 0", False),
        ("gzip;q=0.001", True),
        ("gzip;q=1.0", True),
        ("gzip;q=2", False),
        ("gzip;q=-1", False),
        ("gzip;q=", False),
        ("gzip;q=nan", False),
        ("gzip;level=9", True),
        ("*", True),
        ("*;q=0", False),
        ("*, gzip;q=0", False),
        ("gzip, *;q=0", True),
        ("br, *;q=0.1", True),
        ("identity", False),
        ("identity, gzip", True),
        ("identity;q=1, gzip;q=0.5", False),
        ("identity;q=0.5, gzip;q=1", True),
        ("identity;q=0", False),
        (";q=1,,", False),
    ],
)
def test_gzip_is_sent_to_those_who_ask_for_it(accepted: str | None, wanted: bool) -> None:
    assert wants_gzip(accepted, LARGE) is wanted


def test_what_is_small_is_compressed_only_for_those_who_refuse_it_plain() -> None:
    assert not wants_gzip("gzip", LARGE - 1)
    assert wants_gzip("gzip, identity;q=0", LARGE - 1)
    assert wants_gzip("gzip, *;q=0", LARGE - 1)


@given(st.one_of(st.text(), st.text(alphabet='gzip*identity;q=01., "\t')))
def test_no_header_is_an_error(accepted: str) -> None:
    assert isinstance(wants_gzip(accepted, LARGE), bool)


@pytest.mark.parametrize(
    "event",
    [
        {"headers": {"ACCEPT-ENCODING": "br, gzip"}},
        {"headers": {"Accept-Encoding": "gzip"}, "multiValueHeaders": {"Accept-Encoding": ["br", "gzip"]}},
    ],
)
def test_every_line_of_the_header_counts_in_any_case(event: dict[str, Any]) -> None:
    assert accepted_by(event) == "br, gzip"


@pytest.mark.parametrize("event", [{}, {"headers": None, "multiValueHeaders": None}, {"headers": {}}])
def test_a_request_without_headers_asks_for_nothing(event: dict[str, Any]) -> None:
    assert accepted_by(event) is None


@pytest.mark.parametrize(
    "type", ["application/json", "application/problem+json", "text/csv", "image/svg+xml"]
)
@pytest.mark.parametrize("size", [0, 1, LARGE - 1, LARGE, PLAIN_LIMIT, PLAIN_LIMIT + 1])
@pytest.mark.parametrize("accepted", ["gzip", "gzip;q=0"])
def test_text_arrives_as_it_was_and_its_form_depends_on_who_asks(type: str, size: int, accepted: str) -> None:
    sent = encoded(answer("ü" * (size // 2) + "x" * (size % 2), type), asking(accepted))
    assert read(sent) == "ü" * (size // 2) + "x" * (size % 2)
    assert sent["multiValueHeaders"]["Vary"] == ["Accept-Encoding"]
    assert ("Content-Encoding" in sent["multiValueHeaders"]) is (accepted == "gzip" and size >= LARGE)


def test_a_font_stays_as_it_is_and_does_not_vary() -> None:
    font = answer("d09GMg==", "font/woff2", isBase64Encoded=True)
    sent = encoded(font, asking("gzip, identity;q=0"))
    assert (sent["body"], sent["isBase64Encoded"]) == ("d09GMg==", True)
    assert sent["multiValueHeaders"] == {"Content-Type": ["font/woff2"]}


@pytest.mark.parametrize("body", [None, ""])
def test_nothing_is_not_compressed(body: str | None) -> None:
    sent = encoded(answer(body), asking("gzip, identity;q=0"))
    assert (sent["body"], "Content-Encoding" in sent["multiValueHeaders"]) == ("", False)


def test_a_half_of_a_character_is_no_error() -> None:
    assert read(encoded(answer("a\ud83db"), asking())) == "a?b"


@pytest.mark.parametrize("char", ["a", '"', "\\", "\n", "\x01", "ü", "\U0001f4a5"])
@pytest.mark.parametrize("accepted", ["gzip", "identity"])
def test_whatever_is_not_too_large_is_what_lambda_sends(char: str, accepted: str) -> None:
    """Just below each limit, in the characters that grow most as JSON text."""
    fits = BODY_LIMIT // 4 * 3
    for size in (PLAIN_LIMIT, PLAIN_LIMIT + 1, fits, fits + 8):
        sent = encoded(answer(char * (size // len(char.encode()))), asking(accepted))
        if not too_large(sent):
            assert read_result(sent).body == sent["body"]
    assert too_large(sent) is (accepted == "identity")


def test_what_cannot_be_compressed_is_too_large_in_both_forms() -> None:
    noise = random.Random(15).randbytes(BODY_LIMIT).decode("latin-1")
    for accepted in ("gzip", "identity"):
        assert too_large(encoded(answer(noise), asking(accepted)))
