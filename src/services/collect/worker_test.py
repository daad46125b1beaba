from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import pytest

from errors import BadRequest, CantAssume, Closed, CollectError, Unavailable
from services.collect.jobs import Job
from services.collect.worker import RESERVE, Delivery, Outcome, Spread, Worker, delivery_of
from services.costs.resource_level import Told, nothing_told
from services.models import RESOURCE_TYPES
from services.models.kit.base import Call
from services.models.kit.parallel import spread
from services.models.kit.scope import Account, Scope
from services.models.kit.values import Item
from tests.memory import MemoryDataService

SHOP = Account("111122223333", "shop")
TYPES = {name: RESOURCE_TYPES[name] for name in ("instances", "volumes", "buckets")}
DENIED = CollectError("AccessDenied: role PoloReader may not call ec2:DescribeVolumes", "allow it")
CLOSED = CollectError("can't assume the role", "deploy it", "AccessDenied")
NOW = 1_700_000_000_000
LONG = 900.0


@dataclass
class FakeWay:
    """An account with volumes; the test decides what fails."""

    regions_: tuple[str, ...] = ("eu-west-1", "us-east-1")
    volumes: tuple[str, ...] = ("vol-a", "vol-b")
    fails: dict[str, Exception] = field(default_factory=dict)
    closed: CollectError | None = None
    asked: list[tuple[str, str]] = field(default_factory=list)

    def account(self) -> Account:
        return SHOP

    def regions(self) -> tuple[str, ...]:
        if self.closed:
            raise self.closed
        return self.regions_

    def source(self, region: str) -> FakeSource:
        return FakeSource(self, region)


@dataclass
class FakeSource:
    way: FakeWay
    region: str

    def pages(self, call: Call, region: str | None = None) -> Iterator[Item]:
        self.way.asked.append((call.operation, self.region))
        if call.operation != "describe_volumes":
            return
        if self.region in self.way.fails:
            raise self.way.fails[self.region]
        yield {"Volumes": [{"VolumeId": id} for id in self.way.volumes]}

    def call(self, service: str, operation: str, **_: Any) -> Item | None:
        return {}


@dataclass
class Run:
    """A worker, its store and its account."""

    way: FakeWay = field(default_factory=FakeWay)
    data: MemoryDataService = field(default_factory=MemoryDataService)
    opened: list[Account] = field(default_factory=list)
    regions: tuple[str, ...] = ()
    told: dict[str, Told] = field(default_factory=dict)
    spread: Spread = spread

    def __call__(
        self,
        group: str = "compute",
        *,
        generation: int = NOW,
        number: int = 1,
        remaining: Callable[[], float] = lambda: LONG,
    ) -> Outcome:
        def open_way(account: Account) -> FakeWay:
            self.opened.append(account)
            return self.way

        worker = Worker(self.data, TYPES, open_way, regions=self.regions, told=self._told, spread=self.spread)
        return worker(Delivery(Job(SHOP, group), generation, number, remaining))

    def _told(self, account: str) -> Told:
        return self.told.get(account, nothing_told)

    def ids(self, region: str = "eu-west-1") -> list[str]:
        return [item["id"] for item in self.data.resources(Scope(SHOP.id, region, "volumes"))]


@pytest.fixture
def run() -> Run:
    return Run()


def serially(function: Callable[[Scope], Any], items: Sequence[Scope], workers: int, /) -> Iterator[Any]:
    return map(function, items)


def after(lists: int, run: Run) -> Callable[[], float]:
    """Time that runs out when so many lists were asked for, one after the other."""
    run.spread, begun = serially, len(run.way.asked)
    return lambda: LONG if len(run.way.asked) - begun < lists else RESERVE - 1


def test_named_regions_need_no_list_of_them(run: Run) -> None:
    run.way.closed = CollectError("may not call ec2:DescribeRegions", "allow it", "UnauthorizedOperation")
    run.regions = ("eu-west-1",)
    assert run().failed == 0
    assert {head.scope.region for head in run.data.heads()} == {"eu-west-1"}


@pytest.mark.parametrize(
    "closed",
    [CantAssume("can't assume the role", "deploy it", "AccessDenied"), Unavailable("can't reach AWS")],
)
def test_named_regions_don_t_hide_an_account_that_can_t_be_asked(run: Run, closed: CollectError) -> None:
    run.way.closed, run.regions = closed, ("eu-west-1",)
    with pytest.raises(CollectError, match=closed.message):
        run()


def test_closed_scopes_are_told_apart_from_those_that_failed(run: Run) -> None:
    run.way.fails = {"us-east-1": Closed("a service control policy denies it"), "eu-west-1": DENIED}
    outcome = run()
    assert (outcome.closed, outcome.failed, len(outcome.heads)) == (1, 1, 4)


def test_types_of_the_group_are_collected_in_every_region(run: Run) -> None:
    outcome = run()
    assert set(run.way.asked) == {
        (operation, region)
        for operation in ("describe_instances", "describe_volumes")
        for region in ("eu-west-1", "us-east-1")
    }
    assert (len(outcome.heads), outcome.failed, outcome.unfinished, outcome.resources) == (4, 0, 0, 4)
    assert run.ids() == ["vol-a", "vol-b"]


