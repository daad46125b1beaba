"""What the table adds to the promises of conformance_test: any write may be the last, and may be shared."""

from __future__ import annotations

import itertools
import uuid
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from services.conformance_test import (
    BUCKETS,
    SCOPES,
    VOLUMES,
    at,
    attempt,
    document,
    failure,
    head,
    history,
    ids,
    make_table,
    moto_client,
)
from services.data_service import Collected
from services.dynamo_data_service import DynamoDataService
from services.models.kit.scope import Account, Scope
from services.read.table_read_model import TableReadModel
from services.store.changes import fingerprint
from services.store.dynamo_items import PART, generation_of, parts_pk, resource_sk
from services.store.dynamo_scopes import PARTS_STAY
from services.store.dynamo_table import Table

pytestmark = pytest.mark.usefixtures("aws")

WRITES = ("update_item", "batch_write_item")
NOW = 1_780_000_000


class Killed(BaseException):
    """The process ends here."""


class Meddled:
    """A DynamoDB client whose n-th write (from 1) is left to `trouble`, given what would do the write."""

    def __init__(self, client: Any) -> None:
        self.client = client
        self.writes: list[tuple[str, dict[str, Any]]] = []
        self.trouble: dict[int, Callable[[Callable[[], Any]], Any]] = {}
        self.watch: Callable[[], None] = lambda: None

    def __getattr__(self, operation: str) -> Callable[..., Any]:
        def call(**asked: Any) -> Any:
            if operation not in WRITES:
                return getattr(self.client, operation)(**asked)
            self.watch()
            self.writes.append((operation, asked))

            def write() -> Any:
                return getattr(self.client, operation)(**asked)

            return self.trouble.get(len(self.writes), lambda do: do())(write)

        return call


def killed_before(_: Callable[[], Any]) -> None:
    raise Killed


def killed_after(write: Callable[[], Any]) -> None:
    write()
    raise Killed


def answer_lost(write: Callable[[], Any]) -> Any:
    """What botocore does when the first answer does not arrive."""
    write()
    return write()


@pytest.fixture
def client() -> Meddled:
    make_table(moto_client(), "polo")
    return Meddled(moto_client())


@pytest.fixture
def service(client: Meddled) -> DynamoDataService:
    return service_of(client)


def service_of(client: Any, name: str = "polo") -> DynamoDataService:
    return DynamoDataService(Table(name, client, now=lambda: NOW, sleep=lambda _: None))


def partition(service: DynamoDataService, pk: str) -> list[dict[str, Any]]:
    return list(service.table.query(pk))


def writes_of(client: Meddled, action: Callable[[], object]) -> list[str]:
    before = len(client.writes)
    action()
    return [operation for operation, _ in client.writes[before:]]


def test_unchanged_scope_is_one_write(client: Meddled, service: DynamoDataService) -> None:
    service.replace_scope(attempt(1, "abc"))
    assert writes_of(client, lambda: service.replace_scope(attempt(2, "abc"))) == ["update_item"]
    assert (head(service).generation, head(service).attempted) == (2, 2)


def test_what_is_volatile_alone_is_rewritten_once_a_day(client: Meddled, service: DynamoDataService) -> None:
    day = 24 * 3600 * 1000
    service.replace_scope(attempt(day, "a", scope=VOLUMES, state_since="x"))
    service.replace_scope(attempt(day + 1, "a", scope=VOLUMES, state_since="y"))
    assert next(service.resources(VOLUMES))["state_since"] == "x"
    service.replace_scope(attempt(2 * day, "a", scope=VOLUMES, state_since="y"))
    assert next(service.resources(VOLUMES))["state_since"] == "y"
    assert history(service) == []


def test_large_scope_is_split_below_the_limit(service: DynamoDataService) -> None:
    noise = [document(f"{n:03}", raw={"noise": uuid.uuid5(uuid.NAMESPACE_URL, str(n)).hex * 2000 + "".join(
        uuid.uuid5(uuid.NAMESPACE_DNS, f"{n}-{m}").hex for m in range(600))}) for n in range(80)]  # fmt: skip
    service.replace_scope(Collected(VOLUMES, 1, tuple(noise)))
    parts = partition(service, parts_pk(VOLUMES))
    assert len(parts) > 1
    assert max(len(part["body"]) for part in parts) <= PART
    assert list(service.resources(VOLUMES)) == noise


