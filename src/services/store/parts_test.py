"""What all stores promise of parts: lost ones are named and heal, and of two writers none harms the other."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from errors import PoloError
from services.conformance_test import VOLUMES, attempt, head, history, ids, make_table, moto_client
from services.cop.store.dynamo import DynamoFindingStore
from services.cop.store.port import Ledger
from services.cop.store.port_test import AT, ENTRY
from services.costs.dynamo_store import DynamoCostStore
from services.costs.store_test import COSTS, RESOURCES
from services.dynamo_data_service import DynamoDataService
from services.reports.dynamo_store import DynamoReportStore
from services.reports.store_test import DAY, REPORT
from services.store.dynamo_items import head_key, parts_pk, resource_sk, resources_pk
from services.store.dynamo_table import Item, Key, Table
from services.store.parts import LINGER, LostParts, Parts, Place
from tests.kept_parts import KEPT, STEP

pytestmark = pytest.mark.usefixtures("aws")

NOW = 1_795_000_000


class Contested(Table):
    """A table that somebody else writes to before one of our conditional writes."""

    before: Callable[[], object] | None = None

    def update(self, key: Key, values: Mapping[str, Any], expected: Mapping[str, Any] | None = None) -> bool:
        if expected and self.before:
            meddle, self.before = self.before, None
            meddle()
        return super().update(key, values, expected)


@pytest.fixture
def table() -> Contested:
    make_table(moto_client(), "polo")
    return Contested("polo", moto_client(), now=lambda: NOW)


def lose(table: Table, pk: str) -> None:
    """All parts that are current."""
    found = [each for each in table.query(pk) if each.get("ttl", NOW + 2 * LINGER) > NOW + LINGER]
    assert found
    table.write(deletes=[(each["pk"], each["sk"]) for each in found])


def alive(table: Table, pk: str) -> list[Item]:
    return [each for each in table.query(pk) if "ttl" not in each or each["ttl"] > NOW + 3 * 24 * 3600]


def test_two_nightly_runs_that_overlap_leave_costs_that_can_be_read(table: Contested) -> None:
    ours, theirs = DynamoCostStore(table), DynamoCostStore(Table("polo", moto_client(), now=table.now))
    other = replace(COSTS, cuts={})
    table.before = lambda: theirs.keep([other])
    ours.keep([COSTS])
    assert ours.costs(COSTS.period) == COSTS
    assert len(alive(table, "C#2026-11")) == 1


def test_two_runs_that_overlap_leave_a_report_and_its_figures(table: Contested) -> None:
    ours, theirs = DynamoReportStore(table), DynamoReportStore(Table("polo", moto_client(), now=table.now))
    table.before = lambda: theirs.keep(replace(REPORT, rows=()))
    ours.keep(REPORT)
    assert ours.report("waste", DAY) == REPORT
    assert len(alive(table, "R#waste")) == 1


def test_costs_that_are_as_they_were_bring_back_lost_parts(table: Contested) -> None:
    store = DynamoCostStore(table)
    store.keep([COSTS])
    before = store.mark()
    lose(table, "C#2026-11")
    with pytest.raises(LostParts, match="parts of the costs of 2026-11-19 are missing"):
        store.costs(COSTS.period)
    store.keep([COSTS])
    assert store.costs(COSTS.period) == COSTS
    assert store.mark() != before, "who has read it without them reads it again"


def test_a_flip_that_was_sent_twice_is_no_defeat(table: Contested) -> None:
    parts, place = Parts(table), Place(("HEADS", "x"), "P#x", "what is kept of x", "write it again")
    sent = Table.update

    def twice(self: Table, key: Key, *given: Any) -> bool:
        sent(self, key, *given)
        return sent(self, key, *given)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Table, "update", twice)
        assert parts.replace(place, [b"1", b"2"], {}, at=1, expected={"current": None})
    assert len(alive(table, "P#x")) == 2


@pytest.mark.parametrize("part", ["RC#1", "F#1", "R#waste"])
def test_what_is_written_again_is_whole_again(table: Contested, part: str) -> None:
    costs, findings, reports = DynamoCostStore(table), DynamoFindingStore(table), DynamoReportStore(table)
    writes: dict[str, Callable[[], object]] = {
        "RC#1": lambda: costs.keep_resources([RESOURCES]),
        "F#1": lambda: findings.keep(findings.ledger("1"), [ENTRY], AT),
        "R#waste": lambda: reports.keep(REPORT),
    }
    reads: dict[str, Callable[[], object]] = {
        "RC#1": lambda: costs.resources("1"),
        "F#1": lambda: entries(findings.ledger("1")),
        "R#waste": lambda: reports.report("waste", DAY),
    }
    writes[part]()
    expected = reads[part]()
    lose(table, part)
    try:
        lost = str(reads[part]())
    except LostParts as error:
        lost = str(error)
    assert "are missing" in lost
    writes[part]()
    assert reads[part]() == expected


@pytest.mark.parametrize("name", KEPT)
def test_a_part_that_is_lost_while_it_is_let_go_stays_away(
    table: Contested, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DynamoDB makes an item of an update to one that is gone."""
    monkeypatch.setattr("services.store.dynamo_daily.PART", 180)
    kept = KEPT[name]
    first = kept.table(table)
    kept.write(first, 1, NOW * 1000)
    before = [each["sk"] for each in table.query(kept.parts) if (each["pk"], each["sk"]) != kept.head]

    def lose_them() -> None:
        table.write(deletes=[(kept.parts, sk) for sk in before])

    table.before = lose_them
    kept.write(first, 2, NOW * 1000 + STEP)
    assert before and not {*before} & {each["sk"] for each in table.query(kept.parts)}
    assert kept.read(first) == 2


