"""What every ReportStore promises."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from errors import DataFileError, PoloError
from services.conformance_test import make_table, moto_client
from services.models.domain.report import Column, Figure, Latest, Report, expires, latest_of
from services.reports.dynamo_store import DynamoReportStore
from services.reports.local_store import LocalReportStore
from services.reports.store import ReportStore
from services.store.dynamo_table import Table

pytestmark = pytest.mark.usefixtures("aws")

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
DAY = "2026-11-20"
REPORT = Report(
    "waste",
    "Waste",
    DAY,
    "2026-11-20T12:00:00Z",
    (Column("id", "Id"), Column("saving", "Saving", "money")),
    1,
    (("vol-1", 1250), ("vol-2", None)),
    (Figure("saving", "Saving", 1250, "money"), Figure("hints", "Hints", None, "money")),
    ("a note",),
)
FAILED = Latest("waste", "Waste", "failed", "2026-11-21T12:00:00Z", "it broke")


class Clock:
    """What the stores take for the time."""

    at = NOW


def dynamo(folder: Path, clock: Clock) -> DynamoReportStore:
    client = moto_client()
    make_table(client, f"report-{folder.name}")
    return DynamoReportStore(Table(f"report-{folder.name}", client, now=lambda: clock.at.timestamp()))


def local(folder: Path, clock: Clock) -> LocalReportStore:
    return LocalReportStore(folder / "reports", lambda: clock.at)


IMPLEMENTATIONS: dict[str, Callable[[Path, Clock], ReportStore]] = {"local": local, "dynamo": dynamo}


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(params=IMPLEMENTATIONS)
def store(request: pytest.FixtureRequest, tmp_path: Path, clock: Clock) -> ReportStore:
    return IMPLEMENTATIONS[request.param](tmp_path, clock)


def test_before_the_first_there_is_none(store: ReportStore) -> None:
    assert store.report("waste", DAY) is None
    assert store.report("waste", "") is None
    assert (store.latest(), store.trend("waste")) == ((), ())


def test_what_is_kept_is_read_again(store: ReportStore) -> None:
    store.keep(REPORT)
    assert store.report("waste", DAY) == REPORT
    assert store.latest() == (latest_of(REPORT),)
    assert store.trend("waste") == (REPORT.summary,)


def test_a_second_one_of_the_day_replaces_the_first(store: ReportStore) -> None:
    store.keep(REPORT)
    again = replace(REPORT, rows=(("vol-3", 1),), figures=(Figure("saving", "Saving", 1, "money"),))
    for _ in range(2):
        store.keep(again)
    assert store.report("waste", DAY) == again
    assert store.trend("waste") == (again.summary,)
    assert store.latest() == (latest_of(again),)


def test_days_stand_beside_each_other_oldest_first(store: ReportStore, clock: Clock) -> None:
    for day in ("2026-11-19", "2026-11-20"):
        store.keep(replace(REPORT, day=day))
    assert [summary.day for summary in store.trend("waste")] == ["2026-11-19", "2026-11-20"]
    before = store.report("waste", "2026-11-19")
    assert before is not None
    assert before.day == "2026-11-19"


def test_a_report_of_a_clock_that_was_wrong_is_the_latest_no_longer_than_that(store: ReportStore) -> None:
    store.keep(replace(REPORT, day="2027-11-20"))
    store.keep(REPORT)
    assert store.latest() == (latest_of(REPORT),)


def test_a_report_of_a_past_day_is_not_the_latest(store: ReportStore) -> None:
    store.keep(REPORT)
    store.keep(replace(REPORT, day="2026-11-01"))
    assert store.latest() == (latest_of(REPORT),)


def test_an_attempt_that_came_to_nothing_leaves_the_last_good_one(store: ReportStore) -> None:
    store.keep(REPORT)
    store.note(FAILED)
    assert store.latest() == (replace(FAILED, day=DAY, figures=REPORT.figures),)
    assert store.report("waste", DAY) == REPORT
    later = replace(REPORT, day="2026-11-21")
    store.keep(later)
    assert store.latest() == (latest_of(later),)


def test_a_first_attempt_that_came_to_nothing_says_so(store: ReportStore) -> None:
    store.note(FAILED)
    assert store.latest() == (FAILED,)
    assert store.trend("waste") == ()
    store.keep(REPORT)
    assert store.latest() == (latest_of(REPORT),)


def test_reports_do_not_touch_each_other(store: ReportStore) -> None:
    store.keep(REPORT)
    store.keep(replace(REPORT, name="exposure", rows=()))
    assert store.report("waste", DAY) == REPORT
    assert [latest.name for latest in store.latest()] == ["exposure", "waste"]


@pytest.mark.parametrize(
    ("day", "lives"), [("2026-11-20", 90), ("2026-11-01", 400), ("2028-02-29", 90), ("2027-01-01", 400)]
)
def test_a_report_lives_90_days_and_that_of_a_months_first_400(
    store: ReportStore, clock: Clock, day: str, lives: int
) -> None:
    clock.at = datetime.fromisoformat(f"{day}T06:15:00Z")
    kept = replace(REPORT, day=day)
    store.keep(kept)
    end = datetime.fromisoformat(f"{day}T00:00:00Z") + timedelta(days=lives)
    assert expires(day) == end
    clock.at = end - timedelta(seconds=1)
    assert store.report("waste", day) == kept
    clock.at = end
    assert store.report("waste", day) is None
    assert bool(store.trend("waste")) is (lives == 90), "the figures stay for 400 days"


def test_ten_thousand_rows_are_kept_whole(store: ReportStore) -> None:
    rows = tuple((f"vol-{number:05d}-{number * 7919 % 10007:x}", number) for number in range(10_000))
    store.keep(replace(REPORT, rows=rows))
    found = store.report("waste", DAY)
    assert found is not None
    assert found.rows == rows


def test_fields_of_a_newer_version_are_left_out() -> None:
    document = REPORT.to_json() | {"mood": "good"}
    document["figures"] = [each | {"mood": "good"} for each in document["figures"]]
    assert Report.from_json(document) == REPORT
    assert Latest.from_json(FAILED.to_json() | {"mood": "good"}) == FAILED


def test_files_that_have_expired_are_removed_with_the_next_report(tmp_path: Path, clock: Clock) -> None:
    store = local(tmp_path, clock)
    store.keep(REPORT)
    clock.at = NOW + timedelta(days=91)
    store.keep(replace(REPORT, day="2027-02-19"))
    files = {file.name for file in (tmp_path / "reports" / "waste").iterdir()}
    assert files == {"2027-02-19.json", "summary.json"}


def test_what_has_another_shape_is_named(tmp_path: Path) -> None:
    file = tmp_path / "waste" / "summary.json"
    file.parent.mkdir()
    file.write_text('{"schema":1,"latest":{"x":1},"days":5}')
    store = LocalReportStore(tmp_path)
    store.note(replace(FAILED, name="exposure"))
    exposure, waste = store.latest()
    assert (exposure.error, waste.status) == ("it broke", "failed")
    assert "summary.json:1:1: not what Polo writes" in waste.error
    with pytest.raises(DataFileError, match=r"summary\.json:1:1: not what Polo writes"):
        store.trend("waste")


def test_a_broken_file_is_named_and_left_alone(tmp_path: Path, clock: Clock) -> None:
    store = local(tmp_path, clock)
    store.keep(REPORT)
    file = tmp_path / "reports" / "waste" / "summary.json"
    file.write_text("{broken")
    for act in (lambda: store.keep(REPORT), lambda: store.note(FAILED), lambda: store.trend("waste")):
        with pytest.raises(DataFileError, match=r"summary\.json"):
            act()
    assert file.read_text() == "{broken"


def test_parts_of_a_replaced_report_expire_soon_and_current_ones_do_not(tmp_path: Path, clock: Clock) -> None:
    store = dynamo(tmp_path, clock)
    store.keep(REPORT)
    store.keep(replace(REPORT, rows=()))
    left = sorted(item["ttl"] - int(NOW.timestamp()) for item in store.table.query("R#waste"))
    assert left == [3600, 90 * 86400 - 12 * 3600]


def test_a_report_whose_parts_are_missing_is_told_and_not_shown_in_half(tmp_path: Path, clock: Clock) -> None:
    store = dynamo(tmp_path, clock)
    store.keep(REPORT)
    store.table.write(deletes=[(item["pk"], item["sk"]) for item in store.table.query("R#waste")])
    with pytest.raises(PoloError, match="waste of 2026-11-20 are missing"):
        store.report("waste", DAY)


def test_a_writer_that_others_are_always_quicker_than_gives_up_clearly(tmp_path: Path, clock: Clock) -> None:
    class Contested(Table):
        def update(self, key: tuple[str, str], *given: object, **more: object) -> bool:
            return False

    store = dynamo(tmp_path, clock)
    contested = DynamoReportStore(Contested(store.table.name, store.table._client(), now=store.table.now))
    with pytest.raises(PoloError, match="written by others"):
        contested.keep(REPORT)
