from __future__ import annotations

from datetime import date

from services.cop.judge.daily_values import DailyValues
from services.daily_store import Fetched
from services.models import RESOURCE_TYPES
from services.models.domain.daily import DAY
from services.models.kit.base import Resource
from services.models.kit.scope import Scope
from tests.memory import MemoryDaily

LAST = date(2026, 3, 30)
HERE, BUCKETS = Scope("1", "eu-west-1", "volumes"), Scope("1", "global", "buckets")


def kept(scope: Scope, id: str, *values: float) -> Fetched:
    days = {LAST - back * DAY: value for back, value in enumerate(reversed(values))}
    return Fetched(scope, LAST, {id: {"Reads.Sum": days}})


def sample(scope: Scope, **changes: str) -> Resource:
    kind = RESOURCE_TYPES[scope.type]
    return kind.model.from_aws({**kind.sample, **changes}, scope)


def test_rules_get_the_last_days_oldest_first_and_none_for_what_is_unknown() -> None:
    store = MemoryDaily()
    elsewhere = Scope("2", "eu-west-1", "volumes")
    store.keep(
        [kept(HERE, "vol-a", 1.0, 0.0), kept(elsewhere, "vol-a", 7.0), kept(BUCKETS, "data", 5.0)], LAST + DAY
    )
    daily = DailyValues(store, LAST)
    volume, bucket = sample(HERE, VolumeId="vol-a"), sample(BUCKETS, Name="data")
    assert bucket.region != BUCKETS.region
    for _ in range(2):
        assert daily(volume, "Reads.Sum", 3) == (None, 1.0, 0.0)
        assert daily(sample(elsewhere, VolumeId="vol-a"), "Reads.Sum", 1) == (7.0,)
    assert daily(bucket, "Reads.Sum", 1) == (5.0,)
    assert daily(volume, "Writes.Sum", 2) == daily(sample(HERE), "Reads.Sum", 2) == (None, None)
    assert DailyValues(store, LAST + DAY)(volume, "Reads.Sum", 2) == (0.0, None)


def test_a_scope_counts_as_asked_only_up_to_the_last_day() -> None:
    store = MemoryDaily()
    store.keep([kept(HERE, "vol-a"), kept(BUCKETS, "data")], LAST + DAY)
    assert DailyValues(store, LAST).asked(sample(HERE))
    assert DailyValues(store, LAST).asked(sample(BUCKETS, Name="data"))
    assert not DailyValues(store, LAST + DAY).asked(sample(HERE))
    assert not DailyValues(store, LAST).asked(sample(Scope("2", "eu-west-1", "volumes")))
