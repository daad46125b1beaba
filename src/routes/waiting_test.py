"""What is not ready: every page asks to wait and looks again by itself; programs hear when to ask again."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from devserver.gateway.gateway import Client
from routes.conftest import PATHS, Estate
from services.models.all import Everything
from services.read.builds import OnItsWay, Progress

WHOLE = Progress("Reading", "resources", 100_000, 0.0)
OPEN = ("/health",)  # says nothing to strangers


class Reading(Estate):
    """An estate that is being read."""

    def __init__(self) -> None:
        pass

    def current(self) -> Everything:
        raise OnItsWay(WHOLE, 12.3)


@pytest.fixture
def client(console: Callable[..., Client]) -> Client:
    return console(estate=Reading())


@pytest.mark.parametrize("path", [path for path in PATHS if path not in OPEN])
def test_every_route_says_that_the_estate_is_being_read(client: Client, path: str) -> None:
    answer = client.get(path)
    if answer.status < 400:  # it shows nothing of the estate
        assert "Reading 100,000" not in answer.text or path.startswith("/api/")
        return
    assert answer.status == 503, answer.text[:300]
    if path == "/api/health":
        assert answer.json()["table"] != "ok"
        return
    assert int(answer.header("Retry-After") or 0) > 0
    if path.startswith("/api"):
        assert answer.json()["detail"] == "Reading 100,000 resources, 12 s so far"
    else:
        assert "Reading 100,000 resources, 12 s so far" in answer.text
        assert '<meta http-equiv="refresh" content="2">' in answer.text
        assert "<h1>" in answer.text
        assert "Not read yet" in answer.text, "what is unknown is not 0"
        assert '<span class="num">0</span>' not in answer.text and "Nothing collected" not in answer.text


def test_a_list_that_htmx_asks_for_has_the_browser_ask_for_the_whole_page(client: Client) -> None:
    answer = client.get("/resources", headers={"HX-Request": "true"})
    assert (answer.status, answer.header("HX-Refresh")) == (503, "true")


def test_what_was_posted_is_not_sent_again_by_itself(client: Client) -> None:
    answer = client.request("POST", "/sync")
    assert "http-equiv" not in answer.text
