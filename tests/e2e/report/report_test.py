"""The reports that the deployed function has made of what the collection found."""

from __future__ import annotations

from tests.e2e.utils.system import System

NOT_HERE = ("ce ", "cost-optimization-hub ")  # the local AWS has no such services


def test_todays_inventory_counts_what_there_is(system: System) -> None:
    found = system.json("/reports/inventory")
    there = {name: system.json(f"/resources/{name}")["count"] for name in ("instances", "volumes")}
    columns = [column["name"] for column in found["report"]["columns"]]
    rows = [dict(zip(columns, row, strict=True)) for row in found["report"]["rows"]]
    counted = {name: sum(row["count"] for row in rows if row["type"] == name) for name in there}
    assert (found["status"], counted) == ("ok", there)


def test_every_report_was_made_or_says_what_it_lacks(system: System) -> None:
    reports = system.json("/reports")["reports"]
    assert len(reports) >= 8
    assert [each for each in reports if each["status"] != "ok" and not each["error"]] == []
    failed = [each["error"] for each in reports if each["status"] == "failed"]
    assert [error for error in failed if not (system.target.url and error.startswith(NOT_HERE))] == []
