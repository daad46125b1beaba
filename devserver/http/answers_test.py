"""Which names the dev server answers to."""

from __future__ import annotations

import pytest

from devserver.gateway.http_message import Request, Response
from devserver.http.answers import answerer
from devserver.options import Options


class Ready:
    """A pool whose environments answer everything."""

    def answer(self, request: Request) -> Response:
        return Response(200, (), b"estate")


def status(host: str, *, bound: str = "127.0.0.1") -> int:
    answer = answerer(Ready(), Options(host=bound))  # type: ignore[arg-type]
    return answer(Request(headers=(("Host", host),) if host else ())).status


OWN = ("localhost:2200", "LOCALHOST", "127.0.0.1:2200", "127.0.0.2", "[::1]:2200", "polo.localhost", "")
FOREIGN = ("evil.example", "evil.example:2200", "localhost.evil.example", "10.0.0.1", "[", "a b")


@pytest.mark.parametrize("host", OWN)
def test_its_own_names_at_any_port_are_answered(host: str) -> None:
    assert status(host) == 200


@pytest.mark.parametrize("host", FOREIGN)
def test_another_name_that_points_here_reads_nothing(host: str) -> None:
    assert status(host) == 403


def test_who_binds_to_a_network_is_reached_by_its_names() -> None:
    assert status("polo.corp.example", bound="10.1.2.3") == 200
