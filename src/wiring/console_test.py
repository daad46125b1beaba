from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from aws_lambda_powertools.event_handler.api_gateway import BaseRouter

from devserver.gateway.gateway import Client
from routes.conftest import Estate
from services.cop.patrol.desk import CopDesk
from services.models.all import Everything
from services.models.all_test import everything, instance
from settings import Settings
from wiring.console import PAGES, AsFarAsImported, before_snapshot, console_of, rehearse
from wiring.web import web_app


class Watched(Estate):
    """Tells how often it was asked."""

    asked = 0

    def current(self) -> Everything:
        self.asked += 1
        return super().current()


class Broken(Watched):
    def current(self) -> Everything:
        self.asked += 1
        raise ZeroDivisionError


@pytest.fixture
def estate(tmp_path: Path) -> Iterator[Watched]:
    yield Watched(everything(tmp_path, instance("i-1")))


def test_a_rehearsal_asks_every_page_and_the_console_answers_as_before(
    estate: Watched, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = Settings.from_environment()
    client = Client(web_app(settings, estate=estate))
    before = {path: client.get(path).status for path in PAGES}
    asked, estate.asked = estate.asked, 0
    rehearse(console_of(settings, estate=estate))
    assert estate.asked == asked
    assert {path: client.get(path).status for path in PAGES} == before == dict.fromkeys(PAGES, 200)
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("kind", [Watched, Broken])
def test_a_rehearsal_leaves_no_request_behind_even_when_pages_fail(
    kind: Callable[[Everything], Watched], tmp_path: Path
) -> None:
    broken = kind(everything(tmp_path, instance("i-1")))
    rehearse(console_of(Settings.from_environment(), estate=broken))
    assert broken.asked >= len(PAGES)
    assert not hasattr(BaseRouter, "current_event")
    assert not hasattr(BaseRouter, "lambda_context")


def test_a_rehearsal_goes_on_where_no_rule_can_be_imported_yet(estate: Watched) -> None:
    asked = []

    class Unwritten(CopDesk):
        def at_hand(self, everything: Everything, now: datetime) -> None:
            asked.append(now)
            raise ImportError("not yet")

    settings = Settings.from_environment()
    desk = AsFarAsImported(Unwritten(pytest.fail, pytest.fail, pytest.fail))
    assert desk.at_hand(estate.current(), datetime.now(UTC)) is None
    rehearse(console_of(settings, estate=estate, cop=Unwritten(pytest.fail, pytest.fail, pytest.fail)))
    assert len(asked) > 1


def test_a_table_is_not_asked_ahead(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("USE_LOCAL_DATA", "false")
    monkeypatch.setattr("wiring.console.console_of", lambda settings: pytest.fail("asked"))
    before_snapshot()


def test_the_wiring_below_the_pages_knows_none_of_them() -> None:
    code = "import sys, wiring.console; print([n for n in sys.modules if n.startswith('routes.')])"
    src = Path(__file__).parent.parent
    done = subprocess.run([sys.executable, "-c", code], cwd=src, capture_output=True, text=True, check=True)  # noqa: S603
    assert done.stdout.strip() == "['routes.csrf', 'routes.console', 'routes.parameters', 'routes.common']"
