from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any

import pytest

from errors import CollectError
from services.collect.jobs import Job
from services.collect.metrics_sync import DailyMetrics, Failed, attempt_of, metrics_scope
from services.collect.worker import RESERVE, Delivery, Outcome, Worker
from services.daily_store import Fetched
from services.data_service import Collected
from services.models import RESOURCE_TYPES
from services.models.domain.daily import DAY, KEPT, Values
from services.models.kit.base import Call
from services.models.kit.scope import Account, Scope
from services.models.kit.values import Item
from tests.memory import MemoryDataService

SHOP = Account("111122223333", "shop")
TODAY = date(2026, 3, 31)
YESTERDAY = TODAY - DAY
SERIES = len(RESOURCE_TYPES["instances"].metrics)
INSTANCES, MARQO = Scope(SHOP.id, "eu-west-1", "instances"), Scope("marqo", "global", "marqoindexes")
DENIED = CollectError(
    "AccessDenied: role PoloReader may not call cloudwatch:GetMetricData", "allow it", "AccessDenied"
)


def at(day: date, hour: int = 12) -> int:
    """Milliseconds since 1970."""
    return int(datetime.combine(day, time(hour), UTC).timestamp()) * 1000


@dataclass
class CloudWatch:
    """Answers 10.0 for each day of a series; `asked` has region, number of series and days of each call."""

    fails: dict[str, CollectError] = field(default_factory=dict)
    asked: list[tuple[str, int, int]] = field(default_factory=list)

    def pages(self, call: Call, region: str | None = None) -> Iterator[Item]:
        assert region and call.operation == "get_metric_data"
        if region in self.fails:
            raise self.fails[region]
        queries, first = call.parameters["MetricDataQueries"], call.parameters["StartTime"]
        days = (call.parameters["EndTime"] - first).days
        self.asked.append((region, len(queries), days))
        moments = [first + back * DAY for back in range(days)]
        yield {"MetricDataResults": [
            {"Id": query["Id"], "StatusCode": "Complete", "Timestamps": moments, "Values": [10.0] * days}
            for query in queries
        ]}  # fmt: skip

    def call(self, service: str, operation: str, **_: Any) -> Item | None:
        raise AssertionError(operation)

    def regions(self) -> tuple[str, ...]:
        raise AssertionError("the store knows the scopes")

    def account(self) -> Account:
        return SHOP

    def source(self, region: str) -> CloudWatch:
        return self


@dataclass
class Run:
    """A worker of metrics jobs."""

    data: MemoryDataService = field(default_factory=MemoryDataService)
    cloud: CloudWatch = field(default_factory=CloudWatch)

    def collected(self, scope: Scope, *ids: str, day: date = TODAY, **values: Any) -> None:
        kind = RESOURCE_TYPES[scope.type]
        key = "indexName" if scope == MARQO else "InstanceId"
        items = ({**kind.sample, key: id, **values} for id in ids)
        documents = tuple(kind.model.from_aws(item, scope).to_json() for item in items)
        self.data.replace_scope(Collected(scope, at(day), documents))

    def __call__(
        self, account: Account = SHOP, day: date = TODAY, remaining: Callable[[], float] = lambda: 900.0
    ) -> Outcome:
        worker = Worker(self.data, RESOURCE_TYPES, lambda _: self.cloud)
        return worker(Delivery(Job(account, "metrics"), at(day, 13), 1, remaining))

    def values(self, scope: Scope, id: str, key: str, days: int, last: date = YESTERDAY) -> Values:
        found = self.data.daily.one(scope, id)
        return found.of(key, last, days) if found else ()


@pytest.fixture
def run() -> Run:
    return Run()


def test_thirty_days_are_asked_for_at_first_and_what_is_missing_later(run: Run) -> None:
    run.collected(INSTANCES, "i-a")
    assert [head.scope for head in run().heads] == [metrics_scope(SHOP.id)]
    run(day=TODAY + DAY)
    assert run.cloud.asked == [("eu-west-1", SERIES, KEPT), ("eu-west-1", SERIES, 4)]
    assert run.values(INSTANCES, "i-a", "NetworkIn.Sum", KEPT, TODAY) == (10.0,) * KEPT


def test_a_day_is_asked_for_once(run: Run) -> None:
    run.collected(INSTANCES, "i-a")
    run()
    run.collected(INSTANCES, "i-a", "i-b", day=TODAY + DAY)
    run()
    assert len(run.cloud.asked) == 1


def test_a_day_that_a_wrong_clock_asked_for_holds_nothing_up(run: Run) -> None:
    run.collected(INSTANCES, "i-a")
    run(day=TODAY + 400 * DAY)
    run()
    assert run.values(INSTANCES, "i-a", "NetworkIn.Sum", KEPT) == (10.0,) * KEPT