def test_resource_stands_by_itself_as_well(service: DynamoDataService) -> None:
    service.replace_scope(attempt(1, "ab", raw={"x": 1}))
    service.replace_scope(attempt(2, "b", raw={"x": 2}))
    (found,) = partition(service, f"A#{VOLUMES.account}")
    assert (found["sk"], found["gen"]) == ("volumes#eu-west-1#b", 2)
    assert found["h"] == fingerprint(document("b", raw={"x": 2}))


def test_raw_answer_too_large_for_an_item_is_only_in_the_parts(service: DynamoDataService) -> None:
    raw = {"noise": "".join(uuid.uuid5(uuid.NAMESPACE_DNS, str(n)).hex for n in range(30_000))}
    service.replace_scope(attempt(1, ["a" * 2000], raw=raw))
    (found,) = partition(service, f"A#{VOLUMES.account}")
    assert "raw" not in found and "row" in found
    assert next(service.resources(VOLUMES))["raw"] == raw


def test_replaced_parts_stay_for_readers_and_then_expire(client: Meddled, service: DynamoDataService) -> None:
    for generation in (1, 2, 3):
        service.replace_scope(attempt(generation, str(generation)))
    kept = {generation_of(part["sk"]): part.get("ttl") for part in partition(service, parts_pk(VOLUMES))}
    assert kept == {1: NOW + PARTS_STAY, 2: NOW + PARTS_STAY, 3: None}
    later = DynamoDataService(Table("polo", client, now=lambda: NOW + PARTS_STAY))
    assert [generation_of(part["sk"]) for part in partition(later, parts_pk(VOLUMES))] == [3]


def test_history_that_expired_is_hidden_at_once(client: Meddled, service: DynamoDataService) -> None:
    service.replace_scope(attempt(1, "a"))
    service.replace_scope(attempt(2, "ab"))
    assert history(service) == [("appeared", "b")]
    later = DynamoDataService(Table("polo", client, now=lambda: NOW + 90 * 24 * 3600))
    assert history(later) == []


def test_what_dynamodb_leaves_of_a_batch_is_tried_again(client: Meddled, service: DynamoDataService) -> None:
    def half(write: Callable[[], Any]) -> Any:
        table, requests = next(iter(client.writes[-1][1]["RequestItems"].items()))
        client.client.batch_write_item(RequestItems={table: requests[1:]})
        return {"UnprocessedItems": {table: requests[:1]}}

    client.trouble = dict.fromkeys((5, 7), half)
    service.replace_scope(attempt(1, [f"{n:02}" for n in range(60)]))
    assert len(partition(service, f"A#{VOLUMES.account}")) == len(ids(service)) == 60


def test_batch_that_is_never_taken_is_an_error_and_heals(client: Meddled, service: DynamoDataService) -> None:
    service.replace_scope(attempt(1, "a"))
    before = len(client.writes)

    def nothing(_: Callable[[], Any]) -> Any:
        return {"UnprocessedItems": client.writes[-1][1]["RequestItems"]}

    client.trouble = dict.fromkeys(range(before + 1, before + 100), nothing)
    with pytest.raises(Exception, match="took only a part of a batch"):
        service.replace_scope(attempt(2, "b"))
    assert ids(service) == ["a"]
    client.trouble = {}
    service.replace_scope(attempt(3, "b"))
    assert ids(service) == ["b"]


def test_reader_whose_parts_expired_takes_the_next_generation(
    service: DynamoDataService, monkeypatch: pytest.MonkeyPatch
) -> None:
    service.replace_scope(attempt(1, "a"))
    read = service.table.get
    outdated = [read(("SCOPE#111111111111", "volumes#eu-west-1"))]
    service.replace_scope(attempt(2, "b"))
    old = [(part["pk"], part["sk"]) for part in partition(service, parts_pk(VOLUMES)) if "ttl" in part]
    service.table.write(deletes=old)
    monkeypatch.setattr(service.table, "get", lambda key: outdated.pop() if outdated else read(key))
    assert ids(service) == ["b"]


