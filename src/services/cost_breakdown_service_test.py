"""CostBreakdownService against a stub of Cost Explorer that speaks its protocol on loopback."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from errors import CollectError, SettingsError
from services.cloud.aws import Aws
from services.cloud.rates import Limiter
from services.cost_breakdown_service import CostBreakdownService, metric_of
from services.costs.dates import days_between
from services.costs.local_store import LocalCostStore
from services.costs.store import CostStore
from services.models.domain.costs import Spent
from services.models.kit.base import Source
from services.models.kit.scope import GLOBAL
from tests.cost_explorer import Charge, Explorer, served
from tests.examples import examples

NOW = datetime(2026, 11, 20, 4, 15, tzinfo=UTC)
BILL: dict[Charge, Decimal] = {
    ("111111111111", "Amazon Simple Storage Service", "eu-west-1", "data"): Decimal("3.0000000001"),
    ("111111111111", "Amazon Elastic Compute Cloud - Compute", "us-east-1", ""): Decimal("10.25"),
    ("222222222222", "Tax", "global", "search"): Decimal("-1.5"),
}


class Time:
    """A clock that stands still but for who waits."""

    def __init__(self) -> None:
        self.now, self.waits = 0.0, 0.0

    def wait(self, seconds: float) -> None:
        self.now += seconds
        self.waits += seconds


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def explorer() -> Explorer:
    return Explorer(lambda _: BILL)


@pytest.fixture
def source(explorer: Explorer, time: Time, monkeypatch: pytest.MonkeyPatch) -> Iterator[Source]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    with served(explorer) as url:
        monkeypatch.setenv("AWS_ENDPOINT_URL_COST_EXPLORER", url)
        limiter = Limiter(clock=lambda: time.now, wait=time.wait)
        yield Aws(limiter=limiter).source(GLOBAL)


@pytest.fixture
def store(tmp_path: Path) -> CostStore:
    return LocalCostStore(tmp_path / "costs.json", tmp_path / "requests.json")


@pytest.fixture
def service(source: Source, store: CostStore) -> Callable[..., CostBreakdownService]:
    def make(
        most: int = 60, metric: str = "unblended", tag: str = "Owner", services: int = 0
    ) -> CostBreakdownService:
        return CostBreakdownService(source, store, metric_of(metric), tag, most, services)

    return make


Service = Callable[..., CostBreakdownService]


def test_the_first_night_brings_weeks_of_days_and_a_year_of_months(
    service: Service, store: CostStore
) -> None:
    done = service().collect(NOW)
    days = days_between(date(2026, 10, 1), date(2026, 11, 19))
    months = [f"2025-{month:02d}" for month in range(10, 13)] + [
        f"2026-{month:02d}" for month in range(1, 11)
    ]
    assert sorted(store.kept()) == sorted([*days, *months])
    assert (done.periods, done.stopped) == (len(days) + 13, "")
    found = store.costs("2026-11-19")
    assert found is not None
    assert found.total == sum(BILL.values())
    assert found.cuts["services"]["222222222222", "Tax"] == Decimal("-1.5")
    assert found.cuts["regions"]["111111111111", "eu-west-1"] == Decimal("3.0000000001")
    assert found.cuts["owners"]["", "Amazon Elastic Compute Cloud - Compute"] == Decimal("10.25")


def test_a_later_night_asks_for_fourteen_days_only(
    service: Service, store: CostStore, explorer: Explorer
) -> None:
    service().collect(NOW)
    explorer.asked.clear()
    explorer.bill = lambda _: {key: 2 * amount for key, amount in BILL.items()}
    service().collect(NOW + timedelta(days=1))
    asked = [each for operation, each in explorer.asked if operation == "GetCostAndUsage"]
    assert {str(each["TimePeriod"]) for each in asked} == {"{'Start': '2026-11-07', 'End': '2026-11-21'}"}
    assert len(asked) == 4
    kept = {period: store.costs(period) for period in ("2026-11-06", "2026-11-07", "2026-11-20")}
    assert [each and each.total for each in kept.values()] == [
        Decimal("11.7500000001"),
        Decimal("23.5000000002"),
        Decimal("23.5000000002"),
    ]


def test_answers_in_pages_are_the_same_as_in_one(
    service: Service, store: CostStore, explorer: Explorer
) -> None:
    explorer.page = 4
    done = service(most=1000).collect(NOW)
    found = store.costs("2026-11-12")
    assert found is not None
    assert len(found.cuts["services"]) == 3
    assert sum(found.cuts["owners"].values()) == found.total
    assert done.requests == len(explorer.asked) > 40


def test_no_more_than_one_request_a_second_leaves(service: Service, explorer: Explorer, time: Time) -> None:
    done = service().collect(NOW)
    assert time.waits == pytest.approx(done.requests - 1)


def test_the_budget_of_a_day_holds_over_runs_and_the_next_day_goes_on(
    service: Service, store: CostStore, explorer: Explorer
) -> None:
    first = service(most=7).collect(NOW)
    assert first.requests == len(explorer.asked) == 7
    assert first.stopped.startswith("the 7 requests of 2026-11-20 are spent")
    assert store.spent("2026-11-20") == Spent(7, 7)
    assert sorted(store.kept()) == sorted(days_between(date(2026, 11, 6), date(2026, 11, 19)))
    assert service(most=7).collect(NOW).requests == 0
    assert store.outlook() is not None
    service(most=60).collect(NOW + timedelta(days=1))
    assert "2025-10" in store.kept()


def test_a_large_estate_asks_for_little_at_a_time_so_that_little_is_lost(
    service: Service, store: CostStore, explorer: Explorer
) -> None:
    explorer.page = 20  # fourteen days take more than a page for each query
    service(most=30).collect(NOW)
    assert {*days_between(date(2026, 10, 30), date(2026, 11, 19))} <= {*store.kept()}
    assert not [period for period in store.kept() if len(period) == 7]


def test_a_throttled_request_is_sent_again(service: Service, store: CostStore, explorer: Explorer) -> None:
    explorer.throttled = 1
    service().collect(NOW)
    assert store.kept()


def test_an_account_without_a_bill_has_days_that_cost_nothing(
    service: Service, store: CostStore, explorer: Explorer
) -> None:
    explorer.bill, explorer.forecast = (lambda _: {}), None
    service().collect(NOW)
    found, outlook = store.costs("2026-11-19"), store.outlook()
    assert found is not None
    assert (found.total, found.cuts) == (0, {})
    assert outlook is not None
    assert outlook.forecast is None


def test_forecast_anomalies_and_names_come_along(
    service: Service, store: CostStore, explorer: Explorer
) -> None:
    explorer.anomalies = [
        {
            "AnomalyId": "a-1",
            "AnomalyStartDate": "2026-11-02T00:00:00Z",
            "RootCauses": [{"Service": "S3", "LinkedAccount": "1", "Region": "eu-west-1"}],
            "Impact": {"MaxImpact": 4.5, "TotalImpact": 40.5, "TotalExpectedSpend": 10.0},
        },
        {"AnomalyId": "a-2", "DimensionValue": "EC2", "Impact": {"TotalImpact": 60.0}},
    ]
    service().collect(NOW)
    outlook = store.outlook()
    assert outlook is not None
    assert (outlook.day, outlook.forecast) == ("2026-11-20", Decimal("1234.56"))
    assert outlook.names["111111111111"] == "name of 111111111111"
    assert [(each.id, each.impact, each.expected) for each in outlook.anomalies or ()] == [
        ("a-2", Decimal("60.0"), None),
        ("a-1", Decimal("40.5"), Decimal("10.0")),
    ]


def test_what_may_not_be_read_is_unknown_and_stops_nothing(
    service: Service, store: CostStore, explorer: Explorer
) -> None:
    explorer.refused = {"GetAnomalies", "GetCostForecast"}
    service().collect(NOW)
    outlook = store.outlook()
    assert outlook is not None
    assert (outlook.forecast, outlook.anomalies) == (None, None)
    assert "2025-10" in store.kept()


def test_a_refusal_of_the_costs_is_said_and_writes_nothing(
    service: Service, store: CostStore, explorer: Explorer
) -> None:
    explorer.refused = {"GetCostAndUsage"}
    with pytest.raises(CollectError, match="ce:GetCostAndUsage"):
        service().collect(NOW)
    assert not store.kept()


def test_amortized_costs_are_asked_for_anew(service: Service, store: CostStore, explorer: Explorer) -> None:
    service().collect(NOW)
    explorer.asked.clear()
    service(metric="amortized").collect(NOW)
    assert {each["Metrics"][0] for name, each in explorer.asked if name == "GetCostAndUsage"} == {
        "AmortizedCost"
    }
    assert {each.metric for each in store.kept().values()} == {"amortized"}


def test_another_tag_may_name_the_owner(service: Service, store: CostStore, explorer: Explorer) -> None:
    service(tag="cost$center").collect(NOW)
    found = store.costs("2026-11-19")
    assert found is not None
    assert ("data", "Amazon Simple Storage Service") in found.cuts["owners"]


def test_a_metric_that_is_none_is_refused() -> None:
    with pytest.raises(SettingsError, match="one of unblended, amortized"):
        metric_of("net")


@pytest.mark.parametrize(
    ("now", "first_day", "months"),
    [
        (datetime(2027, 1, 1, tzinfo=UTC), "2026-11-20", ("2025-12", "2026-12")),
        (datetime(2028, 3, 1, 23, 59, tzinfo=UTC), "2028-01-19", ("2027-02", "2028-02")),  # a leap year
        (datetime(2026, 3, 29, 1, 30, tzinfo=UTC), "2026-02-01", ("2025-02", "2026-02")),  # clocks change
        (datetime(2026, 5, 31, tzinfo=UTC), "2026-04-01", ("2025-04", "2026-04")),
    ],
)
def test_days_and_months_are_those_of_the_calendar_in_utc(
    service: Service, store: CostStore, now: datetime, first_day: str, months: tuple[str, str]
) -> None:
    service().collect(now)
    days = sorted(period for period in store.kept() if len(period) > 7)
    found = sorted(period for period in store.kept() if len(period) == 7)
    assert (days[0], days[-1]) == (first_day, str(now.date() - timedelta(days=1)))
    assert len(days) == (date.fromisoformat(days[-1]) - date.fromisoformat(days[0])).days + 1
    assert (found[0], found[-1], len(found)) == (*months, 13)


def test_a_month_is_asked_again_when_it_is_final_and_then_never(
    service: Service, store: CostStore, explorer: Explorer
) -> None:
    service().collect(datetime(2026, 11, 3, tzinfo=UTC))
    for day, asked_again in ((14, False), (15, True), (16, False)):
        explorer.asked.clear()
        service().collect(datetime(2026, 11, day, tzinfo=UTC))
        starts = {
            each["TimePeriod"]["Start"]
            for _, each in explorer.asked
            if each.get("Granularity") == "MONTHLY" and "GroupBy" in each
        }
        assert starts == ({"2026-10-01"} if asked_again else set()), day


def test_a_day_of_a_month_that_is_not_final_is_asked_once_a_week(
    service: Service, store: CostStore, explorer: Explorer
) -> None:
    """Nightly for two weeks as it is; then weekly, until AWS's invoice of its month is final on the 15th."""
    asked = []
    for number in range(60):
        now = datetime(2026, 11, 2, tzinfo=UTC) + timedelta(days=number)
        explorer.asked.clear()
        service().collect(now)
        days = [each["TimePeriod"] for _, each in explorer.asked if each.get("Granularity") == "DAILY"]
        if any(each["Start"] <= "2026-11-01" < each["End"] for each in days):
            asked.append(now.date())
    nightly = [date(2026, 11, 2) + timedelta(days=number) for number in range(14)]
    assert asked[:14] == nightly
    weekly = asked[14:]
    assert weekly[:4] == [date(2026, 11, 22), date(2026, 11, 29), date(2026, 12, 6), date(2026, 12, 13)]
    assert weekly[4:] == [date(2026, 12, 20)], "once more when the month is final, and then never"