def entries(found: Ledger) -> object:
    return found.trouble or found.entries


@pytest.mark.parametrize("found", ["ab", "bc"])
def test_a_scope_whose_parts_were_lost_is_whole_after_the_next_write(table: Contested, found: str) -> None:
    service = DynamoDataService(table)
    service.replace_scope(attempt(1_000, "ab", state="available"))
    lose(table, parts_pk(VOLUMES))
    with pytest.raises(LostParts, match=r"parts of volumes of 111111111111 in eu-west-1 are missing"):
        ids(service)
    service.replace_scope(attempt(2_000, found, state="available"))
    assert ids(service) == list(found)
    assert head(service).generation == 2_000
    kept = next(each for each in service.resources(VOLUMES) if each["id"] == "b")
    assert kept["state_since"] == "1970-01-01T00:00:01Z"
    assert history(service) == ([] if found == "ab" else [("vanished", "a"), ("appeared", "c")])


def test_a_scope_whose_head_was_lost_is_whole_after_the_next_write_and_history_says_what_differs(
    table: Contested,
) -> None:
    service = DynamoDataService(table)
    service.replace_scope(attempt(1_000, "ab", state="available"))
    table.write(deletes=[head_key(VOLUMES)])
    assert ids(service) == [] and service.heads() == ()
    service.replace_scope(attempt(2_000, "bc", state="available"))
    assert ids(service) == ["b", "c"]
    assert history(service) == [("vanished", "a"), ("appeared", "c")]
    kept = next(each for each in service.resources(VOLUMES) if each["id"] == "b")
    assert kept["state_since"] == "1970-01-01T00:00:01Z"
    items = table.query(resources_pk(VOLUMES), prefix=resource_sk(VOLUMES, ""), only=("sk",))
    assert [each["sk"] for each in items] == [resource_sk(VOLUMES, id) for id in "bc"]
    assert len(alive(table, parts_pk(VOLUMES))) == 1


def test_a_writer_whose_head_is_lost_while_it_writes_leaves_no_half_of_one(table: Contested) -> None:
    service = DynamoDataService(table)
    service.replace_scope(attempt(1_000, "a"))
    real = table.write

    def write(puts: Iterable[Item] = (), deletes: Iterable[Key] = ()) -> None:
        real(puts, deletes)
        real(deletes=[head_key(VOLUMES)])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(table, "write", write)
        service.replace_scope(attempt(2_000, "b"))
    assert service.heads() == ()
    service.replace_scope(attempt(3_000, "b"))
    assert ids(service) == ["b"]


def test_an_item_of_history_that_is_lost_is_written_again_and_takes_the_place_of_no_other(
    table: Contested,
) -> None:
    service, many = DynamoDataService(table), [f"{number:03}" for number in range(250)]
    service.replace_scope(attempt(1_000, ["old"]))
    lost = [*table.query(parts_pk(VOLUMES), only=("pk", "sk"))]
    real, account = table.write, f"H#{VOLUMES.account}"

    def write(puts: Iterable[Item] = (), deletes: Iterable[Key] = ()) -> None:
        given = list(puts)
        real([each for each in given if not each["pk"].startswith("A#")])
        if any(each["pk"].startswith("A#") for each in given):
            raise PoloError("the process ends here")

    with pytest.MonkeyPatch.context() as patch, pytest.raises(PoloError):
        patch.setattr(table, "write", write)
        service.replace_scope(attempt(2_000, many))
    first, *others = table.query(account)
    assert len(others) == 2
    table.write(deletes=[(each["pk"], each["sk"]) for each in (first, *lost)])
    service.replace_scope(attempt(3_000, [*many, "new"]))
    expected = [("vanished", "old"), *(("appeared", id) for id in many)]
    assert sorted(history(service)) == sorted([*expected, ("appeared", "new")])