def test_new_resource_is_asked_about_in_full_and_the_known_one_is_not(run: Run) -> None:
    run.collected(INSTANCES, "i-a")
    run()
    run.collected(INSTANCES, "i-a", "i-b", day=TODAY + DAY)
    run(day=TODAY + DAY)
    assert run.cloud.asked[1:] == [("eu-west-1", SERIES, KEPT), ("eu-west-1", SERIES, 4)]


def test_stopped_instance_is_not_asked_about_and_keeps_what_is_known(run: Run) -> None:
    run.collected(INSTANCES, "i-a")
    run()
    run.collected(INSTANCES, "i-a", day=TODAY + DAY, State={"Name": "stopped"})
    run(day=TODAY + DAY)
    assert len(run.cloud.asked) == 1
    assert run.values(INSTANCES, "i-a", "NetworkIn.Sum", 2, TODAY) == (10.0, None)


def test_denied_region_is_told_and_the_others_are_kept(run: Run) -> None:
    elsewhere = Scope(SHOP.id, "us-east-1", "instances")
    for scope in (INSTANCES, elsewhere):
        run.collected(scope, "i-a")
    before = run.data.heads()
    run.cloud.fails["us-east-1"] = DENIED
    (head,) = run().heads
    assert (head.status, head.scope) == ("error", metrics_scope(SHOP.id))
    assert head.error == f"{DENIED} (instances us-east-1)"
    assert run.values(INSTANCES, "i-a", "NetworkIn.Sum", 1) == (10.0,)
    assert tuple(each for each in run.data.heads() if each != head) == before, "no other scope is harmed"
    run.cloud.fails.clear()
    assert [head.status for head in run(day=TODAY + DAY).heads] == ["ok"]
    assert (
        run.cloud.asked[1:] == [("eu-west-1", SERIES, 4), ("us-east-1", SERIES, KEPT)]
        or len(run.cloud.asked) == 3
    )


def test_answer_that_cannot_be_read_is_an_error_of_the_metrics(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    run.collected(INSTANCES, "i-a")
    monkeypatch.setattr(CloudWatch, "pages", lambda *_: iter([{"MetricDataResults": [{"Id": "x"}]}]))
    assert "can't read" in run().heads[0].error


def test_time_that_runs_out_leaves_the_rest_to_the_next_delivery(run: Run) -> None:
    run.collected(INSTANCES, "i-a")
    outcome = run(remaining=lambda: RESERVE - 1)
    assert (outcome.heads, outcome.unfinished, run.cloud.asked) == ((), 1, [])
    assert run().unfinished == 0


def test_account_without_such_resources_costs_nothing(run: Run) -> None:
    run.collected(Scope(SHOP.id, "us-east-1", "instances"))
    assert [head.status for head in run().heads] == ["ok"]
    assert run.cloud.asked == []


def test_index_s_own_counters_are_noted_once_a_day(run: Run) -> None:
    marqo = Account("marqo", "Marqo Cloud")
    for later, queries in enumerate(("100", "100", "180")):
        run.collected(MARQO, "products", day=TODAY + later * DAY, **{"search.queryTotal": queries})
        run(marqo, TODAY + later * DAY)
    assert run.values(MARQO, "products", "queries", 4, TODAY + DAY) == (None, 100.0, 100.0, 180.0)
    assert run.cloud.asked == []


def test_counter_that_was_seen_long_ago_says_nothing_of_yesterday(run: Run) -> None:
    run.collected(MARQO, "products", day=TODAY - 3 * DAY)
    run(Account("marqo", "Marqo Cloud"))
    assert run.data.daily.one(MARQO, "products") is None


def test_dry_run_knows_series_and_cost(run: Run) -> None:
    run.collected(INSTANCES, *(f"i-{number}" for number in range(250)))
    metrics = DailyMetrics(run.data, RESOURCE_TYPES, TODAY)
    (due,) = metrics.due(SHOP.id)
    question = metrics.question(due)
    assert (len(question.series), str(question.cost)) == (250 * SERIES, "0.00750")
    assert isinstance(metrics.answer(question, lambda _: run.cloud), Fetched)


def test_errors_that_are_alike_are_told_once() -> None:
    failed = [Failed(Scope("1", region, "volumes"), "AccessDenied") for region in ("b", "a")]
    attempt = attempt_of("1", 7, [*failed, Failed(Scope("1", "a", "tables"), "Throttling")], 1.23456)
    assert attempt.error == "AccessDenied (volumes a, volumes b); Throttling (tables a)"
    assert (attempt.resources, attempt.seconds) == (None, 1.235)
    assert attempt_of("1", 7, []).resources == ()
