from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from devserver.gateway.gateway import Client
from errors import PoloError
from services.costs.costs_test import costs, days
from services.costs.local_store import LocalCostStore
from services.costs.source import StoredCosts
from services.models.all_test import instance
from services.models.domain.costs import Spent

ACCOUNT = "111122223333"
CUTS = {
    "services": {(ACCOUNT, "AWS Lambda"): "6", (ACCOUNT, "=cmd()"): "3.0000000001", ("9", "AWS Lambda"): "1"},
    "regions": {(ACCOUNT, "eu-west-1"): "10"},
    "owners": {("web", "AWS Lambda"): "4", ("", "AWS Lambda"): "2"},
}


class Nothing:
    def current(self) -> None:
        return None

    at_hand = current

    def spent(self, day: str) -> Spent:
        return Spent()


class Broken(Nothing):
    def current(self) -> None:
        raise PoloError("parts of the costs are missing")

    at_hand = current


@pytest.fixture
def source(tmp_path: Path) -> StoredCosts:
    store = LocalCostStore(tmp_path / "costs.json", tmp_path / "requests.json")
    whole = days("2026-11-01", "2026-11-19", "12", CUTS)
    store.keep([costs("2026-09", "10", CUTS), costs("2026-10", "12.5", CUTS), *whole])
    return StoredCosts(lambda: store, tmp_path, poll=0)


@pytest.fixture
def client(console: Callable[..., Client], source: StoredCosts) -> Client:
    return console(instance("i-1"), costs=source)


@pytest.mark.parametrize(
    "query",
    ["", "?by=service", "?by=region", "?by=owner", f"?by=service&account={ACCOUNT}", "?by=service&owner=none"]
    + [
        "?from=2026-10&to=2026-10",
        "?from=2026-11-01&to=2026-11-19",
        "?from=2020-01",
        f"?by=region&account={ACCOUNT}",
    ],
)
def test_the_page_answers(client: Client, query: str) -> None:
    answer = client.get(f"/costs{query}")
    assert answer.status == 200
    assert "<h1>Costs</h1>" in answer.text


def test_htmx_gets_the_results_without_the_page_around_them(client: Client) -> None:
    answer = client.get("/costs?by=owner", headers={"HX-Request": "true"})
    assert 'id="results"' in answer.text
    assert "<html" not in answer.text


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("by=team", "one of account, service, region, owner"),
        ("by=region&service=AWS+Lambda", "it groups by two"),
        ("by=account&owner=web", "it groups by two"),
        ("from=yesterday", "write it as 2026-11 or 2026-11-20"),
        ("from=2026-13", "write it as 2026-11 or 2026-11-20"),
        ("from=2026-W47-5", "write it as 2026-11 or 2026-11-20"),
        ("to=20261120", "write it as 2026-11 or 2026-11-20"),
        ("to=0001100100", "write it as 2026-11 or 2026-11-20"),
        ("from=2026-11&to=2026-10", "two months or two days, in order"),
        ("from=2026-11&to=2026-11-20", "two months or two days, in order"),
        ("format=xml", "csv, or leave it out"),
    ],
)
def test_a_query_that_can_not_be_answered_says_what_would_do(client: Client, query: str, said: str) -> None:
    answer = client.get(f"/costs?{query}")
    assert answer.status == 400
    assert said in answer.text


def test_csv_has_every_decimal_the_remainder_and_nothing_that_runs(client: Client) -> None:
    answer = client.get(f"/costs?by=service&account={ACCOUNT}&from=2026-10&to=2026-10&format=csv")
    rows = list(csv.reader(io.StringIO(answer.text)))
    assert rows[0] == ["service", "name", "2026-10", "total"]
    assert ["'=cmd()", "", "3.000000000", "3.000000000"] in rows or ["'=cmd()", "", "3.00", "3.00"] in rows
    whole = list(csv.reader(io.StringIO(client.get("/costs?format=csv").text)))
    assert whole[-2][:4] == ["(not attributed)", "", "0.00", "2.50"]
    assert whole[-1] == ["(total)", "", "10.00", "12.50", "228.00", "250.50"]


def test_json_has_the_figures_as_text(client: Client) -> None:
    found = json.loads(client.get("/api/costs").text)
    assert found["periods"] == ["2026-09", "2026-10", "2026-11"]
    assert found["totals"] == ["10.00", "12.50", "228.00"]
    assert found["rows"][-1] == {"key": None, "amounts": ["0.00", "2.50", "38.00"], "total": "40.50"}
    assert found["month"] == {"to_date": "228.00", "same_days": None, "last_month": "12.50", "forecast": None}


