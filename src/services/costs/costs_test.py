"""The read model of costs: pivots, movers, weeks, and what they add up to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from errors import DataFileError
from services.cloud.deadline import within
from services.costs.costs import Costs
from services.costs.dates import days_between, runs
from services.costs.local_store import LocalCostStore
from services.costs.source import StoredCosts
from services.models.domain.costs import (
    DIMENSIONS,
    CostQuery,
    Group,
    Outlook,
    PeriodCosts,
    Weeks,
    cents_of,
    cut_of,
    dollars_of,
    nano,
)
from tests.examples import examples

AT = "2026-11-20T04:15:00Z"
LAST_DAY = date(2026, 11, 4)  # the week before it has the first of the month in it
Cuts = Mapping[str, Mapping[Group, str]]
ONE_CUT: Cuts = {"services": {("1", "EC2"): "6", ("1", "S3"): "3", ("2", "S3"): "1"}}


def costs(
    period: str, total: str, cuts: Cuts = ONE_CUT, taken: str = AT, metric: str = "unblended"
) -> PeriodCosts:
    made = {cut: {group: Decimal(amount) for group, amount in found.items()} for cut, found in cuts.items()}
    return PeriodCosts(period, metric, taken, Decimal(total), made)  # type: ignore[arg-type]


def days(first: str, last: str, total: str, cuts: Cuts = ONE_CUT) -> list[PeriodCosts]:
    return [
        costs(day, total, cuts) for day in days_between(date.fromisoformat(first), date.fromisoformat(last))
    ]


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., Costs]:
    def make(*periods: PeriodCosts, outlook: Outlook | None = None) -> Costs:
        store = LocalCostStore(tmp_path / "costs.json", tmp_path / "requests.json")
        store.keep(periods)
        if outlook:
            store.keep_outlook(outlook)
        found = StoredCosts(lambda: store, tmp_path, poll=0).current()
        assert found is not None
        return found

    return make


Read = Callable[..., Costs]


def test_a_pivot_has_the_dearest_first_and_what_nothing_is_attributed_to_last(read: Read) -> None:
    found = read(costs("2026-09", "10"), costs("2026-10", "12.5")).pivot(CostQuery())
    assert found.periods == ("2026-09", "2026-10")
    assert [(row.key, [dollars_of(each) for each in row.nanos]) for row in found.rows] == [
        ("1", [Decimal(9), Decimal(9)]),
        ("2", [Decimal(1), Decimal(1)]),
        (None, [Decimal(0), Decimal("2.5")]),
    ]
    assert [cents_of(total) for total in found.totals] == [1000, 1250]
    assert cents_of(found.total) == 2250


def test_within_an_account_there_are_its_services(read: Read) -> None:
    found = read(costs("2026-10", "12")).pivot(CostQuery("service", {"account": "1"}))
    assert [(row.key, cents_of(row.total)) for row in found.rows] == [("EC2", 600), ("S3", 300)]


def test_what_no_query_returned_together_is_refused(read: Read) -> None:
    with pytest.raises(KeyError):
        read(costs("2026-10", "12")).pivot(CostQuery("region", {"service": "S3"}))


@pytest.mark.parametrize(
    ("dimensions", "cut"),
    [
        (("account",), "services"),
        (("owner",), "owners"),
        (("service", "account"), "services"),
        (("service", "owner"), "owners"),
        (("account", "region"), "regions"),
        (("owner", "account"), None),
        (("service", "account", "region"), None),
    ],
)
def test_the_cut_is_the_one_that_a_query_grouped_by(dimensions: tuple[str, ...], cut: str | None) -> None:
    assert cut_of(*dimensions) == cut


def test_months_and_days_are_chosen_by_the_range(read: Read) -> None:
    found = read(costs("2026-08", "10"), costs("2026-09", "10"), *days("2026-10-01", "2026-10-31", "1", {}))
    assert found.pivot(CostQuery(first="2026-09", last="2026-10")).periods == ("2026-09", "2026-10")
    assert found.pivot(CostQuery(first="2026-10-30")).periods == ("2026-10-30", "2026-10-31")
    nothing = found.pivot(CostQuery(first="2027-01"))
    assert (nothing.periods, nothing.rows, nothing.totals) == ((), (), ())


def test_the_month_that_is_not_over_is_the_sum_of_its_days(read: Read) -> None:
    found = read(costs("2026-10", "300"), *days("2026-11-01", "2026-11-19", "10"))
    pivot = found.pivot(CostQuery())
    assert [cents_of(total) for total in pivot.totals] == [30000, 19000]
    assert pivot.open == {"2026-11"}


def test_a_month_with_a_day_that_is_missing_is_not_shown_too_low(read: Read) -> None:
    periods = days("2026-11-01", "2026-11-19", "10")
    assert read(costs("2026-10", "300"), *periods[:4], *periods[5:]).months == ("2026-10",)


def test_all_days_of_a_month_say_it_better_until_its_own_figure_is_final(read: Read) -> None:
    whole = days("2026-10-01", "2026-10-31", "10")
    early, final = costs("2026-10", "300", taken="2026-11-03T04:00:00Z"), costs("2026-10", "311")
    assert [cents_of(read(*whole, each).pivot(CostQuery()).total) for each in (early, final)] == [
        31000,
        31100,
    ]


def test_two_metrics_are_never_added_up(read: Read) -> None:
    other = costs("2026-09", "99", metric="amortized", taken="2026-10-01T00:00:00Z")
    found = read(other, costs("2026-10", "10"))
    assert (found.months, found.metric) == (("2026-10",), "unblended")


def test_movers_compare_the_same_days_of_two_months(read: Read) -> None:
    more = {"services": {("1", "EC2"): "9", ("1", "S3"): "1", ("3", "New"): "0.5"}}
    found = read(
        *days("2026-10-01", "2026-10-31", "10"), *days("2026-11-01", "2026-11-10", "11", more)
    ).movers()
    assert found is not None
    assert (found.before, found.after) == ("2026-10-01 to 2026-10-10", "2026-11-01 to 2026-11-10")
    assert [(each.account, each.service, cents_of(each.change)) for each in found.moved] == [
        ("1", "EC2", 3000),
        ("1", "S3", -2000),
        ("2", "S3", -1000),
        ("3", "New", 500),
    ]


def test_early_in_a_month_movers_compare_the_two_months_before(read: Read) -> None:
    less = {"services": {("1", "EC2"): "2"}}
    found = read(
        costs("2026-09", "10"),
        *days("2026-10-01", "2026-10-31", "2", less),
        *days("2026-11-01", "2026-11-03", "9"),
    ).movers()
    assert found is not None
    assert (found.before, found.after) == ("2026-09", "2026-10")
    assert found.moved[0].after == nano(Decimal(62))


def test_without_two_months_nothing_moved(read: Read) -> None:
    assert read(costs("2026-10", "10")).movers() is None
    assert read(costs("2026-08", "10"), costs("2026-10", "10")).movers() is None


def test_the_headline_has_the_month_so_far_and_what_it_will_come_to(read: Read) -> None:
    outlook = Outlook(AT, "2026-11-20", Decimal("99.5"))
    periods = (*days("2026-10-01", "2026-10-31", "8"), *days("2026-11-01", "2026-11-19", "10"))
    found = read(*periods, outlook=outlook).headline()
    assert found is not None
    assert (found.month, found.last_day, found.taken) == ("2026-11", "2026-11-19", AT)
    amounts = (found.to_date, found.same_days, found.last_month, found.forecast)
    assert [None if each is None else cents_of(each) for each in amounts] == [19000, 15200, 24800, 28950]


@pytest.mark.parametrize(
    ("last", "outlook"),
    [
        ("2026-11-19", None),
        ("2026-11-19", Outlook(AT, "2026-11-20")),
        ("2026-11-18", Outlook(AT, "2026-11-20", Decimal(1))),
        ("2026-11-30", Outlook(AT, "2026-12-01", Decimal(1))),
    ],
)
def test_a_forecast_that_does_not_follow_the_last_day_is_none(
    read: Read, last: str, outlook: Outlook | None
) -> None:
    found = read(*days("2026-11-01", last, "10"), outlook=outlook).headline()
    assert found is not None
    assert (found.forecast, found.same_days, found.last_month) == (None, None, None)


def test_a_month_that_is_over_is_set_against_all_of_the_month_before(read: Read) -> None:
    found = read(costs("2026-10", "300"), *days("2026-11-01", "2026-11-30", "8")).headline()
    assert found is not None and found.is_whole
    assert (found.next_day, cents_of(found.same_days or 0), found.forecast) == ("2026-12-01", 30000, None)


@pytest.mark.parametrize("last", ["2028-03-29", "2028-03-30", "2028-03-31"])
def test_the_same_days_of_february_are_all_of_it_at_the_end_of_march(read: Read, last: str) -> None:
    found = read(*days("2028-02-01", "2028-02-29", "8"), *days("2028-03-01", last, "10"))
    headline, movers = found.headline(), found.movers()
    assert headline is not None and movers is not None
    assert cents_of(headline.same_days or 0) == cents_of(headline.last_month or 0) == 23200
    assert (movers.before, movers.after) == ("2028-02-01 to 2028-02-29", f"2028-03-01 to {last}")
    assert found.pivot(CostQuery()).open == (set() if last.endswith("31") else {"2028-03"})


def test_weeks_are_the_last_seven_days_and_a_mean_week_of_the_28_before(read: Read) -> None:
    quiet = days("2026-10-16", "2026-11-12", "10")
    loud = days("2026-11-13", "2026-11-19", "10", {"services": {("1", "EC2"): "12", ("2", "New"): "1"}})
    found = {
        (each.account, each.service): each for each in read(*quiet, *loud).weeks(date(2026, 11, 20)) or ()
    }
    assert found["1", "EC2"] == Weeks("1", "EC2", Decimal(84), Decimal(42))
    assert found["2", "New"] == Weeks("2", "New", Decimal(7), Decimal(0))
    assert found["1", "S3"] == Weeks("1", "S3", Decimal(0), Decimal(21))


@pytest.mark.parametrize("today", [date(2026, 11, 20), date(2026, 11, 24)])
def test_weeks_with_a_missing_or_an_old_day_are_not_known(read: Read, today: date) -> None:
    periods = days("2026-10-16", "2026-11-19", "10")
    if today == date(2026, 11, 20):
        del periods[3]
    assert read(*periods).weeks(today) is None


def fee(day: str, amount: str) -> PeriodCosts:
    return replace(costs(day, "0"), total=Decimal(amount), cuts={"services": {("1", "EC2"): Decimal(amount)}})


def test_a_week_is_compared_with_the_same_days_of_the_month_before(read: Read) -> None:
    """A reservation's fee of 700 on the first of each month, and 1 on every other day."""
    found = read(
        *(
            fee(day, "700" if day.endswith("-01") else "1")
            for day in days_between(date(2026, 9, 20), LAST_DAY)
        )
    )
    (weeks,) = found.weeks(date(2026, 11, 5)) or ()
    assert (weeks.last, weeks.month_before) == (706, 706)
    assert weeks.usual < 200


