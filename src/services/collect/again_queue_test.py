"""Collecting again in a deployment: the same jobs as the schedule's, each once."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from errors import CollectError
from services.collect.again import Busy, CantCollect
from services.collect.again_queue import LONGEST, QueueCollector
from services.collect.jobs import Job
from services.models.kit.scope import Account, Scope, ScopeHead

PROD = Account("111122223333", "prod")


def scopes(*types: str) -> list[Scope]:
    return [Scope(PROD.id, "eu-west-1", type) for type in types]


class World:
    def __init__(self) -> None:
        self.now = 1_800_000_000.0
        self.sent: list[Job] = []
        self.fails: CollectError | None = None
        self.tried: dict[str, float] = {"instances": 0, "volumes": 0, "buckets": 0}
        self.collector = QueueCollector("https://queue", self.send, self.heads, lambda: self.now)

    def send(self, jobs: Sequence[Job]) -> None:
        if self.fails:
            raise self.fails
        self.sent += jobs

    def heads(self, account: str) -> list[ScopeHead]:
        return [
            ScopeHead(Scope(account, "eu-west-1", type), attempted=int(seconds * 1000))
            for type, seconds in self.tried.items()
        ]


@pytest.fixture
def world() -> World:
    return World()


def test_a_job_is_sent_for_each_group_of_the_types(world: World) -> None:
    world.collector.ask(PROD, scopes("instances", "volumes", "buckets"))
    assert world.sent == [Job(PROD, "compute"), Job(PROD, "data")]
    assert {"instances", "volumes"} <= set(world.collector.covers(["instances"]))
    assert "buckets" not in world.collector.covers(["instances"])


def test_what_waits_is_not_sent_again_until_its_scopes_were_tried(world: World) -> None:
    world.collector.ask(PROD, scopes("instances"))
    with pytest.raises(Busy, match="prod is being collected"):
        world.collector.ask(PROD, scopes("volumes"))
    world.collector.ask(Account("2", "dev"), scopes("volumes"))
    world.tried |= {"instances": world.now + 1}
    with pytest.raises(Busy):
        world.collector.ask(PROD, scopes("volumes"))
    world.tried |= {"volumes": world.now + 1}
    world.collector.ask(PROD, scopes("volumes"))
    assert [job.account.name for job in world.sent] == ["prod", "dev", "prod"]


def test_only_the_groups_that_do_not_wait_are_sent(world: World) -> None:
    world.collector.ask(PROD, scopes("instances"))
    world.collector.ask(PROD, scopes("instances", "buckets"))
    assert [job.group for job in world.sent] == ["compute", "data"]


def test_what_never_came_can_be_asked_for_again(world: World) -> None:
    world.collector.ask(PROD, scopes("instances"))
    assert world.collector.at_work(world.now)
    asked = world.now
    world.now += LONGEST
    assert not world.collector.at_work(asked)
    world.collector.ask(PROD, scopes("instances"))
    assert len(world.sent) == 2


def test_what_the_queue_refused_does_not_count_as_asked(world: World) -> None:
    world.fails = CollectError("SQS did not take 1 of 1 messages")
    with pytest.raises(CollectError):
        world.collector.ask(PROD, scopes("instances"))
    world.fails = None
    world.collector.ask(PROD, scopes("instances"))
    assert len(world.sent) == 1


def test_without_a_queue_it_says_so(world: World) -> None:
    collector = QueueCollector("", world.send, world.heads)
    assert "SYNC_QUEUE_URL" in collector.refusal()
    with pytest.raises(CantCollect):
        collector.ask(PROD, scopes("instances"))
    assert (world.collector.refusal(), world.collector.under_way(), world.collector.trouble()) == ("", "", "")
