from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from devserver.gateway.gateway import Api, Client

TEXT = st.text(max_size=40)
PAIRS = st.lists(st.tuples(TEXT, TEXT), max_size=6)
TARGETS = st.one_of(TEXT, TEXT.map("/".__add__), st.from_regex(r"/[ -~]*\?[ -~]*", fullmatch=True))
TYPES = st.sampled_from([("*/*",), (), ("image/png",)])


@given(st.sampled_from(["GET", "POST", "HEAD", "BREW"]), TARGETS, PAIRS, st.binary(max_size=60), TYPES)
def test_any_request_gets_an_answer_and_any_event_is_json(
    method: str, target: str, headers: list[tuple[str, str]], body: bytes, types: tuple[str, ...]
) -> None:
    events: list[Any] = []
    client = Client(lambda event, _: events.append(event) or {}, Api(binary_media_types=types))
    response = client.request(method, target, headers, body)
    assert response.status in (200, 403)
    for event in events:
        assert json.loads(json.dumps(event)) == event
        event["path"].encode("ascii")


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), TEXT),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)
KEYS = st.sampled_from(["statusCode", "headers", "multiValueHeaders", "body", "isBase64Encoded"])


@given(JSON | st.dictionaries(KEYS, JSON, max_size=5))
def test_any_answer_makes_a_response_that_http_can_carry(answer: Any) -> None:
    response = Client(lambda event, _: answer, log=lambda text: None).get("/")
    assert 200 <= response.status <= 599
    for name, value in response.headers:
        assert name.isascii()
        assert not set("\r\n\0") & set(value)
        value.encode("latin-1")
