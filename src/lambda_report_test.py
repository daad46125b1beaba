from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from aws_lambda_powertools.utilities.typing import LambdaContext
from freezegun.api import FrozenDateTimeFactory

import lambda_report
import services.store.local_daily  # noqa: F401  its decoder takes the types of time before a test freezes them
from services.reports.local_store import LocalReportStore
from services.reports.registry import REPORTERS
from settings import ROOT

MADE = [name for name, reporter in REPORTERS.items() if not reporter.payer]


def context() -> LambdaContext:
    made = LambdaContext()
    made._function_name, made._memory_limit_in_mb = "report", 1024
    made._invoked_function_arn, made._aws_request_id = "arn:aws:lambda:eu-west-1:1:function:report", "r-1"
    return made


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> LocalReportStore:
    """Of a copy of the demo estate."""
    data = shutil.copy(ROOT / "local_data.json", tmp_path / "local_data.json")
    monkeypatch.setenv("LOCAL_DATA_PATH", str(data))
    monkeypatch.setenv("CACHE_PATH", str(tmp_path / "cache"))
    return LocalReportStore(tmp_path / "reports")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("2026-12-31T23:59:59Z", "2027-01-01T00:00:00Z"),
        ("2028-02-29T23:59:59Z", "2028-03-01T00:00:00Z"),
        ("2027-03-27T23:30:00Z", "2027-03-28T01:30:00Z"),  # Europe's clocks skip an hour
    ],
)
def test_a_scheduled_event_makes_every_report_of_the_day_that_it_is_in_utc(
    store: LocalReportStore, freezer: FrozenDateTimeFactory, before: str, after: str
) -> None:
    days = [before[:10], after[:10]]
    for moment in (before, after):
        freezer.move_to(moment)
        answer = lambda_report.lambda_handler({"source": "aws.events"}, context())
        assert answer == {"ok": len(MADE), "unknown": len(REPORTERS) - len(MADE), "failed": 0}
    for name in MADE:
        assert [summary.day for summary in store.trend(name)] == days
        report = store.report(name, days[1])
        assert report is not None
        assert report.generated == after
    assert {latest.day for latest in store.latest() if latest.status == "ok"} == {days[1]}


def test_a_second_event_of_a_day_replaces_the_first_ones_reports(store: LocalReportStore) -> None:
    for _ in range(2):
        lambda_report.lambda_handler({"source": "aws.events"}, context())
    assert {len(store.trend(name)) for name in MADE} == {1}
