"""Collects again in a deployment: sends the jobs that the schedule would send with the next hour."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Sequence

from services.collect.again import Busy, CantCollect
from services.collect.jobs import Job, group_of, send
from services.dynamo_data_service import DynamoDataService
from services.models import RESOURCE_TYPES
from services.models.kit.scope import GLOBAL, Account, Scope, ScopeHead

LONGEST = 16 * 60.0  # seconds; the worker's timeout, and a moment on the way


class QueueCollector:
    """send: the jobs. heads: of an account, as stored. queue: its URL, "" for none. now: seconds since 1970.

    What this process has asked for it does not ask for again while it may come; another process may, which
    does no harm: a store takes each generation of a scope once.
    """

    def __init__(
        self,
        queue: str,
        send: Callable[[Sequence[Job]], object],
        heads: Callable[[str], Sequence[ScopeHead]],
        now: Callable[[], float] = time.time,
    ) -> None:
        self._queue = queue
        self._send = send
        self._heads = heads
        self._now = now
        self._lock = threading.Lock()
        self._asked: dict[Job, float] = {}

    def refusal(self) -> str:
        return "" if self._queue else "SYNC_QUEUE_URL is not set; it is where a deployment takes jobs from"

    def covers(self, types: Iterable[str]) -> tuple[str, ...]:
        """The types of the same groups: a job is for a group of services."""
        groups = {group_of(RESOURCE_TYPES[name]) for name in types}
        return tuple(name for name, kind in RESOURCE_TYPES.items() if group_of(kind) in groups)

    def heads(self, account: str) -> tuple[ScopeHead, ...]:
        return tuple(self._heads(account))

    def ask(self, account: Account, scopes: Sequence[Scope]) -> None:
        if why := self.refusal():
            raise CantCollect(why)
        groups = dict.fromkeys(group_of(RESOURCE_TYPES[scope.type]) for scope in scopes)
        jobs = [Job(account, group) for group in groups]
        with self._lock:
            todo = [job for job in jobs if not self._waits(job)]
            if not todo:
                raise Busy(f"{account.name} is being collected", "wait until it is done")
            self._send(todo)
            self._asked |= dict.fromkeys(todo, self._now())

    def at_work(self, asked: float) -> bool:
        return self._now() - asked < LONGEST

    def under_way(self) -> str:
        return ""

    def trouble(self) -> str:
        return ""

    def _waits(self, job: Job) -> bool:
        """Whether the job was asked for, and has not been worked yet as far as its heads say."""
        asked = self._asked.get(job)
        if asked is None or not self.at_work(asked):
            return False
        tried = [
            head.attempted
            for head in self._heads(job.account.id)
            if group_of(RESOURCE_TYPES[head.scope.type]) == job.group
        ]
        return min(tried, default=0) < asked * 1000


def queue_collector(queue: str, service: DynamoDataService) -> QueueCollector:
    """Over SQS and the table that the jobs are stored in."""

    def send_jobs(todo: Sequence[Job]) -> None:
        from services.cloud.aws import Aws  # only who asks needs it

        send(todo, queue, Aws(who="the console").source(GLOBAL))

    def heads(account: str) -> list[ScopeHead]:
        return [record.head for record in service.records((account,))]

    return QueueCollector(queue, send_jobs, heads)