@pytest.mark.parametrize("write", range(1, 10))
def test_two_deliveries_of_one_message_at_once_never_mix(
    client: Meddled, service: DynamoDataService, write: int
) -> None:
    first = Meddled(client.client)

    def second(do: Callable[[], Any]) -> Any:
        service.replace_scope(attempt(1_000, "xy"))
        return do()

    first.trouble = {write: second}
    service_of(first).replace_scope(attempt(1_000, "ab"))
    found = ["x", "y"] if write < 4 else ["a", "b"]  # the account is registered, the parts, the flip
    assert ids(service) == found
    service.replace_scope(failure(2_000))
    assert ids(service) == found
    assert applied(service, VOLUMES)


@pytest.mark.parametrize("write", range(1, 8))
def test_flip_whose_answer_was_lost_keeps_its_parts(
    client: Meddled, service: DynamoDataService, write: int
) -> None:
    service.replace_scope(attempt(1_000, "ab"))
    client.trouble = {len(client.writes) + write: answer_lost}
    service.replace_scope(attempt(2_000, "bc"))
    service.replace_scope(failure(3_000))
    assert ids(service) == ["b", "c"]
    assert history(service) == [("vanished", "a"), ("appeared", "c")]
    assert applied(service, VOLUMES)


def test_writer_that_was_overtaken_lets_the_next_run_compare(
    client: Meddled, service: DynamoDataService
) -> None:
    service.replace_scope(attempt(1_000, "ab"))
    slow = Meddled(client.client)

    def overtake(write: Callable[[], Any]) -> Any:
        service.replace_scope(attempt(3_000, "cd"))
        return write()

    slow.trouble = {5: overtake}  # between its flip and its last write
    service_of(slow).replace_scope(attempt(2_000, "bc"))
    assert ids(service) == ["c", "d"]
    assert record(service, VOLUMES).doubt
    service.replace_scope(failure(4_000))
    assert applied(service, VOLUMES)


def test_missing_table_is_a_clear_error() -> None:
    with pytest.raises(Exception, match="there is no DynamoDB table 'nowhere' here. Way out: deploy"):
        service_of(moto_client(), "nowhere").heads()


def test_client_is_made_on_first_use() -> None:
    make_table(moto_client(), "polo")
    service = DynamoDataService(Table("polo"))
    service.name_accounts([Account("1", "prod")])
    assert service.accounts() == (Account("1", "prod"),)


def test_names_that_are_known_are_not_written_again(client: Meddled, service: DynamoDataService) -> None:
    service.name_accounts([Account("1", "prod")])
    assert writes_of(client, lambda: service.name_accounts([Account("1", "prod")])) == []


def record(service: DynamoDataService, scope: Scope) -> Any:
    return next(each for each in service.records((scope.account,)) if each.head.scope == scope)


def applied(service: DynamoDataService, scope: Scope) -> bool:
    """Whether all that a flip calls for is done: no part too many, and each resource stands by itself."""
    found = record(service, scope)
    parts = [part["sk"] for part in partition(service, parts_pk(scope)) if "ttl" not in part]
    prefix = resource_sk(scope, "")
    alone = {item["sk"]: item["h"] for item in service.table.query(f"A#{scope.account}", prefix=prefix)}
    expected = {resource_sk(scope, each["id"]): fingerprint(each) for each in service.resources(scope)}
    assert found.applied == found.current
    assert all(part.startswith(found.current) for part in parts)
    assert alone == expected
    return True


