"""What every FindingStore promises."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from errors import DataFileError
from services.conformance_test import make_table, moto_client
from services.cop.store.dynamo import DynamoFindingStore
from services.cop.store.local import LocalFindingStore
from services.cop.store.port import FindingStore, Ledger
from services.models.domain.finding import Entry, Mute
from services.models.domain.told import Told
from services.models.kit.scope import Key
from services.store.dynamo_table import Table

pytestmark = pytest.mark.usefixtures("aws")

AT, LATER = "2026-11-20T12:00:00Z", "2026-11-21T12:00:00Z"
ENTRY = Entry(
    rule="EBS-GP2",
    type="volumes",
    account="1",
    region="eu-west-1",
    id="vol-1",
    name="data",
    arn="arn:vol-1",
    owner="search",
    severity="low",
    confidence="certain",
    message="100 GiB of gp2",
    saving=Decimal("2.00"),
    formula="…",
    scope_type="volumes",
    scope_region="eu-west-1",
    first_seen=AT,
    tags={"Env": "dev"},
)
MUTE = Mute("m1", "a test", "ada", AT, LATER, rule="EBS-GP2")


def dynamo(folder: Path) -> DynamoFindingStore:
    client = moto_client()
    make_table(client, f"cop-{folder.name}")
    return DynamoFindingStore(Table(f"cop-{folder.name}", client))


IMPLEMENTATIONS: dict[str, Callable[[Path], FindingStore]] = {"local": LocalFindingStore, "dynamo": dynamo}


@pytest.fixture(params=IMPLEMENTATIONS)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> FindingStore:
    return IMPLEMENTATIONS[request.param](tmp_path)


def test_an_account_that_was_never_inspected_has_an_empty_ledger(store: FindingStore) -> None:
    assert store.ledger("1") == Ledger("1")
    assert store.versions() == {}


def test_what_is_kept_is_read_again(store: FindingStore) -> None:
    covering = replace(ENTRY, id="vol-3", covers=(Key("snapshots", "1", "eu-west-1", "snap-1"),))
    entries = (ENTRY, replace(ENTRY, id="vol-2", saving=None, resolved=LATER), covering)
    assert store.keep(store.ledger("1"), entries, AT)
    found = store.ledger("1")
    assert (found.entries, found.inspected) == (entries, AT)
    assert store.versions() == {"1": found.version}
    assert store.counts() == {"1": 3}


def test_accounts_do_not_touch_each_other(store: FindingStore) -> None:
    store.keep(store.ledger("1"), [ENTRY], AT)
    before = store.ledger("1")
    store.keep(store.ledger("2"), [], AT)
    assert store.ledger("1") == before
    assert store.ledger("2").entries == ()


def test_of_two_who_read_the_same_only_one_writes(store: FindingStore) -> None:
    store.keep(store.ledger("1"), [ENTRY], AT)
    known = store.ledger("1")
    assert store.keep(known, [], LATER)
    assert not store.keep(known, [ENTRY, ENTRY], LATER)
    assert store.ledger("1").entries == ()


def test_ten_thousand_findings_are_kept_whole(store: FindingStore) -> None:
    entries = [replace(ENTRY, id=f"vol-{number:05d}") for number in range(10_000)]
    assert store.keep(store.ledger("1"), entries, AT)
    assert store.ledger("1").entries == tuple(entries)


def test_mutes_are_kept_replaced_and_forgotten(store: FindingStore) -> None:
    store.mute(MUTE)
    store.mute(replace(MUTE, id="m0", tag="Env=dev"))
    store.mute(replace(MUTE, reason="another"))
    assert [(mute.id, mute.reason, mute.tag) for mute in store.mutes()] == [
        ("m0", "a test", "Env=dev"),
        ("m1", "another", ""),
    ]
    store.unmute("m1")
    store.unmute("m9")
    assert [mute.id for mute in store.mutes()] == ["m0"]


TOLD = Told("search", {"a1": (AT, 1250), "b2": (LATER, None)}, "2026-W47", AT)


def test_mutes_that_are_entered_at_once_all_stay(tmp_path: Path) -> None:
    mutes = [replace(MUTE, id=f"m{number}") for number in range(8)]
    with ThreadPoolExecutor(len(mutes)) as pool:
        list(pool.map(lambda mute: LocalFindingStore(tmp_path).mute(mute), mutes))
    assert LocalFindingStore(tmp_path).mutes() == tuple(mutes)


def test_a_channel_has_heard_nothing_before_the_first_time(store: FindingStore) -> None:
    assert store.told("search") == Told("search")


def test_what_was_told_is_read_again_channel_by_channel(store: FindingStore) -> None:
    assert store.tell(Told("search"), TOLD)
    assert store.tell(Told("data"), Told("data"))
    found = store.told("search")
    assert found == replace(TOLD, version=found.version)
    assert store.told("data").marks == {}
    assert store.versions() == {}, "what was told is no ledger"


def test_of_two_who_would_tell_the_same_only_one_does(store: FindingStore) -> None:
    assert store.tell(Told("search"), TOLD)
    assert not store.tell(Told("search"), replace(TOLD, week="2026-W48"))
    known = store.told("search")
    assert store.tell(known, replace(known, doubt=""))
    assert not store.tell(known, known)
    assert store.told("search").doubt == ""


def test_thirty_thousand_marks_are_kept_whole(store: FindingStore) -> None:
    many = {f"{number:018x}": (AT, number) for number in range(30_000)}
    assert store.tell(Told("search"), Told("search", many))
    assert store.told("search").marks == many


def test_replaced_parts_expire_and_current_ones_do_not(tmp_path: Path) -> None:
    store = dynamo(tmp_path)
    for at in (AT, LATER):
        store.keep(store.ledger("1"), [ENTRY], at)
    parts = list(store.table.query("F#1"))
    assert ["ttl" in part for part in parts] == [True, False]


def test_the_parts_of_a_writer_that_came_late_expire(tmp_path: Path) -> None:
    store = dynamo(tmp_path)
    known = store.ledger("1")
    store.keep(known, [ENTRY], AT)
    store.keep(known, [ENTRY], LATER)
    current = store.versions()["1"]
    late = [part for part in store.table.query("F#1") if not part["sk"].startswith(current)]
    assert late
    assert all("ttl" in part for part in late)


@pytest.mark.parametrize("content", ["{broken", "[]", '{"schema":1,"mutes":5}'])
def test_a_broken_file_is_named_and_left_alone(tmp_path: Path, content: str) -> None:
    store = LocalFindingStore(tmp_path)
    store.state.write_text(content)
    for ask in (store.mutes, lambda: store.mute(MUTE)):
        with pytest.raises(DataFileError, match=r"state\.json:1:"):
            ask()
    assert store.state.read_text() == content


def test_findings_of_another_shape_are_named(tmp_path: Path) -> None:
    store = LocalFindingStore(tmp_path)
    store.findings.write_text('{"schema":1,"accounts":{"1":{"x":1}}}')
    for ask in (store.versions, lambda: store.ledger("1")):
        with pytest.raises(DataFileError, match=r"findings\.json:1:1: not what Polo writes"):
            ask()


@pytest.mark.parametrize(
    ("conditions", "covered"),
    [
        ({}, True),
        ({"rule": "EBS-GP2", "account": "1"}, True),
        ({"rule": "EBS-GP2", "account": "2"}, False),
        ({"region": "us-east-1"}, False),
        ({"arn": "arn:vol-*"}, True),
        ({"arn": "arn:snap-*"}, False),
        ({"name": "da?a"}, True),
        ({"tag": "Env=dev"}, True),
        ({"tag": "Env=prod"}, False),
        ({"tag": "Env=dev", "name": "other"}, False),
    ],
)
def test_a_mute_covers_what_meets_all_its_conditions(conditions: dict[str, str], covered: bool) -> None:
    assert replace(MUTE, **{"rule": "", **conditions}).covers(ENTRY, AT) is covered


def test_a_mute_that_has_expired_covers_nothing() -> None:
    assert not MUTE.covers(ENTRY, LATER)
