"""Answers that are cut off, or not AWS's, are errors and never empty answers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import botocore.session
import pytest
from botocore.awsrequest import AWSResponse

from errors import Unavailable
from services.cloud.aws import Aws
from services.store.dynamo_table import Table

CUT = '{"Item": {"pk": {"S": "a"}'
HTML = "<html>Sign in to the network</html>"


class Body:
    def __init__(self, content: bytes) -> None:
        self.content = content

    def stream(self, *_: object, **__: object) -> Iterator[bytes]:
        yield self.content


def answering(body: str, headers: dict[str, str]) -> Any:
    """What takes the place of the network: every request has this answer."""

    def answer(request: Any, **_: Any) -> AWSResponse:
        return AWSResponse(request.url, 200, headers, Body(body.encode()))

    return answer


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> Any:
    real = botocore.session.Session.create_client

    def use(body: str, **headers: str) -> None:
        def made(session: Any, *given: Any, **named: Any) -> Any:
            client = real(session, *given, **named)
            client.meta.events.register_first("before-send", answering(body, headers))
            return client

        monkeypatch.setattr(botocore.session.Session, "create_client", made)

    return use


@pytest.mark.parametrize(
    ("body", "headers", "said"),
    [
        (CUT, {"content-length": "100"}, f"cut off after {len(CUT)} of 100 bytes"),
        ("", {"content-length": "100"}, "cut off after 0 of 100 bytes"),
        (CUT[:-1], {}, "not JSON"),  # in chunks, or until the connection ends: no length
        (HTML, {"content-length": str(len(HTML))}, "not JSON"),
        ('"yes"', {}, "not JSON"),
    ],
)
def test_neither_a_table_nor_a_service_takes_it_for_nothing(
    answers: Any, body: str, headers: dict[str, str], said: str
) -> None:
    answers(body, **headers)
    with pytest.raises(Unavailable, match=said):
        Table("polo").get(("a", "b"))
    with pytest.raises(Unavailable, match=said):
        Aws(who="the test").source("eu-west-1").call("ecs", "list_clusters")


@pytest.mark.parametrize("body", ["{}", ' {"Item": {"pk": {"S": "a"}}}\n'])
def test_what_is_whole_is_taken(answers: Any, body: str) -> None:
    answers(body, **{"content-length": str(len(body))})
    assert Table("polo").get(("a", "b")) in (None, {"pk": "a"})