def test_without_costs_the_page_says_how_to_get_some(console: Callable[..., Client]) -> None:
    client = console(instance("i-1"), costs=Nothing())
    assert "inv costs" in client.get("/costs").text
    assert {client.get(path).status for path in ("/api/costs", "/costs?format=csv")} == {404}
    assert "/costs" in client.get("/").text


def test_home_shows_the_month_and_goes_on_when_costs_can_not_be_read(
    console: Callable[..., Client], client: Client
) -> None:
    known = client.get("/").text
    assert "Month to date" in known
    assert "by account, unblended" in known, "bills and reservations spread over their term differ"
    broken = console(instance("i-1"), costs=Broken())
    home = broken.get("/")
    assert (home.status, "Month to date" in home.text) == (200, False)
    assert "parts of the costs are missing" in broken.get("/costs").text


DAYS = "from=2026-{}&to=2026-{}"


def content_of(client: Client, query: str) -> str:
    return client.get(f"/costs?{query}").text.partition("<main")[2]


@pytest.mark.parametrize("by", ["account", "service", "region", "owner"])
def test_days_that_are_not_kept_are_unknown_and_the_month_is_told(client: Client, by: str) -> None:
    query = DAYS.format("09-01", "09-30") + f"&by={by}"
    page = content_of(client, query)
    assert "Nothing was spent" not in page
    assert "$0.00" not in page
    assert "By month: $10.00 in Sep 2026" in page
    assert "Days are known from 1 Nov 2026 to 19 Nov 2026" in page
    found = client.get(f"/api/costs?{query}").json()
    assert (found["periods"], found["total"], found["missing"]) == ([], None, True)
    assert (found["kept"], found["months"]) == ({"from": "2026-11-01", "to": "2026-11-19"}, "10.00")
    assert "(total)" not in client.get(f"/costs?{query}&format=csv").text


@pytest.mark.parametrize(
    ("query", "heads", "known", "said"),
    [
        ("from=2026-07&to=2026-10", ["2026-07", "2026-08", "2026-09", "2026-10"], 2, "2 of 4 months"),
        ("from=2026-08", ["2026-08", "2026-09", "2026-10", "2026-11"], 3, "1 of 4 months"),
        (DAYS.format("11-18", "11-21"), [f"2026-11-{day}" for day in (18, 19, 20, 21)], 2, "2 of 4 days"),
        ("to=2026-10", ["2026-09", "2026-10"], 2, ""),
    ],
)
@pytest.mark.parametrize("by", ["account", "service", "owner"])
def test_csv_has_every_period_that_was_asked_for(
    client: Client, by: str, query: str, heads: list[str], known: int, said: str
) -> None:
    text = client.get(f"/costs?{query}&by={by}&format=csv").text
    rows = list(csv.DictReader(io.StringIO(text)))
    assert list(rows[0]) == [by, "name", *heads, "total", *(["unknown"] if said else [])]
    assert len(rows) > 1
    for row in rows:
        assert len([head for head in heads if row[head]]) == known, "what is not known is empty, never 0"
        assert sum(Decimal(row[head] or 0) for head in heads) == Decimal(row["total"])
        assert said in row.get("unknown", "")


def test_csv_of_more_periods_than_a_file_has_says_what_is_kept(client: Client) -> None:
    answer = client.get("/costs?from=2026-10&to=9999-12&format=csv")
    assert answer.status == 400
    assert "are 95,679 months" in answer.text and "kept are 2026-09 to 2026-11" in answer.text


@pytest.mark.parametrize(
    ("first", "last"), [("2026-07", "2026-08"), ("2027-01", "2027-02"), ("2020-01", "2020-01")]
)
def test_months_that_are_not_kept_are_unknown(client: Client, first: str, last: str) -> None:
    query = f"from={first}&to={last}"
    page = content_of(client, query)
    assert "Unknown" in page
    assert "Months are known from Sep 2026 to Nov 2026" in page
    assert "Nothing was spent" not in page
    assert client.get(f"/api/costs?{query}").json()["total"] is None


def test_a_stretch_that_is_kept_in_part_says_so(client: Client) -> None:
    for query in (DAYS.format("10-30", "11-02"), DAYS.format("11-18", "11-25"), "from=2026-08&to=2026-10"):
        page = content_of(client, query)
        assert "not all of it is known" in page, query
        assert "are known from" in page, query
        assert client.get(f"/api/costs?{query}").json()["missing"] is True


def test_what_is_kept_and_cost_nothing_is_nothing(client: Client) -> None:
    query = DAYS.format("11-01", "11-19") + "&by=service&owner=nobody"
    page = content_of(client, query)
    assert "Nothing was spent" in page
    assert "Nothing with these filters in 1 Nov 2026 to 19 Nov 2026" in page
    found = client.get(f"/api/costs?{query}").json()
    assert (found["missing"], float(found["total"])) == (False, 0)