class TroubledSyncs(RuleBasedStateMachine):
    """Whatever happens to a run, readers see one whole generation of each scope, and the next run heals."""

    client = staticmethod(moto_client)

    @initialize()
    def begin(self) -> None:
        self.name = f"polo-{uuid.uuid4().hex}"
        make_table(self.client(), self.name)
        self.reader = service_of(self.client(), self.name)
        self.now = 0
        self.offered: dict[tuple[Scope, int], list[list[str]]] = defaultdict(list)
        self.seen: dict[Scope, int] = {}
        self.flips: dict[Scope, list[tuple[int, list[str]]]] = defaultdict(list)

    @rule(
        scope=st.sampled_from((VOLUMES, BUCKETS)),
        found=st.sets(st.sampled_from("abcd")),
        age=st.sampled_from((-1, -1, -1, -1, 0, 1)),
        write=st.integers(1, 9),
        trouble=st.sampled_from(("none", "before", "after", "lost", "other")),
        other=st.sampled_from((-1, 0, 1)),
        fails=st.booleans(),
    )
    def sync(
        self, scope: Scope, found: set[str], age: int, write: int, trouble: str, other: int, fails: bool
    ) -> None:
        generation = self._generation(age)
        client = self._meddled(scope)

        def beside(do: Callable[[], Any]) -> Any:
            second = self._offer(scope, generation - 1000 * other, {"x", *found})
            service_of(self._meddled(scope), self.name).replace_scope(second)
            return do()

        troubles = {"before": killed_before, "after": killed_after, "lost": answer_lost, "other": beside}
        if trouble != "none":
            client.trouble = {write: troubles[trouble]}
        attempted = failure(generation, scope) if fails else self._offer(scope, generation, found)
        with suppress(Killed):
            service_of(client, self.name).replace_scope(attempted)

    def _generation(self, age: int) -> int:
        """Newer than all (-1), the same as the newest, or older."""
        self.now = max(self.now, 2_000) + (2_000 if age < 0 else 0)
        return self.now - 1_000 * max(0, age)

    def _offer(self, scope: Scope, generation: int, found: set[str]) -> Collected:
        self.now = max(self.now, generation)
        self.offered[scope, generation].append(sorted(found))
        return attempt(generation, found, scope)

    def _meddled(self, scope: Scope) -> Meddled:
        client = Meddled(self.client())
        client.watch = lambda: self._check(scope)
        return client

    def _check(self, scope: Scope) -> None:
        known, lines = self.reader.lines(scope)
        if known is None:
            return
        found = [line.split(b'"id":"')[1][:1].decode() for line in lines]
        generation = known.head.generation
        assert found in self.offered[scope, generation] if generation else found == []
        assert generation >= self.seen.get(scope, 0)
        assert known.head.count == len(found)
        self.seen[scope] = generation
        flipped = generation_of(known.current)
        if flipped and (not self.flips[scope] or self.flips[scope][-1][0] != flipped):
            self.flips[scope].append((flipped, found))

    @invariant()
    def readers_see_whole_generations(self) -> None:
        for scope in (VOLUMES, BUCKETS):
            self._check(scope)
        assert {each.scope for each in self.reader.heads()} == set(self.seen)

    def teardown(self) -> None:
        """The next run: whatever was cut off is done after it."""
        for scope in self.seen:
            self.reader.replace_scope(self._offer(scope, self._generation(-1), {"e"}))
            self._check(scope)
            assert applied(self.reader, scope)
            expected = set()
            flips = self.flips[scope]
            for (_, old), (generation, new) in zip(flips, flips[1:], strict=False):
                expected |= {("vanished", id, generation) for id in set(old) - set(new)}
                expected |= {("appeared", id, generation) for id in set(new) - set(old)}
            changes = [
                change for change in self.reader.changes(at(0), at(10**9)) if change.type == scope.type
            ]
            told = [(change.kind, change.id, change.at) for change in changes]
            assert set(told) == {(kind, id, moment_of(generation)) for kind, id, generation in expected}
            assert len(told) == len(set(told))


def moment_of(generation: int) -> str:
    return at(generation).strftime("%Y-%m-%dT%H:%M:%SZ")


TroubledSyncs.TestCase.settings = settings(max_examples=6, stateful_step_count=8, deadline=None)
test_troubled_syncs = TroubledSyncs.TestCase


def test_every_scope_of_every_account_is_read(service: DynamoDataService, tmp_path: Path) -> None:
    for scope in SCOPES:
        service.replace_scope(attempt(1, "a", scope))
    assert [head.scope for head in service.heads()] == sorted(SCOPES)


@pytest.mark.parametrize("ahead", [2, 400 * 24], ids=["the same day", "another year"])
def test_what_a_wrong_clock_stamped_is_replaced_everywhere(
    service: DynamoDataService, tmp_path: Path, ahead: int
) -> None:
    now, polls = int(service.table.now() * 1000), itertools.count(0, 1000)
    model = TableReadModel(service, tmp_path, clock=lambda: float(next(polls)))
    service.replace_scope(attempt(now + ahead * 3_600_000, "abc"))
    assert model.current().totals().count == 3
    service.replace_scope(attempt(now, "bcde"))
    assert model.current().totals().count == 4
    parts = [*service.table.query(parts_pk(VOLUMES))]
    assert sum("ttl" not in part for part in parts) == 1 < len(parts)