def test_days_that_the_month_before_has_not_are_made_up_for(read: Read) -> None:
    found = read(*(fee(day, "1") for day in days_between(date(2027, 2, 1), date(2027, 3, 31))))
    (weeks,) = found.weeks(date(2027, 4, 1)) or ()
    assert (weeks.last, weeks.month_before) == (7, 7), "four days of February, as if they were seven"


def test_same_days_that_are_not_all_known_are_unknown(read: Read) -> None:
    found = read(*(fee(day, "1") for day in days_between(date(2026, 9, 30), LAST_DAY)))
    assert {each.month_before for each in found.weeks(date(2026, 11, 5)) or ()} == {None}


@pytest.mark.parametrize("name", ["Tax", "AWS Support (Business)", "Savings Plans for AWS Compute usage"])
def test_what_follows_the_bill_is_no_jump_of_a_service(read: Read, name: str) -> None:
    def charged(day: str) -> PeriodCosts:
        cuts = {"services": {("1", name): Decimal(1), ("1", "EC2"): Decimal(1)}}
        return replace(costs(day, "0"), total=Decimal(2), cuts=cuts)

    found = read(*map(charged, days_between(date(2026, 9, 20), LAST_DAY)))
    assert [each.service for each in found.weeks(date(2026, 11, 5)) or ()] == ["EC2"]


