from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.cop.judge.rule import NOW
from services.cop.judge.savings import totals, with_all_covered
from services.cop.store.findings import ORDERS, Findings
from services.cop.store.findings_writer import write_findings
from services.cop.store.port import Ledger
from services.cop.store.port_test import ENTRY, LATER
from services.models.domain.finding import Entry, Mute
from services.models.domain.findings import (
    FINDING_FACETS,
    FINDING_PAGE_SIZE,
    FINDING_SORTS,
    FindingQuery,
    FindingTotals,
)
from services.models.kit.scope import Key

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


HOST = replace(
    ENTRY, rule="EC2-STOPPED", type="instances", id="i-1", saving=Decimal("337.50"), covers=(CHEAP.key,)
)


def test_each_filter_counts_within_itself(tmp_path: Path) -> None:
    """A stopped instance and the volume that its saving covers, which could also be gp3."""
    found = of(tmp_path, HOST, DEAR, CHEAP)
    saved = {
        rules: found.totals(FindingQuery(filters={"rule": rules})).saving
        for rules in (("EC2-STOPPED",), ("EBS-UNATTACHED",), ("EBS-GP2",), ("EBS-UNATTACHED", "EBS-GP2"))
    }
    assert [*saved.values()] == [33750, 950, 200, 950]
    assert found.totals(OPEN).saving == 33750
    groups = {group.value: group.totals.saving for group in found.groups("rule", OPEN)}
    assert groups == {"EC2-STOPPED": 33750, "EBS-UNATTACHED": 950, "EBS-GP2": 200}


def test_what_is_muted_does_not_count_but_its_covers_hold(tmp_path: Path) -> None:
    group = replace(HOST, type="autoscalinggroups", id="web", saving=Decimal(500), covers=(HOST.key,))
    mute = Mute("m2", "kept", "ada", ENTRY.first_seen, "2099-01-01T00:00:00Z", rule="EC2-STOPPED")
    found = of(tmp_path, replace(group, rule="EC2-IDLE"), HOST, CHEAP, mutes=(mute,))
    assert found.totals(FindingQuery()).saving == 50000
    assert found.totals(FindingQuery(filters={"type": ("volumes",)})).saving == 200


def of(folder: Path, *entries: Entry, mutes: tuple[Mute, ...] = ()) -> Findings:
    accounts = sorted({entry.account for entry in entries})
    ledgers = (Ledger(id, tuple(each for each in entries if each.account == id)) for id in accounts)
    path = folder / f"{len([*folder.iterdir()])}.sqlite"
    write_findings(path, ledgers, mutes, NOW)
    return Findings(path)


MADE = st.lists(
    st.builds(
        lambda id, rule, cents, covers, confidence, owner, severity, account: replace(
            ENTRY,
            id=id,
            rule=rule,
            saving=None if cents is None else Decimal(cents) / 100,
            covers=tuple(replace(ENTRY, id=each, account=account).key for each in covers),
            confidence=confidence,
            owner=owner,
            severity=severity,
            account=account,
            name=f"name {id}",
        ),
        st.sampled_from("abcdef"),
        st.sampled_from(["EC2-STOPPED", "EBS-GP2", "EBS-IDLE"]),
        st.one_of(st.none(), st.integers(0, 9999)),
        st.text("abcdef", max_size=3),
        st.sampled_from(["certain", "measured", "hint"]),
        st.sampled_from(["ada", None]),
        st.sampled_from(["high", "low"]),
        st.sampled_from("12"),
    ),
    max_size=10,
    unique_by=lambda each: (each.rule, each.key),
)


@settings(deadline=None, max_examples=60)
@given(MADE, st.sampled_from(["", "name", "a", "ebs-gp2", "name ada"]), st.sampled_from(["1", "3"]))
def test_every_total_is_that_of_the_findings_it_is_about(
    tmp_path_factory: pytest.TempPathFactory, entries: list[Entry], text: str, quiet: str
) -> None:
    """Whatever is chosen: SQL and what is put together beforehand come to what the list alone comes to."""
    mute = replace(MUTE, tag="", account=quiet)
    findings = of(tmp_path_factory.mktemp("made"), *entries, mutes=(mute,))
    whole = with_all_covered(entries)

    def expected(query: FindingQuery) -> FindingTotals:
        found = {(row.entry.rule, row.entry.key) for row in findings.every(query) if row.status == "open"}
        count = len([*findings.every(query)])
        return replace(totals(each for each in whole if (each.rule, each.key) in found), count=count)

    query = FindingQuery(text)
    assert findings.totals(query) == findings.page(query).totals == expected(query)
    for field in FINDING_FACETS:
        for group in findings.groups(field, query):
            only = FindingQuery(text, {field: (group.value,)})
            assert group.totals == findings.totals(only) == findings.page(only).totals == expected(only)


def test_a_database_that_is_written_over_another_counts_as_if_it_were_new(tmp_path: Path) -> None:
    """As after a rule was saved: its findings are new, the others stay."""
    marks = {"EC2-STOPPED": "1", "EBS-UNATTACHED": "1", "EBS-GP2": "1"}
    first, second, new = (tmp_path / name for name in ("first.sqlite", "second.sqlite", "new.sqlite"))
    write_findings(first, [Ledger("1", (HOST, CHEAP))], (), NOW, marks)
    after = replace(HOST, saving=Decimal(1), covers=())
    write_findings(second, [Ledger("1", (after, DEAR))], (), NOW, marks | {"EC2-STOPPED": "2"}, first)
    write_findings(new, [Ledger("1", (after, DEAR, CHEAP))], (), NOW)
    assert Findings(second).totals(OPEN) == Findings(new).totals(OPEN) == FindingTotals(3, 1050, 0)
    assert Findings(second).groups("rule", OPEN) == Findings(new).groups("rule", OPEN)


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
