from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from errors import BadRequest, CollectError
from services.collect.jobs import GROUPS, OTHER, Job, group_of, jobs, kinds_of, metrics_jobs, send
from services.models import RESOURCE_TYPES
from services.models.kit.base import Call
from services.models.kit.scope import Account
from services.models.kit.values import Item

SHOP, BLOG = Account("111122223333", "shop"), Account("444455556666", "blog")
VOLUMES, BUCKETS, MARQO = (RESOURCE_TYPES[name] for name in ("volumes", "buckets", "marqoindexes"))


class Queue:
    """SQS as a source; `refuses` says how often it refuses a message's body."""

    def __init__(self, **refuses: int) -> None:
        self.sizes: list[int] = []
        self.taken: list[str] = []
        self.refuses = refuses

    def pages(self, call: Call, region: str | None = None) -> Iterator[Item]:
        raise AssertionError(call)

    def call(self, service: str, operation: str, *, Entries: Any = (), **_: Any) -> Item | None:
        assert (service, operation) == ("sqs", "send_message_batch")
        self.sizes.append(len(Entries))
        failed = []
        for entry in Entries:
            account = json.loads(entry["MessageBody"])["name"]
            if self.refuses.get(account, 0) > 0:
                self.refuses[account] -= 1
                failed.append({"Id": entry["Id"], "Code": "InternalError", "SenderFault": False})
            else:
                self.taken.append(account)
        return {"Successful": [], "Failed": failed}


def test_each_group_of_each_account_is_one_job() -> None:
    assert jobs([VOLUMES, RESOURCE_TYPES["instances"], BUCKETS], [SHOP, BLOG]) == (
        Job(SHOP, "compute"),
        Job(BLOG, "compute"),
        Job(SHOP, "data"),
        Job(BLOG, "data"),
    )


def test_marqo_is_one_job_however_many_accounts() -> None:
    (job,) = jobs([MARQO], [SHOP, BLOG])
    assert (job.account.id, job.group) == ("marqo", "marqo")


def test_every_type_is_in_exactly_one_job_of_an_account() -> None:
    found = [kind.name for job in jobs(RESOURCE_TYPES.values(), [SHOP]) for kind in kinds_of(
        job, RESOURCE_TYPES.values()
    )]  # fmt: skip
    assert sorted(found) == sorted(RESOURCE_TYPES)
    assert {group_of(kind) for kind in RESOURCE_TYPES.values()} <= {*GROUPS, OTHER, "marqo"}


def test_metrics_are_one_job_of_every_account_that_may_have_some() -> None:
    assert metrics_jobs([VOLUMES, BUCKETS], [SHOP, BLOG]) == (Job(SHOP, "metrics"), Job(BLOG, "metrics"))
    assert [job.account.id for job in metrics_jobs([MARQO], [SHOP])] == ["marqo"]
    assert metrics_jobs([RESOURCE_TYPES["vpcs"]], [SHOP]) == ()
    for job in metrics_jobs(RESOURCE_TYPES.values(), [SHOP]):
        kinds = kinds_of(job, RESOURCE_TYPES.values())
        assert kinds
        assert all(kind.has_daily and (kind is MARQO) == (job.account.id == "marqo") for kind in kinds)


def test_job_survives_its_message() -> None:
    job = Job(Account("1", 'a "name" \N{SNOWMAN}'), "compute")
    assert Job.from_body(json.dumps(job.to_json())) == job
    goes_on = replace(job, generation=1_700_000_000_000)
    assert Job.from_body(json.dumps(goes_on.to_json())) == goes_on


def test_the_release_before_and_after_read_the_same_message() -> None:
    job = Job(SHOP, "compute")
    assert job.to_json() == {"account": SHOP.id, "name": "shop", "group": "compute"}
    assert Job.from_body(json.dumps(job.to_json() | {"of_a_later_release": 1})) == job


@pytest.mark.parametrize(
    "body",
    ["", "{", "[]", "3", "null", "{}", '{"account": "1"}', '{"account": 1, "name": "a", "group": "b"}',
     '{"account": "", "name": "a", "group": "b"}', "[" * 100_000,
     '{"account": "1", "name": "a", "group": "b", "generation": "7"}',
     '{"account": "1", "name": "a", "group": "b", "generation": -7}',
     '{"account": "1", "name": "a", "group": "b", "generation": true}'],
)  # fmt: skip
def test_message_that_is_no_job_is_refused(body: str) -> None:
    with pytest.raises(BadRequest, match="no job"):
        Job.from_body(body)


def test_group_without_types_is_refused() -> None:
    with pytest.raises(BadRequest, match="'quantum'"):
        kinds_of(Job(SHOP, "quantum"), RESOURCE_TYPES.values())


def test_ten_messages_go_in_one_call() -> None:
    queue = Queue()
    todo = [Job(Account(str(number), "shop"), "compute") for number in range(25)]
    assert send(todo, "url", queue) == 3
    assert queue.sizes == [10, 10, 5]


def test_what_the_queue_refuses_is_sent_again() -> None:
    queue = Queue(blog=2)
    assert send([Job(SHOP, "data"), Job(BLOG, "data")], "url", queue) == 3
    assert queue.taken == ["shop", "blog"]


def test_what_the_queue_keeps_refusing_is_an_error() -> None:
    with pytest.raises(CollectError, match=r"SQS did not take 1 of 2 messages \(InternalError\)"):
        send([Job(SHOP, "data"), Job(BLOG, "data")], "url", Queue(blog=9))