def test_months_alone_have_no_headline_and_no_weeks(read: Read) -> None:
    found = read(costs("2026-10", "10"))
    assert (found.headline(), found.weeks(date(2026, 11, 20)), found.outlook) == (None, None, None)


def test_keys_are_what_ever_cost_something(read: Read) -> None:
    found = read(costs("2026-10", "12"))
    assert (found.keys("service"), found.keys("owner")) == (("EC2", "S3"), ())


def test_periods_in_a_row_are_one_run() -> None:
    assert [*runs(("2025-12", "2026-01", "2026-03"))] == [("2025-12", "2026-01"), ("2026-03",)]
    assert [*runs(("2026-03-28", "2026-03-29", "2026-03-30"))] == [("2026-03-28", "2026-03-29", "2026-03-30")]
    assert [*runs(())] == []


def test_a_source_shows_what_is_kept_now_and_nothing_of_nothing(tmp_path: Path) -> None:
    store = LocalCostStore(tmp_path / "costs.json", tmp_path / "requests.json")
    source = StoredCosts(lambda: store, tmp_path, poll=0)
    assert (source.current(), source.at_hand()) == (None, None)
    for total in ("10", "11", "12", "13", "14"):
        store.keep([costs("2026-10", total)])
        found = source.at_hand()
        assert found is not None
        assert cents_of(found.pivot(CostQuery()).total) == int(total) * 100
    assert len([*tmp_path.glob("costs-*.sqlite")]) == 3


