from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from devserver.gateway.gateway import Client
from services.daily_store import Fetched
from services.models.all_test import instance
from services.models.domain.daily import DAY
from services.models.kit.scope import Scope
from services.store.local_daily import LocalDaily

LAST = date(2026, 11, 19)
PAGE = "/resources/instances/{account}/{region}/i-1"


@pytest.fixture
def page() -> str:
    found = instance("i-1")
    return PAGE.format(**found)


@pytest.fixture
def daily(tmp_path: Path) -> LocalDaily:
    found = instance("i-1")
    store = LocalDaily(tmp_path / "local_daily.json")
    scope = Scope(found["account"], found["region"], "instances")
    store.keep([Fetched(scope, LAST, {"i-1": {"CPUUtilization.Average": {LAST: 12.5}}})], LAST + DAY)
    return store


def test_page_and_json_show_the_daily_values(
    console: Callable[..., Client], daily: LocalDaily, page: str
) -> None:
    client = console(instance("i-1"), daily=daily)
    assert "CPU, mean, 30 days to 19 Nov 2026: 12.5\u202f%, 29 days unknown" in client.get(page).text
    values = client.get(f"/api{page}").json()["daily"]
    assert values == {"last": "2026-11-19", "values": {"CPUUtilization.Average": [12.5]}}


def test_page_goes_on_without_values_that_cannot_be_read(
    console: Callable[..., Client], daily: LocalDaily, page: str
) -> None:
    daily.path.write_text("{")
    client = console(instance("i-1"), daily=daily)
    answer = client.get(page)
    assert answer.status == 200
    assert "local_daily.json:1:2" in answer.text
    assert client.get(f"/api{page}").json()["daily"] is None
