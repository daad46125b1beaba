from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from services.cop.findings import ORDERS, Findings
from services.cop.findings_writer import write_findings
from services.cop.rule import NOW
from services.cop.store import Ledger
from services.cop.store_test import ENTRY, LATER
from services.models.finding import Mute
from services.models.findings import (
    FINDING_FACETS,
    FINDING_PAGE_SIZE,
    FINDING_SORTS,
    FindingQuery,
    FindingTotals,
)
from services.models.scope import Key

CHEAP = replace(ENTRY, saving=Decimal("2.00"))
DEAR = replace(ENTRY, rule="EBS-UNATTACHED", severity="high", saving=Decimal("9.50"))
HINT = replace(
    ENTRY, id="vol-2", first_seen=LATER, confidence="hint", saving=Decimal(7), owner=None, name="<b>logs</b>"
)
GONE = replace(ENTRY, id="vol-3", resolved=LATER, saving=Decimal(100))
QUIET = replace(ENTRY, id="vol-4", account="2", tags={"Env": "sandbox"}, saving=Decimal(50))
MUTE = Mute("m1", "sandbox", "ada", ENTRY.first_seen, "2099-01-01T00:00:00Z", tag="Env=sandbox")
OPEN = FindingQuery(filters={"status": ("open",)})


@pytest.fixture
def findings(tmp_path: Path) -> Findings:
    path = tmp_path / "cache" / "findings.sqlite"
    ledgers = (Ledger("1", (CHEAP, DEAR, HINT, GONE)), Ledger("2", (QUIET,)))
    write_findings(path, ledgers, (MUTE,), NOW)
    return Findings(path)


def test_the_worst_finding_stands_first(findings: Findings) -> None:
    rows = findings.rows(FindingQuery())
    assert rows[0].entry == DEAR
    assert {row.entry.id for row in rows} == {"vol-1", "vol-2", "vol-3", "vol-4"}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("lo", ["vol-2"]),  # begins a word of the name
        ("logs", ["vol-2"]),
        ("lo lo LO", ["vol-2"]),
        ("og", []),
        ("vol-2 vol-3", []),
        ("ebs-unattached", ["vol-1"]),
        ("second", ["vol-4"]),  # the name of its account
        ("2", ["vol-4"]),
        ("volumes vol-4", ["vol-4"]),
    ],
)
def test_words_find_as_in_the_lists_of_resources(findings: Findings, text: str, found: list[str]) -> None:
    query = FindingQuery(text, accounts={"2": "Second"})
    page = findings.page(query)
    assert sorted({row.entry.id for row in page.rows}) == found
    assert page.totals.count == len(list(findings.every(query))) == findings.totals(query).count
    assert sum(value.count for value in page.facets["rule"]) == page.totals.count
    assert page.all == 5


def test_each_finding_has_its_status(findings: Findings) -> None:
    status = {(row.entry.rule, row.entry.id): row.status for row in findings.every(FindingQuery())}
    assert status["EBS-GP2", "vol-1"] == "open"
    assert status["EBS-GP2", "vol-3"] == "resolved"
    assert status["EBS-GP2", "vol-4"] == "muted"


def test_savings_count_once_a_resource_and_hints_stand_apart(findings: Findings) -> None:
    assert findings.totals(OPEN) == FindingTotals(count=3, saving=950, hints=700)
    assert findings.totals(FindingQuery()) == FindingTotals(count=5, saving=950, hints=700)


@pytest.mark.parametrize("field", FINDING_FACETS)
def test_the_groups_of_every_facet_add_up_to_the_total(findings: Findings, field: str) -> None:
    groups = findings.groups(field, FindingQuery())
    assert sum(group.totals.count for group in groups) == 5
    for group in groups:
        only = FindingQuery(filters={field: (group.value,)})
        assert findings.totals(only).count == group.totals.count, group.value


def test_a_facet_leaves_its_own_filter_out(findings: Findings) -> None:
    values = {group.value for group in findings.groups("status", OPEN)}
    assert values == {"open", "muted", "resolved"}


def test_the_missing_owner_is_a_value_of_its_own(findings: Findings) -> None:
    (row,) = findings.rows(FindingQuery(filters={"owner": ("none",)}))
    assert row.entry == HINT


@pytest.mark.parametrize(("text", "ids"), [("LOGS", {"vol-2"}), ("<b>", {"vol-2"}), ("' OR 1", set())])
def test_search_finds_words_of_the_name_and_message(findings: Findings, text: str, ids: set[str]) -> None:
    assert {row.entry.id for row in findings.rows(FindingQuery(text=text))} == ids


@pytest.mark.parametrize("sort", FINDING_SORTS)
def test_every_sort_has_two_directions(findings: Findings, sort: str) -> None:
    up = findings.rows(FindingQuery(sort=sort))
    down = findings.rows(FindingQuery(sort=sort, descending=True))
    assert up != down
    assert len(up) == len(down) == 5
    assert sort in ORDERS


def test_a_resource_has_its_findings_resolved_ones_last(findings: Findings) -> None:
    found = findings.of(Key("volumes", "1", "eu-west-1", "vol-1"))
    assert [row.entry for row in found] == [DEAR, CHEAP]


def test_a_list_comes_in_pages(tmp_path: Path) -> None:
    path = tmp_path / "findings.sqlite"
    entries = tuple(replace(ENTRY, id=f"vol-{number:03d}") for number in range(FINDING_PAGE_SIZE + 1))
    write_findings(path, [Ledger("1", entries)], (), NOW)
    assert len(Findings(path).rows(FindingQuery(page=1))) == FINDING_PAGE_SIZE
    assert len(Findings(path).rows(FindingQuery(page=2))) == 1
