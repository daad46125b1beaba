"""What reports ask the account that pays, of a stub of Cost Explorer on loopback."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from errors import CollectError, DataFileError
from services.cloud.aws import Aws
from services.cloud.rates import Limiter
from services.cop.judge.facts import NotKnown
from services.costs.local_store import LocalCostStore
from services.costs.requests import Budget, Counted
from services.models.domain.report import Report
from services.models.kit.scope import GLOBAL
from services.reports.payer import RESERVABLE, Recorded
from services.reports.registry import REPORTERS
from services.reports.report import Example, Sources, report_of
from services.reports.reporters_test import sources_of
from tests.cost_explorer import Explorer, served

PLANS, LEASES = "GetSavingsPlansUtilizationDetails", "GetReservationUtilization"
NOTHING = {"UtilizationsByTime": []}


@pytest.fixture
def explorer() -> Explorer:
    plan = {"SavingsPlanArn": "arn:aws:savingsplans::1:savingsplan/", "Attributes": {}}
    pages = [
        {"SavingsPlansUtilizationDetails": [plan | {"SavingsPlanArn": f"{plan['SavingsPlanArn']}{number}"}]}
        for number in range(2)
    ]
    return Explorer(
        lambda _: {}, recorded={PLANS: [pages[0] | {"NextToken": "1"}, pages[1]], LEASES: [NOTHING]}
    )


@pytest.fixture
def budget(tmp_path: Path) -> Budget:
    return Budget(LocalCostStore(tmp_path / "costs.json", tmp_path / "requests.json"), "2026-11-20", 60)


@pytest.fixture
def sources(
    explorer: Explorer, budget: Budget, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Sources]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    with served(explorer) as url:
        monkeypatch.setenv("AWS_ENDPOINT_URL_COST_EXPLORER", url)
        payer = Counted(Aws(limiter=Limiter(wait=lambda _: None)).source(GLOBAL), budget)
        yield replace(sources_of(tmp_path, Example((), (), {})), payer=lambda: payer)


def commitments(sources: Sources) -> Report:
    return report_of(REPORTERS["commitments"], sources)


def test_all_pages_are_read_and_every_request_is_counted(
    sources: Sources, explorer: Explorer, budget: Budget
) -> None:
    report = commitments(sources)
    assert [row[1] for row in report.rows] == ["0", "1"]
    assert {row[-1] for row in report.rows} == {None}, "an end that is not told is unknown"
    services = [each["Filter"]["Dimensions"]["Values"] for name, each in explorer.asked if name == LEASES]
    assert services == [[service] for service in RESERVABLE]
    assert budget.requests == budget.store.spent("2026-11-20").requests == len(explorer.asked) == 7


def test_what_is_not_cost_explorers_is_free(
    sources: Sources, explorer: Explorer, budget: Budget, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = os.environ["AWS_ENDPOINT_URL_COST_EXPLORER"]
    monkeypatch.setenv("AWS_ENDPOINT_URL_COST_OPTIMIZATION_HUB", address)
    explorer.recorded["ListRecommendations"] = [{"items": []}]
    assert report_of(REPORTERS["cost-optimization-hub"], sources).rows == ()
    assert [name for name, _ in explorer.asked] == ["ListRecommendations"]
    assert budget.requests == 0


def test_an_account_without_commitments_has_no_data_and_is_no_failure(
    sources: Sources, explorer: Explorer
) -> None:
    explorer.codes = dict.fromkeys((PLANS, LEASES), "DataUnavailableException")
    report = commitments(sources)
    assert (report.rows, report.summary.figures["plans_used"]) == ((), None)


@pytest.mark.parametrize(
    ("code", "error"),
    [("AccessDeniedException", NotKnown), ("InvalidNextTokenException", CollectError)],
)
def test_what_may_not_be_asked_is_unknown_and_other_errors_a_failure(
    sources: Sources, explorer: Explorer, code: str, error: type[Exception]
) -> None:
    explorer.codes = {LEASES: code}
    with pytest.raises(error, match=LEASES):
        commitments(sources)


def test_a_spent_budget_makes_the_report_unknown_and_sends_nothing_more(
    sources: Sources, explorer: Explorer, budget: Budget
) -> None:
    budget.most = 2
    with pytest.raises(NotKnown, match="the 2 requests of 2026-11-20 are spent"):
        commitments(sources)
    assert len(explorer.asked) == 2


@pytest.mark.parametrize(
    ("now", "first", "end"),
    [
        ("2027-01-01T00:00:00Z", "2026-12-01", "2026-12-31"),
        ("2028-03-01T23:59:59Z", "2028-01-30", "2028-02-29"),
        ("2026-03-29T01:30:00Z", "2026-02-26", "2026-03-28"),  # an hour that Europe's clocks skip
    ],
)
def test_thirty_days_end_before_today_for_cost_explorer_takes_no_other_end(
    sources: Sources, explorer: Explorer, now: str, first: str, end: str
) -> None:
    commitments(replace(sources, now=datetime.fromisoformat(now)))
    periods = {tuple(asked["TimePeriod"].values()) for _, asked in explorer.asked}
    assert periods == {(first, end)}


def test_a_broken_recording_is_named(tmp_path: Path) -> None:
    (tmp_path / "local_payer.json").write_text("[1]", encoding="utf-8")
    with pytest.raises(DataFileError, match=r"local_payer\.json"):
        Recorded.of(tmp_path / "local_payer.json")