AMOUNTS = st.decimals(min_value=-1000, max_value=100_000, places=10)
NAMES = st.sampled_from(["a", "b", "", "c$d", "NoRegion"])


@settings(
    max_examples=examples(15), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    bill=st.dictionaries(st.tuples(NAMES, NAMES, NAMES, NAMES), AMOUNTS, max_size=8),
    rest=AMOUNTS,
    page=st.integers(7, 200),
)
def test_every_cut_adds_up_to_what_the_bill_attributes(
    bill: dict[Charge, Decimal],
    rest: Decimal,
    page: int,
    source: Source,
    explorer: Explorer,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    explorer.bill, explorer.unattributed, explorer.page = (lambda _: bill), rest, page
    folder = tmp_path_factory.mktemp("costs")
    store = LocalCostStore(folder / "costs.json", folder / "requests.json")
    CostBreakdownService(source, store, "unblended", "Owner", 10_000).collect(NOW)
    for period in ("2026-11-19", "2026-10-02"):
        found = store.costs(period)
        assert found is not None
        assert found.total == sum(bill.values()) + rest
        for groups in found.cuts.values():
            assert sum(groups.values()) == found.total - rest


def test_an_amount_that_can_not_be_read_is_said_and_never_a_zero(
    service: Service, store: CostStore, explorer: Explorer
) -> None:
    explorer.forecast = "lots"
    with pytest.raises(CollectError, match="answers 'lots' 'USD'"):
        service().collect(NOW)
    assert "2026-11-19" in store.kept()
    assert store.outlook() is None


LAMBDA, S3 = "AWS Lambda", "Amazon Simple Storage Service"


def with_resources(_: date) -> dict[tuple[str, str, str], Decimal]:
    return {
        ("111111111111", S3, "shop"): Decimal("2"),
        ("111111111111", S3, "NoResourceId"): Decimal("0.5"),
        ("222222222222", S3, "logs"): Decimal("0.1"),
        ("111111111111", LAMBDA, "arn:f"): Decimal("1"),
    }


@pytest.mark.parametrize(
    ("now", "first", "end"),
    [
        (NOW, "2026-11-12", "2026-11-19"),
        (datetime(2027, 1, 3, 4, tzinfo=UTC), "2026-12-26", "2027-01-02"),  # of two months, and years
        (datetime(2028, 3, 1, 4, tzinfo=UTC), "2028-02-22", "2028-02-29"),
    ],
)
@pytest.mark.parametrize("page", [1, 1000])
def test_the_resources_of_the_dearest_services_are_asked_for_seven_whole_days(
    service: Service, store: CostStore, explorer: Explorer, page: int, now: datetime, first: str, end: str
) -> None:
    explorer.resources = with_resources
    service(most=10_000).collect(now)
    explorer.page, spent = page, store.spent(str(now.date())).requests
    explorer.asked.clear()
    done = service(most=10_000, services=2).collect(now)
    found = store.resources("111111111111")
    assert found is not None
    assert (found.first, found.end, found.costs) == (first, end, {S3: {"shop": Decimal(14)}})
    assert store.resources("222222222222") is not None
    assert (done.resources, done.untold) == (2, "")
    assert store.spent(str(now.date())).requests == spent + len(explorer.asked)
    asked = [each["Filter"]["Dimensions"]["Values"] for name, each in explorer.asked if "Resources" in name]
    assert {service for [service] in asked} == {S3, "Amazon Elastic Compute Cloud - Compute"}


def test_nobody_asks_for_resources_unless_the_setting_says_so(service: Service, explorer: Explorer) -> None:
    service().collect(NOW)
    assert not [name for name, _ in explorer.asked if "Resources" in name]


def test_an_account_that_has_not_opted_in_is_told_once_and_keeps_its_other_costs(
    service: Service, store: CostStore, explorer: Explorer
) -> None:
    done = service(services=2).collect(NOW)
    assert "resources have list prices" in done.untold
    assert "GetCostAndUsageWithResources" in done.untold
    assert len([name for name, _ in explorer.asked if "Resources" in name]) == 1
    assert store.resources("111111111111") is None
    assert "2025-10" in store.kept()


def test_a_budget_that_ends_among_the_resources_keeps_those_of_the_day_before(
    service: Service, store: CostStore, explorer: Explorer
) -> None:
    explorer.resources = with_resources
    service(services=2).collect(NOW)
    before = store.resources("111111111111")
    done = service(most=7, services=2).collect(NOW + timedelta(days=1))
    assert "the 7 requests of 2026-11-21 are spent" in done.stopped
    assert explorer.asked[-1][0] == "GetCostAndUsageWithResources"
    assert before is not None
    assert store.resources("111111111111") == before
    service(services=2).collect(NOW + timedelta(days=2))
    assert store.resources("111111111111") != before
