from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.models.domain.daily import DAY, KEPT, Daily, Days, merged, rolled

TODAY = date(2026, 3, 31)
YESTERDAY = TODAY - DAY
some_days = st.dictionaries(
    st.integers(-5, 40).map(lambda back: TODAY - back * DAY), st.floats(allow_nan=False), max_size=40
)


def of(days: Days, today: date = TODAY, known: Daily | None = None) -> Daily:
    return merged(known, "i-a", {"CPU": days}, today)


def test_thirty_days_are_kept_and_the_newer_value_counts() -> None:
    known = {TODAY - timedelta(days=back): float(back) for back in range(40)}
    kept = rolled(known, {YESTERDAY: 99.0}, TODAY)
    assert (min(kept), max(kept), len(kept)) == (date(2026, 3, 1), YESTERDAY, KEPT)
    assert kept[YESTERDAY] == 99.0


@given(some_days, some_days)
def test_what_is_rolled_has_every_known_day_of_the_window_and_no_other(known: Days, new: Days) -> None:
    kept = rolled(known, new, TODAY)
    for back in range(-5, 41):
        day = TODAY - back * DAY
        expected = new.get(day, known.get(day)) if 1 <= back <= KEPT else None
        assert kept.get(day) == expected
    assert rolled(kept, {}, TODAY) == rolled(kept, new, TODAY) == kept
    assert list(kept) == sorted(kept)


@given(some_days, st.integers(-3, 40), st.integers(0, 40))
def test_values_of_any_window_are_those_of_its_days(days: Days, later: int, count: int) -> None:
    last = YESTERDAY + later * DAY
    kept = rolled({}, days, TODAY)
    assert of(days).of("CPU", last, count) == tuple(
        kept.get(last - back * DAY) for back in reversed(range(count))
    )


@given(some_days, some_days, st.integers(0, 3))
def test_values_that_come_in_two_runs_are_those_of_one(first: Days, second: Days, later: int) -> None:
    today = TODAY + later * DAY
    assert of(second, today, of(first)) == of({**rolled({}, first, TODAY), **second}, today)


def test_metric_that_nothing_is_known_of_is_unknown() -> None:
    assert of({}).values == {}
    assert of({}).of("CPU", YESTERDAY, 3) == (None, None, None)
    assert of({YESTERDAY: 0.0}).of("CPU", YESTERDAY, 3) == (None, None, 0.0)
