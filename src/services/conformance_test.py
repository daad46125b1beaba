"""What every DataService promises. An implementation is tested by being added to IMPLEMENTATIONS."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import boto3
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from services.daily_store import Fetched
from services.data_service import Collected, DataService
from services.dynamo_data_service import DynamoDataService
from services.local_data_service import LocalDataService
from services.models.domain.daily import DAY, Values
from services.models.kit.base import Document
from services.models.kit.scope import Account, Key, Scope, ScopeHead
from services.models.kit.values import iso
from services.store.dynamo_table import Table
from tests.examples import examples

pytestmark = pytest.mark.usefixtures("aws")

VOLUMES = Scope("111111111111", "eu-west-1", "volumes")
ELSEWHERE = Scope("111111111111", "us-east-1", "volumes")
BUCKETS = Scope("222222222222", "global", "buckets")
SCOPES = (VOLUMES, ELSEWHERE, BUCKETS)


def make_table(client: Any, name: str) -> None:
    """The ResourceTable as template.yaml has it, unless it is there; ready to be used."""
    if name in client.list_tables()["TableNames"]:
        return
    keys = {"pk": "HASH", "sk": "RANGE"}
    client.create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key in keys],
        KeySchema=[{"AttributeName": key, "KeyType": kind} for key, kind in keys.items()],
    )
    client.get_waiter("table_exists").wait(TableName=name, WaiterConfig={"Delay": 0, "MaxAttempts": 5000})


@cache
def moto_client() -> Any:
    return boto3.client("dynamodb", "eu-west-1", aws_access_key_id="testing", aws_secret_access_key="testing")


def dynamo(folder: Path) -> DynamoDataService:
    """Over a table of moto that is named after the folder."""
    client = moto_client()
    make_table(client, f"polo-{folder.name}")
    return DynamoDataService(Table(f"polo-{folder.name}", client))


# name -> an empty service in a folder, and the same one as another process would open it
IMPLEMENTATIONS: dict[str, Callable[[Path], DataService]] = {
    "local": lambda folder: LocalDataService(folder / "local_data.json"),
    "dynamo": dynamo,
}


def document(id: str, scope: Scope = VOLUMES, **values: Any) -> Document:
    """A stored resource. The region of one from a global scope is its own."""
    region = "eu-north-1" if scope.region == "global" else scope.region
    common = {"type": scope.type, "account": scope.account, "region": region, "id": id, "arn": f"arn:{id}"}
    return common | {"name": "", "tags": {}, "raw": {}, "cost": None} | values


def attempt(generation: int, ids: Any, scope: Scope = VOLUMES, **values: Any) -> Collected:
    return Collected(scope, generation, tuple(document(id, scope, **values) for id in ids), "", 1.5, 12, 3)


def failure(generation: int, scope: Scope = VOLUMES) -> Collected:
    return Collected(scope, generation, None, "AccessDenied")


def ids(service: DataService, scope: Scope = VOLUMES) -> list[str]:
    return [found["id"] for found in service.resources(scope)]


def head(service: DataService, scope: Scope = VOLUMES) -> ScopeHead:
    return next(head for head in service.heads() if head.scope == scope)


@pytest.fixture(params=IMPLEMENTATIONS)
def service(request: pytest.FixtureRequest, tmp_path: Path) -> DataService:
    return IMPLEMENTATIONS[request.param](tmp_path)


def test_empty_service_knows_nothing(service: DataService) -> None:
    assert (service.accounts(), service.heads(), ids(service)) == ((), (), [])


def test_collected_resources_are_read_back_sorted(service: DataService) -> None:
    service.replace_scope(attempt(1, "cab"))
    assert ids(service) == ["a", "b", "c"]
    assert list(service.resources(VOLUMES))[0] == document("a")


def test_head_tells_the_last_collection(service: DataService) -> None:
    answered = service.replace_scope(attempt(7, "ab"))
    assert answered == head(service) == ScopeHead(VOLUMES, 7, 7, "ok", 2, "", 1.5, None, 12, 3)


@pytest.mark.parametrize(
    "values",
    [
        {"cost": "0.10"},
        {"size": 8, "ratio": 0.1, "public": None, "encrypted": False},
        {"name": "<script>'\"&\u2028\U0001f525\u00e9", "tags": {"": "", "a.b": "x" * 10_000}},
        {"raw": {"deep": [{"list": [1, 2.5, None, True]}], "empty": {}}},
    ],
    ids=["money", "numbers", "text", "nested"],
)
def test_values_survive(service: DataService, values: dict[str, Any]) -> None:
    service.replace_scope(attempt(1, "a", **values))
    assert list(service.resources(VOLUMES)) == [document("a", **values)]


def test_what_vanished_is_gone_with_the_next_generation(service: DataService) -> None:
    service.replace_scope(attempt(1, "abc"))
    service.replace_scope(attempt(2, "ac"))
    assert ids(service) == ["a", "c"]


def test_scope_that_is_empty_now_is_a_result(service: DataService) -> None:
    service.replace_scope(attempt(1, "abc"))
    service.replace_scope(attempt(2, ""))
    assert (ids(service), head(service).count, head(service).status) == ([], 0, "ok")


def test_a_scope_that_is_closed_keeps_what_it_had_until_it_is_open_again(service: DataService) -> None:
    service.replace_scope(attempt(1, "ab"))
    service.replace_scope(Collected(VOLUMES, 2, None, "a service control policy denies it", closed=True))
    assert (ids(service), head(service).status, head(service).generation) == (["a", "b"], "closed", 1)
    assert head(service).error == "a service control policy denies it"
    service.replace_scope(failure(3))
    assert head(service).status == "error"
    service.replace_scope(attempt(4, "a"))
    assert (ids(service), head(service).status, head(service).error) == (["a"], "ok", "")


def test_other_scopes_are_left_alone(service: DataService) -> None:
    for scope in SCOPES:
        service.replace_scope(attempt(1, "ab", scope))
    service.replace_scope(attempt(2, "", VOLUMES))
    assert [ids(service, scope) for scope in SCOPES] == [[], ["a", "b"], ["a", "b"]]


def test_global_scope_keeps_resources_of_many_regions(service: DataService) -> None:
    service.replace_scope(attempt(1, "ab", BUCKETS))
    assert {found["region"] for found in service.resources(BUCKETS)} == {"eu-north-1"}
    assert "scope" not in next(iter(service.resources(BUCKETS)))


def test_failure_keeps_what_was_there_and_says_so(service: DataService) -> None:
    service.replace_scope(attempt(1, "ab"))
    service.replace_scope(failure(2))
    assert ids(service) == ["a", "b"]
    found = head(service)
    assert (found.generation, found.attempted, found.status, found.error) == (1, 2, "error", "AccessDenied")
    assert found.count == 2


def test_success_after_a_failure_clears_the_error(service: DataService) -> None:
    service.replace_scope(failure(1))
    service.replace_scope(attempt(2, "a"))
    assert (head(service).status, head(service).error, ids(service)) == ("ok", "", ["a"])


def test_scope_that_only_ever_failed_is_known(service: DataService) -> None:
    service.replace_scope(failure(1))
    assert (head(service).generation, head(service).status, ids(service)) == (0, "error", [])


def test_late_worker_overwrites_nothing(service: DataService) -> None:
    service.replace_scope(attempt(5, "new"))
    answered = service.replace_scope(attempt(4, "old"))
    assert answered == head(service)
    assert (ids(service), head(service).generation) == (["e", "n", "w"], 5)


DAYS = 24 * 3600 * 1000  # milliseconds


def test_clock_that_was_in_the_future_heals_with_the_next_collection(service: DataService) -> None:
    now = int(time.time() * 1000)
    service.replace_scope(attempt(now - DAYS, "ab", state="on"))
    service.replace_scope(attempt(now + 400 * DAYS, "abc", state="off"))
    assert service.replace_scope(attempt(now, "bcd", state="off")).generation == now
    assert (ids(service), head(service).attempted) == (["b", "c", "d"], now)
    assert all(found["state_since"] <= iso(now) for found in service.resources(VOLUMES))
    service.replace_scope(attempt(now - 1, "late"))
    service.replace_scope(attempt(now + 1, "bcde", state="off"))
    assert ids(service) == ["b", "c", "d", "e"], "from here on as ever"


def test_failure_heals_a_clock_too_and_keeps_what_was_there(service: DataService) -> None:
    now = int(time.time() * 1000)
    service.replace_scope(attempt(now + 400 * DAYS, "ab"))
    assert service.replace_scope(failure(now)).status == "error"
    assert ids(service) == ["a", "b"]
    assert service.replace_scope(attempt(now + 1, "abc")).status == "ok"
    assert ids(service) == ["a", "b", "c"]


def test_message_that_comes_twice_changes_nothing(service: DataService) -> None:
    service.replace_scope(attempt(5, "ab"))
    service.replace_scope(attempt(5, ""))
    assert ids(service) == ["a", "b"]


def test_steep_fall_is_held_until_a_second_run_agrees(service: DataService) -> None:
    many = [f"{number:03}" for number in range(50)]
    service.replace_scope(attempt(1, many))
    held = service.replace_scope(attempt(2, many[:5]))
    assert (held.status, held.held_count, len(ids(service))) == ("held", 5, 50)
    assert "fell from 50 to 5" in held.error
    agreed = service.replace_scope(attempt(3, many[:5]))
    assert (agreed.status, agreed.held_count, ids(service)) == ("ok", None, many[:5])


def test_second_run_that_counts_otherwise_is_held_again(service: DataService) -> None:
    many = [f"{number:03}" for number in range(50)]
    service.replace_scope(attempt(1, many))
    service.replace_scope(attempt(2, many[:5]))
    assert service.replace_scope(attempt(3, many[:4])).status == "held"
    assert service.replace_scope(attempt(4, many)).status == "ok"
    assert service.replace_scope(attempt(5, many[:4])).status == "held", "the earlier count is forgotten"


@pytest.mark.parametrize(
    ("before", "after", "status"), [(40, 20, "ok"), (41, 20, "held"), (20, 0, "ok"), (21, 0, "held")]
)
def test_fall_is_steep_when_over_half_and_over_twenty(
    service: DataService, before: int, after: int, status: str
) -> None:
    many = [f"{number:03}" for number in range(before)]
    service.replace_scope(attempt(1, many))
    assert service.replace_scope(attempt(2, many[:after])).status == status


def test_reader_that_has_begun_sees_one_generation(service: DataService) -> None:
    service.replace_scope(attempt(1, "abc"))
    reading = service.resources(VOLUMES)
    seen = [next(reading)["id"]]
    service.replace_scope(attempt(2, "xyz"))
    seen += [found["id"] for found in reading]
    assert seen in (["a", "b", "c"], ["x", "y", "z"])


def at(generation: int) -> datetime:
    return datetime.fromtimestamp(generation / 1000, UTC)


def history(service: DataService, *place: Any, since: int = 0, until: int = 10**12) -> list[tuple[str, str]]:
    """What happened to whom, newest first and by id."""
    found = list(service.changes(at(since), at(until), *place))
    assert [change.at for change in found] == sorted((change.at for change in found), reverse=True)
    found.sort(key=lambda change: change.id)
    found.sort(key=lambda change: change.at, reverse=True)
    return [(change.kind, change.id) for change in found]


def test_state_is_known_since_it_was_first_seen(service: DataService) -> None:
    for generation, state in (
        (1_000, "available"),
        (2_000, "available"),
        (3_000, "in-use"),
        (4_000, "in-use"),
    ):
        service.replace_scope(attempt(generation, "a", state=state))
        service.replace_scope(failure(generation + 1))
    (found,) = service.resources(VOLUMES)
    assert found["state_since"] == "1970-01-01T00:00:03Z"


def test_history_tells_what_appeared_vanished_and_changed(service: DataService) -> None:
    service.replace_scope(attempt(1_000, "abc"))
    service.replace_scope(attempt(2_000, "acd"))
    service.replace_scope(attempt(3_000, "acd", owner="x"))
    service.replace_scope(attempt(4_000, "acd", owner="y"))
    changed = [("changed", "a"), ("changed", "c"), ("changed", "d")]
    assert history(service) == [*changed, ("vanished", "b"), ("appeared", "d")]
    newest = next(service.changes(at(0), at(10_000)))
    assert (newest.fields, newest.at) == ({"owner": ("x", "y")}, "1970-01-01T00:00:04Z")
    assert newest.key == Key("volumes", VOLUMES.account, VOLUMES.region, "a")


def test_history_begins_after_the_first_generation(service: DataService) -> None:
    service.replace_scope(failure(1_000))
    service.replace_scope(attempt(2_000, ""))
    assert history(service) == []
    service.replace_scope(attempt(3_000, "a"))
    assert history(service) == [("appeared", "a")]


def test_history_can_be_asked_by_time(service: DataService) -> None:
    for generation, found in ((1_000, "a"), (2_000, "ab"), (3_000, "abc"), (4_000, "abcd")):
        service.replace_scope(attempt(generation, found))
    assert history(service, since=3_000, until=4_000) == [("appeared", "c")]
    assert history(service, since=2_000) == [("appeared", "d"), ("appeared", "c"), ("appeared", "b")]


def test_history_can_be_asked_by_account_and_resource(service: DataService) -> None:
    for scope in SCOPES:
        service.replace_scope(attempt(1_000, "a", scope))
        service.replace_scope(attempt(2_000, "ab", scope))
        service.replace_scope(attempt(3_000, "b", scope))
    assert len(history(service)) == 6
    assert history(service, BUCKETS.account) == [("vanished", "a"), ("appeared", "b")]
    assert history(service, None, Key("buckets", BUCKETS.account, "eu-north-1", "a")) == [("vanished", "a")]
    assert history(service, None, Key("buckets", BUCKETS.account, "eu-north-1", "x")) == []
    assert history(service, "999999999999") == []


def test_history_of_what_was_refused_is_not_written(service: DataService) -> None:
    service.replace_scope(attempt(5_000, "a"))
    for refused in (failure(6_000), attempt(4_000, "ab"), attempt(6_000, "ab")):
        service.replace_scope(refused)
    assert history(service) == []


def test_accounts_keep_their_names(service: DataService) -> None:
    service.name_accounts([Account("1", "prod"), Account("2", "dev")])
    service.replace_scope(attempt(1, "a"))
    service.name_accounts([Account("2", "development")])
    assert service.accounts() == (Account("1", "prod"), Account("2", "development"))


TODAY = datetime.now(UTC).date()  # what is older may have expired
YESTERDAY = TODAY - DAY


def found(scope: Scope = VOLUMES, today: date = TODAY, **values: float) -> Fetched:
    """Values of the day before by resource."""
    return Fetched(
        scope, today - DAY, {id: {"Reads.Sum": {today - DAY: value}} for id, value in values.items()}
    )


def known(
    service: DataService, scope: Scope = VOLUMES, days: int = 3, last: date = YESTERDAY
) -> dict[str, Values]:
    kept = dict(service.daily.of(scope.account, scope.type, scope.region)).get(scope, {})
    for id, each in kept.items():
        assert service.daily.one(scope, id) == each
    return {id: each.of("Reads.Sum", last, days) for id, each in kept.items()}


def test_nothing_is_known_of_a_scope_that_was_not_asked_about(service: DataService) -> None:
    assert known(service) == {}
    assert service.daily.one(VOLUMES, "a") is None
    assert service.daily.asked(VOLUMES.account) == {}


def test_daily_values_are_read_back_by_account_type_scope_and_resource(service: DataService) -> None:
    service.daily.keep([found(a=0.0, b=12.5), found(ELSEWHERE, a=7.0), found(BUCKETS)], TODAY)
    assert known(service) == {"a": (None, None, 0.0), "b": (None, None, 12.5)}
    assert [scope for scope, _ in service.daily.of(VOLUMES.account)] == [VOLUMES, ELSEWHERE]
    assert [scope for scope, _ in service.daily.of(VOLUMES.account, "vol")] == []
    assert [scope for scope, _ in service.daily.of(VOLUMES.account, "volumes", "us-east-1")] == [ELSEWHERE]
    assert service.daily.one(VOLUMES, "c") is None
    assert service.daily.asked(VOLUMES.account) == {VOLUMES: YESTERDAY, ELSEWHERE: YESTERDAY}
    assert service.daily.asked(BUCKETS.account) == {BUCKETS: YESTERDAY}


def test_daily_values_add_up_and_the_newer_one_counts(service: DataService) -> None:
    service.daily.keep([found(today=TODAY - DAY, a=1.0)], TODAY - DAY)
    service.daily.keep([found(a=2.0)], TODAY)
    service.daily.keep([found(b=3.0), found(a=4.0)], TODAY)
    assert known(service) == {"a": (None, 1.0, 4.0), "b": (None, None, 3.0)}


def test_daily_values_kept_twice_are_the_same(service: DataService) -> None:
    for _ in range(2):
        service.daily.keep([found(a=1.0)], TODAY)
    assert known(service) == {"a": (None, None, 1.0)}


def test_daily_values_of_a_month_ago_are_gone(service: DataService) -> None:
    service.daily.keep([found(a=1.0)], TODAY)
    service.daily.keep([found(today=TODAY + 29 * DAY, b=1.0)], TODAY + 29 * DAY)
    assert set(known(service)) == {"a", "b"}
    service.daily.keep([found(today=TODAY + 30 * DAY)], TODAY + 30 * DAY)
    assert set(known(service)) == {"b"}


def test_daily_values_are_no_part_of_scopes_and_history(service: DataService) -> None:
    service.replace_scope(attempt(1_000, "a"))
    before = service.heads()
    service.daily.keep([found(a=1.0), found(ELSEWHERE, x=1.0)], TODAY)
    assert (service.heads(), ids(service), history(service)) == (before, ["a"], [])
    service.replace_scope(attempt(2_000, ""))
    assert known(service) == {"a": (None, None, 1.0)}


def test_daily_values_of_odd_ids_survive(service: DataService) -> None:
    odd = ("#", "app/x#y/50dc", "\U0001f525", "a\nb", '"', "x" * 2_000)
    service.daily.keep(
        [Fetched(VOLUMES, YESTERDAY, {id: {"Reads.Sum": {YESTERDAY: 1.0}} for id in odd})], TODAY
    )
    assert set(known(service)) == set(odd)


def test_many_resources_keep_their_daily_values_in_pieces(
    service: DataService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.store.dynamo_daily.PART", 400)
    some = {f"vol-{number}": float(number) for number in range(20)}
    many = {f"vol-{number}": float(number) for number in range(150)}
    service.daily.keep([found(today=TODAY - DAY, **some)], TODAY - DAY)
    service.daily.keep([found(**many)], TODAY)
    assert known(service, days=2) == {id: (some.get(id), value) for id, value in many.items()}


def test_heads_of_one_account(service: DataService) -> None:
    for scope in SCOPES:
        service.replace_scope(attempt(1, "a", scope))
    assert [head.scope for head in service.heads(BUCKETS.account)] == [BUCKETS]
    assert service.heads("999999999999") == ()


class RandomSyncs(RuleBasedStateMachine):
    """After any sequence of attempts, each scope holds exactly one whole generation: the one it should."""

    name = "local"

    @initialize()
    def begin(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.service = self.open()
        self.generation = 0
        self.expected: dict[Scope, tuple[int, list[str]]] = {}
        self.tried: dict[Scope, int] = {}
        self.held: dict[Scope, int] = {}

    def open(self) -> DataService:
        return IMPLEMENTATIONS[self.name](Path(self.folder.name))

    def _resources(self, count: int, generation: int) -> list[str]:
        return [f"{number:03}-{generation}" for number in range(count)]

    @rule(scope=st.sampled_from(SCOPES), count=st.sampled_from((0, 1, 20, 21, 45, 60)))
    def success(self, scope: Scope, count: int) -> None:
        self.generation += 1
        found = self._resources(count, self.generation)
        self.service.replace_scope(attempt(self.generation, found, scope))
        old = len(self.expected.get(scope, (0, []))[1])
        steep = old - count > 20 and count * 2 < old
        self.tried[scope] = self.generation
        if steep and self.held.get(scope) != count:
            self.held[scope] = count
        else:
            self.expected[scope] = (self.generation, found)
            self.held.pop(scope, None)

    @rule(scope=st.sampled_from(SCOPES))
    def fails(self, scope: Scope) -> None:
        self.generation += 1
        self.service.replace_scope(failure(self.generation, scope))
        self.tried[scope] = self.generation

    @rule(scope=st.sampled_from(SCOPES), late=st.integers(0, 3))
    def late_worker(self, scope: Scope, late: int) -> None:
        generation = self.tried.get(scope, 0) - late
        if generation > 0:
            self.service.replace_scope(attempt(generation, self._resources(3, -generation), scope))

    @rule()
    def another_process_reads(self) -> None:
        self.service = self.open()

    @invariant()
    def every_scope_is_whole(self) -> None:
        heads = {head.scope: head for head in self.service.heads()}
        assert set(heads) == set(self.tried)
        for scope, tried in self.tried.items():
            generation, expected = self.expected.get(scope, (0, []))
            assert ids(self.service, scope) == expected
            found = heads[scope]
            assert (found.generation, found.attempted, found.count) == (generation, tried, len(expected))
            assert found.held_count == self.held.get(scope)

    def teardown(self) -> None:
        self.folder.cleanup()


RandomSyncs.TestCase.settings = settings(max_examples=examples(25), stateful_step_count=20, deadline=None)
test_random_syncs = RandomSyncs.TestCase


class RandomSyncsToDynamo(RandomSyncs):
    name = "dynamo"


RandomSyncsToDynamo.TestCase.settings = settings(
    max_examples=examples(5), stateful_step_count=12, deadline=None
)
test_random_syncs_to_dynamo = RandomSyncsToDynamo.TestCase
