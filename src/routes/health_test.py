"""What strangers are told, and what the smoke test reads."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from devserver.gateway.gateway import Client
from errors import PoloError
from routes.conftest import Estate
from services.models.all import Everything
from services.models.all_test import everything, instance

COLLECTED = datetime(1970, 1, 1, tzinfo=UTC)  # what the test's estate says of its scopes
SOON, LATE = COLLECTED + timedelta(minutes=1), COLLECTED + timedelta(days=2)


class Broken(Estate):
    def __init__(self, error: Exception) -> None:
        self.error = error

    def current(self) -> Everything:
        raise self.error


@pytest.fixture(autouse=True)
def deployed(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"ENV": "prod", "RELEASE": "r-1", "USE_LOCAL_DATA": "false"}.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def ask(console: Callable[..., Client]) -> Callable[..., tuple[int, str, dict[str, Any]]]:
    """Ask both; answer the status and body of /health, and the content of /api/health."""

    def both(**wired: Any) -> tuple[int, str, dict[str, Any]]:
        client = console(instance("i-1"), **{"clock": lambda: SOON, **wired})
        outside, inside = client.get("/health"), client.get("/api/health")
        assert outside.status == inside.status
        return outside.status, outside.text, inside.json()

    return both


def test_fresh_data_that_can_be_read_is_healthy(ask: Callable[..., Any]) -> None:
    status, body, content = ask()
    assert (status, body) == (200, "")
    assert (content["status"], content["table"], content["release"]) == ("ok", "ok", "r-1")
    assert (content["age_seconds"], content["collected"]) == (59, "1970-01-01T00:00:00Z")


def test_data_that_nobody_renews_is_not(ask: Callable[..., Any]) -> None:
    status, body, content = ask(clock=lambda: LATE)
    assert (status, body) == (503, "")
    assert (content["status"], content["table"]) == ("failing", "ok")
    assert content["age_seconds"] > 24 * 3600


@pytest.mark.parametrize("error", [PoloError("no table"), RuntimeError("secret detail")])
def test_a_table_that_can_not_be_read_is_told_without_the_reason(
    ask: Callable[..., Any], error: Exception
) -> None:
    status, body, content = ask(estate=Broken(error))
    assert (status, body) == (503, "")
    assert (content["table"], content["collected"], content["age_seconds"]) == ("unreadable", None, None)


def test_data_read_before_does_not_hide_a_broken_table(ask: Callable[..., Any], tmp_path: Path) -> None:
    estate = Estate(everything(tmp_path, instance("i-1")))
    estate.notice = "Showing the data read before: no table"
    status, _, content = ask(estate=estate)
    assert (status, content["table"]) == (503, "unreadable")
    assert content["collected"]


def test_health_says_nothing_else_to_strangers(console: Callable[..., Client]) -> None:
    client = console(instance("i-1"))
    for answer in (client.get("/health"), client.request("HEAD", "/health")):
        assert answer.text == ""
        assert not answer.header("Set-Cookie") and not answer.header("Content-Security-Policy")


def test_before_the_first_collection_nothing_is_old(console: Callable[..., Client]) -> None:
    assert console(clock=lambda: LATE).get("/health").status == 200


def test_nobody_collects_for_a_laptop(
    console: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("USE_LOCAL_DATA", "true")
    assert console(instance("i-1"), clock=lambda: LATE).get("/health").status == 200