def test_few_groups_are_added_up_at_once_however_little_time_a_request_has(tmp_path: Path) -> None:
    store = LocalCostStore(tmp_path / "costs.json", tmp_path / "requests.json")
    store.keep([costs("2026-10", "10"), costs("2026-09", "9")])
    with within(0.0):
        assert StoredCosts(lambda: store, tmp_path, poll=0).current() is not None


def test_a_source_looks_again_after_a_while(tmp_path: Path) -> None:
    now = [0.0]
    store = LocalCostStore(tmp_path / "costs.json", tmp_path / "requests.json")
    source = StoredCosts(lambda: store, tmp_path, poll=30, clock=lambda: now[0])
    assert source.current() is None
    store.keep([costs("2026-10", "10")])
    assert source.current() is None
    now[0] = 31
    assert source.current() is not None


def test_a_broken_file_is_said_but_hides_no_other_page(tmp_path: Path) -> None:
    (tmp_path / "costs.json").write_text("{broken")
    source = StoredCosts(
        lambda: LocalCostStore(tmp_path / "costs.json", tmp_path / "r.json"), tmp_path, poll=0
    )
    with pytest.raises(DataFileError):
        source.current()
    assert not list(tmp_path.glob("*.sqlite"))


AMOUNTS = st.decimals(min_value=-10_000, max_value=1_000_000, places=10)
NAMES = st.sampled_from(["a", "b", "", "none", "'; DROP"])
GROUPS = st.dictionaries(st.tuples(NAMES, NAMES), AMOUNTS, max_size=9)


@settings(
    max_examples=examples(40), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(total=AMOUNTS, services=GROUPS, regions=GROUPS, owners=GROUPS)
def test_every_pivot_adds_up_to_cost_explorers_own_total(
    read: Read,
    total: Decimal,
    services: dict[Group, Decimal],
    regions: dict[Group, Decimal],
    owners: dict[Group, Decimal],
) -> None:
    cuts = {"services": services, "regions": regions, "owners": owners}
    found = read(replace(costs("2026-10", "0"), total=total, cuts=cuts))
    for dimension in DIMENSIONS:
        pivot = found.pivot(CostQuery(dimension))
        assert sum(row.total for row in pivot.rows) == sum(pivot.totals) == nano(total)
