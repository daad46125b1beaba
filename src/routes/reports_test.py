from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from dataclasses import replace
from html import escape
from pathlib import Path

import pytest

from devserver.gateway.gateway import Client
from routes.conftest import NOW
from services.models.all_test import volume
from services.models.domain.report import Column, Latest
from services.reports.desk import StoredReports
from services.reports.local_store import LocalReportStore
from services.reports.registry import REPORTERS
from services.reports.store_test import REPORT

OLD = "2026-01-01T00:00:00Z"
TODAY = NOW.date().isoformat()
Consoles = Callable[..., Client]


@pytest.fixture
def client(console: Consoles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Client:
    """Two volumes that nothing uses, no earlier report, and not the demo's costs."""
    (tmp_path / "local_data.json").touch()
    monkeypatch.setenv("LOCAL_DATA_PATH", str(tmp_path / "local_data.json"))
    monkeypatch.setenv("CACHE_PATH", str(tmp_path / "cache"))
    gp2 = {
        "state": "available",
        "created": OLD,
        "state_since": OLD,
        "volume_type": "gp2",
        "size": 100,
        "iops": 300,
    }
    return console(
        volume("vol-1", name="alpha", owner="web", **gp2), volume("vol-2", name="=<beta>", owner=None, **gp2)
    )


@pytest.fixture
def store(tmp_path: Path) -> LocalReportStore:
    return LocalReportStore(tmp_path / "kept", lambda: NOW)


@pytest.fixture
def deployed(console: Consoles, store: LocalReportStore) -> Client:
    """A console that shows what lambda_report has kept."""
    return console(reports=StoredReports(lambda: store))


def test_the_index_tells_of_every_report(client: Client) -> None:
    page = client.get("/reports")
    assert page.status == 200
    for reporter in REPORTERS.values():
        assert escape(reporter.title) in page.text
    assert "access keys" in page.text
    assert 'aria-current="page"' in page.text


@pytest.mark.parametrize("name", REPORTERS)
def test_every_report_has_a_page_a_json_and_says_what_it_lacks(client: Client, name: str) -> None:
    page, found = client.get(f"/reports/{name}"), json.loads(client.get(f"/api/reports/{name}").text)
    assert page.status == 200
    assert escape(REPORTERS[name].title) in page.text
    if found["status"] == "ok":
        assert [column["name"] for column in found["report"]["columns"]] == [
            column.name for column in REPORTERS[name].columns
        ]
        assert found["days"] == [TODAY]
    else:
        assert found["report"] is None
        assert "never collected" in found["error"] or "account that pays" in found["error"]
        assert found["error"] in page.text


def test_the_page_says_what_the_estate_says_now_and_escapes_names(client: Client) -> None:
    page = client.get("/reports/waste").text
    assert "=&lt;beta&gt;" in page
    assert "<beta>" not in page
    assert "no owner" in page
    assert "$22.00" in page, "two volumes at $11: the larger saving of each"
    assert "/resources/volumes/111122223333/eu-west-1/vol-1" in page


def test_the_csv_is_safe_in_a_spreadsheet_and_has_money_in_dollars(client: Client) -> None:
    answer = client.get("/reports/waste?format=csv")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert {row["name"] for row in rows} == {"alpha", "'=<beta>"}
    assert "11.00" in {row["saving"] for row in rows}
    assert f"waste-{TODAY}.csv" in answer.header("Content-Disposition")


def test_what_inv_report_asked_the_payer_for_stands_until_it_asks_again(
    client: Client, tmp_path: Path
) -> None:
    assert "inv report -p PROFILE" in client.get("/reports/commitments").text
    kept = replace(REPORT, name="commitments", day="2026-11-18", generated="2026-11-18T06:15:00Z")
    LocalReportStore(tmp_path / "reports", lambda: NOW).keep(kept)
    page = client.get("/reports/commitments").text
    assert "2026-11-18" in page
    assert "came to nothing" not in page


@pytest.mark.parametrize(
    ("days", "told", "severity"),
    [
        (-3, "3 days ago", "critical"),
        (0, "today", "high"),
        (1, "in 1 day", "high"),
        (30, "in 30 days", "high"),
        (60, "in 60 days", "medium"),
        (90, "in 90 days", "low"),
        (91, "in 91 days", ""),
    ],
)
def test_what_ends_within_90_days_stands_out(
    deployed: Client, store: LocalReportStore, days: int, told: str, severity: str
) -> None:
    columns = (Column("id", "Id"), Column("left", "Expiry", "due"))
    kept = replace(REPORT, name="commitments", columns=columns, key=1, rows=(("x", days), ("y", None)))
    store.keep(kept)
    cells = re.findall(r"<td[^>]*>(.*?)</td>", deployed.get("/reports/commitments").text)
    shown = f'<span class="sev sev-{severity} due">{told}</span>' if severity else told
    assert shown in cells
    assert any("unknown" in cell for cell in cells)


def test_less_than_nothing_is_a_number_in_the_csv(deployed: Client, store: LocalReportStore) -> None:
    store.keep(replace(REPORT, rows=(("-1", -1250), ("-1+1", None))))
    rows = list(csv.DictReader(io.StringIO(deployed.get("/reports/waste?format=csv").text)))
    assert [[*row.values()] for row in rows] == [["-1", "-12.50"], ["'-1+1", ""]]


def test_two_days_are_compared_row_by_row(deployed: Client, store: LocalReportStore) -> None:
    store.keep(replace(REPORT, day="2026-11-18", rows=(("vol-1", 100), ("vol-0", 5))))
    store.keep(replace(REPORT, rows=(("vol-1", 1250), ("vol-2", None))))
    page = deployed.get("/reports/waste?date=2026-11-20&against=2026-11-18").text
    for told in ("1 added, 1 changed, 1 removed", "Since 18 Nov 2026", "$1.00 →"):
        assert told in page
    found = json.loads(deployed.get("/api/reports/waste?against=2026-11-18").text)
    assert found["difference"] == {
        "added": [["vol-2", None]],
        "removed": [["vol-0", 5]],
        "changed": [[["vol-1", 100], ["vol-1", 1250]]],
        "against": "2026-11-18",
    }
    assert found["days"] == ["2026-11-20", "2026-11-18"]
    assert 'class="trend"' in page


def test_an_earlier_day_shows_its_rows_and_the_trend_up_to_it(
    deployed: Client, store: LocalReportStore
) -> None:
    for day, name in (("2026-11-18", "older"), ("2026-11-20", "newer")):
        store.keep(replace(REPORT, day=day, rows=((name, 1),)))
    page = deployed.get("/reports/waste?date=2026-11-18").text
    assert "older" in page
    assert "newer" not in page
    found = json.loads(deployed.get("/api/reports/waste?date=2026-11-18").text)
    assert [each["day"] for each in found["trend"]] == ["2026-11-18"]


def test_a_failed_report_shows_the_last_good_one_and_says_so(
    deployed: Client, store: LocalReportStore
) -> None:
    store.keep(replace(REPORT, day="2026-11-19"))
    store.note(Latest("waste", "Waste", "failed", "2026-11-20T06:15:00Z", "the <table> is gone"))
    page = deployed.get("/reports/waste").text
    assert "vol-1" in page
    assert "the &lt;table&gt; is gone. This is the report of 19 Nov 2026." in page
    index = deployed.get("/reports").text
    assert "failed" in index
    assert "last: 19 Nov 2026" in index
    found = {each["name"]: each for each in json.loads(deployed.get("/api/reports").text)["reports"]}
    assert (found["waste"]["status"], found["waste"]["day"]) == ("failed", "2026-11-19")
    assert (found["exposure"]["status"], found["exposure"]["day"]) == ("unknown", "")


def test_a_deployed_console_without_reports_says_how_they_come(deployed: Client) -> None:
    page = deployed.get("/reports/waste")
    assert (page.status, "not made yet" in page.text) == (200, True)
    assert deployed.get("/reports/waste?format=csv").status == 404


def test_a_long_report_is_shown_in_part_and_says_so(deployed: Client, store: LocalReportStore) -> None:
    store.keep(replace(REPORT, rows=tuple((f"vol-{number}", number) for number in range(600))))
    page = deployed.get("/reports/waste").text
    assert "The first 500 of 600 rows" in page
    assert len(deployed.get("/reports/waste?format=csv").text.splitlines()) == 601


@pytest.mark.parametrize(
    ("path", "status", "named"),
    [
        ("/reports/dreams", 404, "dreams"),
        ("/reports/waste?date=yesterday", 400, "yesterday"),
        ("/reports/waste?date=2020-01-01", 404, "2020-01-01"),
        ("/reports/waste?against=2020-01-01", 404, "2020-01-01"),
        ("/reports/waste?against=9999-12-31", 404, "9999-12-31"),
        ("/reports/waste?format=pdf", 400, "pdf"),
        ("/api/reports/dreams", 404, "dreams"),
    ],
)
def test_bad_input_is_named_with_the_way_out(client: Client, path: str, status: int, named: str) -> None:
    page = client.get(path)
    assert (page.status, named in page.text) == (status, True)
