"""The worker of a job: reach the account, collect the scopes in threads, store each as it ends."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any, Protocol

from errors import CollectError
from services.collect.collect import collect
from services.collect.continued import Continued, OutOfTime
from services.collect.continued_list import Following, nothing_follows
from services.collect.jobs import Job, kinds_of
from services.collect.kept_answers import Answers, AnswerStore, KeepsNothing
from services.collect.metrics_sync import DailyMetrics, Due, Failed, attempt_of
from services.collect.plan import MARQO, Clock, Target, Way, attempt, plan, regions_of
from services.costs.resource_level import Told, nothing_told
from services.daily_store import Fetched
from services.data_service import Collected, DataService
from services.models.kit.base import Resource, ResourceType, Source
from services.models.kit.parallel import spread
from services.models.kit.scope import CLOSED, METRICS, Account, Scope, ScopeHead, from_future

THREADS = 16  # docs/scale.md has the arithmetic
RESERVE = 60.0  # seconds to store in: nothing is begun or asked after that, but left to the next delivery
LAST_DELIVERY = 3  # the queue's maxReceiveCount: after it the message goes to the dead letters
STUCK = (
    "{service} told nothing to go on from in the time that a delivery has, {times} times. "
    "Way out: inv sync, which has no limit, or leave {type} out (EXCLUDED_TYPES)"
)


Reached = tuple[tuple[Scope, ...], Callable[[Scope], Source]]  # what to collect, and from where


class Spread(Protocol):
    """services.models.kit.parallel.spread, or what stands in for its threads."""

    def __call__(
        self, function: Callable[[Scope], ScopeHead | None], items: Sequence[Scope], workers: int, /
    ) -> Iterator[ScopeHead | None]: ...


@dataclass(frozen=True)
class Delivery:
    """A message as it was delivered.

    generation: milliseconds since 1970 when it was sent, the same for every delivery, and for messages that
    go on with it. number: 1 for the first. remaining: seconds that the function has left.
    """

    job: Job
    generation: int
    number: int
    remaining: Callable[[], float]

    @property
    def is_first(self) -> bool:
        """Whether nothing can have been done of it before."""
        return self.number == 1 and not self.job.generation


@dataclass(frozen=True)
class Outcome:
    """What a delivery came to.

    unfinished: scopes that time ran out for. progressed: whether the next delivery will have less to do.
    begun_again: scopes whose list AWS would not go on with, so that it was asked from the start.
    """

    heads: tuple[ScopeHead, ...]
    unfinished: int = 0
    progressed: bool = False
    begun_again: tuple[Scope, ...] = ()

    @property
    def failed(self) -> int:
        return sum(head.troubled for head in self.heads)

    @property
    def closed(self) -> int:
        """Scopes that a policy of the organisation lets nobody see."""
        return sum(head.status == CLOSED for head in self.heads)

    @property
    def resources(self) -> int:
        return sum(head.count for head in self.heads)


@dataclass(frozen=True)
class Worker:
    """open_way: into an account, through its role. marqo: None when there is no key for it.

    regions: those to look at; empty for all that an account has enabled. told: of an account, what Cost
    Explorer says that its resources cost. answers: keeps what AWS has told of unfinished scopes. following:
    what asks for the page after one of a list.
    """

    data: DataService
    types: Mapping[str, ResourceType]
    open_way: Callable[[Account], Way]
    marqo: Source | None = None
    clock: Clock = time.monotonic
    spread: Spread = spread
    regions: tuple[str, ...] = ()
    told: Callable[[str], Told] = lambda _: nothing_told
    answers: AnswerStore = KeepsNothing()
    following: Following = nothing_follows

    def __call__(self, delivery: Delivery) -> Outcome:
        """Collect and store what the job asks for; a scope that fails is stored as failed.

        One that takes longer than there is time keeps what it was told, and goes on there in the next
        delivery; where three of them get nowhere it has failed.

        Raises CollectError when the role can't be assumed, and BadRequest for a job that can't be read. May
        be delivered again, also while another delivery is at work: all have one generation, which the store
        takes once for each scope.
        """
        kinds = kinds_of(delivery.job, self.types.values())
        if delivery.job.group == METRICS:
            return self._ask_metrics(delivery, kinds)
        reach = self._marqo if delivery.job.group == MARQO.id else self._reach
        scopes, source = reach(delivery, kinds)
        if not delivery.is_first:
            scopes = self._left(delivery, scopes)
        return self._run(delivery, scopes, source)

    def _reach(self, delivery: Delivery, kinds: Iterable[ResourceType]) -> Reached:
        account = delivery.job.account
        try:
            way = self.open_way(account)
            regions = self._wanted(regions_of(way, self.regions), account)
        except CollectError as error:
            if delivery.number >= LAST_DELIVERY:
                self._record(delivery, kinds, str(error))
            raise
        return plan(kinds, [Target(account, regions)]), lambda scope: way.source(scope.region)

    def _wanted(self, enabled: tuple[str, ...], account: Account) -> tuple[str, ...]:
        """Raises CollectError when none is left, which must not look like an account without resources."""
        wanted = tuple(region for region in enabled if not self.regions or region in self.regions)
        if not wanted:
            asked = ",".join(self.regions)
            raise CollectError(f"{account.name} has no region of REGIONS={asked} enabled", "mend REGIONS")
        return wanted

    def _marqo(self, _: Delivery, kinds: Iterable[ResourceType]) -> Reached:
        return plan(kinds, ()), self._marqo_source

    def _marqo_source(self, _: Scope) -> Source:
        if self.marqo is None:
            raise CollectError("MARQO_API_KEY is not set", "set it for this function")
        return self.marqo

    def _ask_metrics(self, delivery: Delivery, kinds: Iterable[ResourceType]) -> Outcome:
        """Ask for what is missing of whole days and keep it; other scopes are left as they are."""
        account, started = delivery.job.account, self.clock()
        today = datetime.fromtimestamp(delivery.generation / 1000, UTC).date()
        metrics = DailyMetrics(self.data, {kind.name: kind for kind in kinds}, today)
        source = self._marqo_source if account.id == MARQO.id else _sources(self.open_way(account))

        def work(due: Due) -> Fetched | Failed | None:
            if delivery.remaining() < RESERVE:
                return None
            found = metrics.answer(metrics.question(due), source)
            if isinstance(found, Fetched):
                self.data.daily.keep([found], today)
            return found

        found = list(spread(work, metrics.due(account.id), THREADS))
        if None in found:
            return Outcome((), found.count(None), any(isinstance(each, Fetched) for each in found))
        failed = [each for each in found if isinstance(each, Failed)]
        done = attempt_of(account.id, delivery.generation, failed, self.clock() - started)
        return Outcome((self.data.replace_scope(done),))

    def _run(self, delivery: Delivery, scopes: Sequence[Scope], source: Callable[[Scope], Source]) -> Outcome:
        told, open = self.told(delivery.job.account.id), set(scopes)
        kept: list[int] = []
        begun_again: list[Scope] = []

        def work(scope: Scope) -> ScopeHead | None:
            if delivery.remaining() < RESERVE:
                return None
            answers = self._answers(delivery, scope)
            before = answers.begun_again
            try:
                done = self._attempt(delivery, scope, source, told, answers)
            except OutOfTime:
                kept.append(answers.flush())
                return None
            finally:
                if answers.begun_again and not before:
                    begun_again.append(scope)
            open.discard(scope)
            return self.data.replace_scope(done)

        heads = [head for head in self.spread(work, scopes, THREADS) if head]
        progressed = bool(heads or any(kept))
        if open and not progressed and delivery.number >= LAST_DELIVERY:
            heads, open = [self._give_up(delivery, scope) for scope in sorted(open)], set()
        return Outcome(tuple(heads), len(open), progressed, tuple(begun_again))

    def _answers(self, delivery: Delivery, scope: Scope) -> Answers:
        generation = delivery.generation
        known = {} if delivery.is_first else self.answers.read(scope, generation)
        return Answers(known, lambda fresh: self.answers.add(scope, generation, fresh), self.clock)

    def _attempt(
        self,
        delivery: Delivery,
        scope: Scope,
        source: Callable[[Scope], Source],
        told: Told,
        answers: Answers,
    ) -> Collected:
        """Raises OutOfTime."""
        kind = self.types[scope.type]

        def collect_one(scope: Scope) -> Iterable[Resource]:
            left = partial(_left_to_ask, delivery)
            continued = Continued(source(scope), kind.call, answers, left, self.following)
            return collect(kind, scope, continued, told)

        return attempt(
            collect_one, scope, generation=delivery.generation, clock=self.clock, known=self.data.resources
        )

    def _give_up(self, delivery: Delivery, scope: Scope) -> ScopeHead:
        service = self.types[scope.type].call.service
        error = STUCK.format(service=service, times=LAST_DELIVERY, type=scope.type)
        return self.data.replace_scope(Collected(scope, delivery.generation, None, error))

    def _left(self, delivery: Delivery, scopes: Sequence[Scope]) -> tuple[Scope, ...]:
        """What an earlier delivery has not come to."""
        generation = delivery.generation
        tried = (head for head in self.data.heads() if not from_future(head.attempted, generation))
        done = {head.scope for head in tried if head.attempted >= generation}
        return tuple(scope for scope in scopes if scope not in done)

    def _record(self, delivery: Delivery, kinds: Iterable[ResourceType], error: str) -> None:
        """Let every scope that is known say that the account can't be reached."""
        names, account = {kind.name for kind in kinds}, delivery.job.account.id
        for head in self.data.heads():
            if head.scope.account == account and head.scope.type in names:
                self.data.replace_scope(Collected(head.scope, delivery.generation, None, error))


def _left_to_ask(delivery: Delivery) -> float:
    return delivery.remaining() - RESERVE


def _sources(way: Way) -> Callable[[Scope], Source]:
    return lambda scope: way.source(scope.region)


def delivery_of(record: Mapping[str, Any], remaining: Callable[[], float]) -> Delivery:
    """The delivery in a record of an SQS event. Raises BadRequest."""
    attributes, job = record["attributes"], Job.from_body(record["body"])
    return Delivery(
        job,
        job.generation or int(attributes["SentTimestamp"]),
        int(attributes["ApproximateReceiveCount"]),
        remaining,
    )