def test_what_cost_explorer_tells_of_the_account_is_stored_with_its_resources() -> None:
    run = Run(told={SHOP.id: lambda _: (Decimal("4.5"), "Cost Explorer")})
    run()
    [document, *_] = run.data.resources(Scope(SHOP.id, "eu-west-1", "volumes"))
    assert (document["cost"], document["cost_source"]) == ("4.50", "Cost Explorer")


def test_only_the_regions_that_are_asked_for_are_looked_at() -> None:
    run = Run(regions=("us-east-1", "eu-north-1"))
    assert {head.scope.region for head in run().heads} == {"us-east-1"}


def test_an_account_without_any_of_these_regions_fails_instead_of_being_empty() -> None:
    with pytest.raises(CollectError, match="shop has no region of REGIONS=eu-north-1 enabled"):
        Run(regions=("eu-north-1",))()


def test_global_types_are_collected_once(run: Run) -> None:
    assert [head.scope.region for head in run("data").heads] == ["global"]


def test_generation_is_the_time_when_the_message_was_sent(run: Run) -> None:
    assert {head.generation for head in run().heads} == {NOW}


def test_scope_that_fails_is_recorded_and_the_others_are_stored(run: Run) -> None:
    run(generation=NOW - 1)
    run.way.fails, run.way.volumes = {"eu-west-1": DENIED}, ("vol-c",)
    outcome = run()
    assert (outcome.failed, outcome.unfinished) == (1, 0)
    assert (run.ids("eu-west-1"), run.ids("us-east-1")) == (["vol-a", "vol-b"], ["vol-c"])
    assert run.data.known[Scope(SHOP.id, "eu-west-1", "volumes")].error == str(DENIED)


def test_bug_in_one_type_is_recorded_too(run: Run) -> None:
    run.way.fails = {"eu-west-1": ZeroDivisionError("a bug")}
    assert run().failed == 1
    assert run.data.known[Scope(SHOP.id, "eu-west-1", "volumes")].error == "ZeroDivisionError: a bug"


def test_role_that_is_closed_fails_the_message_and_nothing_is_written(run: Run) -> None:
    run.way.closed = CLOSED
    with pytest.raises(CollectError, match="can't assume"):
        run()
    assert run.data.attempts == []


def test_last_delivery_lets_the_known_scopes_say_that_the_role_is_closed(run: Run) -> None:
    run(generation=NOW - 1)
    run("data", generation=NOW - 1)
    run.way.closed = CLOSED
    with pytest.raises(CollectError):
        run(number=3)
    errors = {head.scope.type: head.error for head in run.data.heads()}
    assert errors == {"instances": str(CLOSED), "volumes": str(CLOSED), "buckets": ""}
    assert run.ids() == ["vol-a", "vol-b"], "what was there is kept"


def test_time_that_runs_out_leaves_the_rest(run: Run) -> None:
    outcome = run(remaining=after(1, run))
    assert (len(outcome.heads), outcome.unfinished) == (1, 3)


def test_next_delivery_goes_on_where_the_last_had_no_time(run: Run) -> None:
    run(remaining=after(3, run))
    run.way.asked.clear()
    outcome = run(number=2)
    assert (len(run.way.asked), outcome.unfinished) == (1, 0)
    assert len(run.data.known) == 4


def test_message_that_comes_twice_changes_nothing(run: Run) -> None:
    run()
    before = dict(run.data.known)
    run.way.volumes, run.way.fails = (), {"us-east-1": DENIED}
    run()
    assert run.data.known == before
    assert run.ids() == ["vol-a", "vol-b"]


def test_late_delivery_does_not_overwrite_what_is_newer(run: Run) -> None:
    run(generation=NOW)
    run.way.volumes = ("vol-old",)
    run(generation=NOW - 1, number=2)
    assert run.ids() == ["vol-a", "vol-b"]


def test_store_that_fails_fails_the_message(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: object) -> None:
        raise OSError("no table")

    monkeypatch.setattr(run.data, "replace_scope", refuse)
    with pytest.raises(OSError, match="no table"):
        run()


def test_group_that_nobody_knows_opens_no_account(run: Run) -> None:
    with pytest.raises(BadRequest, match="quantum"):
        run("quantum")
    assert run.opened == []


def test_marqo_needs_no_account_and_says_when_its_key_is_missing() -> None:
    data = MemoryDataService()
    worker = Worker(data, {"marqoindexes": RESOURCE_TYPES["marqoindexes"]}, open_way=lambda _: FakeWay())
    job = Job(Account("marqo", "Marqo Cloud"), "marqo")
    (head,) = worker(Delivery(job, NOW, 1, lambda: LONG)).heads
    assert "MARQO_API_KEY is not set" in head.error


def test_delivery_is_read_from_the_record() -> None:
    record = {
        "body": '{"account": "111122223333", "name": "shop", "group": "data"}',
        "attributes": {"SentTimestamp": "1700000000000", "ApproximateReceiveCount": "2"},
    }
    delivery = delivery_of(record, lambda: 1.0)
    assert (delivery.job, delivery.generation, delivery.number) == (Job(SHOP, "data"), NOW, 2)
