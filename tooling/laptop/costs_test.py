from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from services.cloud.aws import Aws
from services.cloud.rates import Limiter
from services.costs.local_store import LocalCostStore
from services.models.kit.base import Source
from services.models.kit.scope import GLOBAL
from settings import Settings
from tests.cost_explorer import Charge, Explorer, served
from tooling.laptop.costs import costs

NOW = datetime(2026, 11, 20, 4, 15, tzinfo=UTC)
Run = Callable[..., tuple[int, str]]


def bill(day: date) -> dict[Charge, Decimal]:
    return {("1", "AWS Lambda", "eu-west-1", "web"): Decimal(day.day)}


@pytest.fixture
def source(monkeypatch: pytest.MonkeyPatch) -> Iterator[Source]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    with served(Explorer(bill)) as url:
        monkeypatch.setenv("AWS_ENDPOINT_URL_COST_EXPLORER", url)
        yield Aws(limiter=Limiter(wait=lambda _: None)).source(GLOBAL)


@pytest.fixture
def run(source: Source, tmp_path: Path) -> Run:
    def run(*, dry_run: bool = False, **settings: str) -> tuple[int, str]:
        out, known = io.StringIO(), Settings(**settings)
        code = costs(data_dir=tmp_path, settings=known, source=source, now=NOW, out=out, dry_run=dry_run)
        return code, out.getvalue()

    return run


def test_it_keeps_the_costs_beside_the_data_and_says_what_it_asked(run: Run, tmp_path: Path) -> None:
    code, text = run()
    assert code == 0
    assert text.startswith("63 days and months, 14 requests, $0.14: ")
    found = LocalCostStore(tmp_path / "local_costs.json", tmp_path / "r.json").costs("2026-11-19")
    assert found is not None
    assert found.total == 19


def test_a_spent_budget_is_said_and_no_failure(run: Run) -> None:
    code, text = run(ce_max_requests_per_day="4")
    assert code == 0
    assert "the 4 requests of 2026-11-20 are spent. Way out: " in text


def test_an_account_that_has_not_opted_in_is_told_once_and_no_failure(run: Run) -> None:
    code, text = run(ce_resource_services="3")
    assert code == 0
    assert text.count("resources have list prices") == 1


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("ce_max_requests_per_day", "many", "CE_MAX_REQUESTS_PER_DAY is 'many'. Way out: a whole number"),
        ("ce_resource_services", "all", "CE_RESOURCE_SERVICES is 'all'. Way out: a whole number"),
        ("ce_metric", "net", "CE_METRIC is 'net'. Way out: one of unblended, amortized"),
    ],
)
def test_a_setting_that_can_not_be_used_is_named(
    run: Run, capsys: pytest.CaptureFixture[str], tmp_path: Path, name: str, value: str, said: str
) -> None:
    assert run(**{name: value})[0] == 1
    assert capsys.readouterr().err.startswith(said)
    assert not list(tmp_path.iterdir())


def test_a_dry_run_tells_the_requests_and_dollars_and_leaves_nothing(run: Run, tmp_path: Path) -> None:
    code, text = run(dry_run=True)
    assert code == 0
    assert "  4 x get_cost_and_usage, daily, 2026-11-06 to 2026-11-20\n" in text
    assert "At least 14 requests, $0.14;" in text
    assert "Today 0 of 60 requests are spent" in text
    assert not [*tmp_path.iterdir()]
    _, real = run()
    assert "14 requests, $0.14" in real  # as it was said
    _, again = run(dry_run=True)
    assert "At least 6 requests, $0.06;" in again
    assert "Today 14 of 60 requests are spent" in again
    assert run()[1].startswith("14 days and months, 6 requests, $0.06")


def test_a_dry_run_says_what_the_budget_leaves_for_the_next_day(run: Run) -> None:
    _, text = run(dry_run=True, ce_max_requests_per_day="4", ce_resource_services="5")
    assert "At least 4 requests, $0.04" in text
    assert "the rest waits for the next day" in text
    assert "of the 5 dearest services at least 5 more" in text
