from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any

import pytest
from moto import mock_aws

from services.conformance_test import make_table, moto_client
from services.daily_store import Fetched
from services.models.domain.daily import DAY, KEPT
from services.models.kit.scope import Scope
from services.store.dynamo_daily import DynamoDaily
from services.store.dynamo_items import parts_of
from services.store.dynamo_table import Key, Table

SCOPE = Scope("111111111111", "eu-west-1", "volumes")
TODAY = date(2026, 3, 31)
TABLE = "polo-daily"
NOON = datetime(2026, 3, 31, 12, tzinfo=UTC).timestamp()


class Meddled(Table):
    """A table that somebody else writes to before one of our conditional writes."""

    before: Callable[[], None] | None = None

    def update(self, key: Key, values: Mapping[str, Any], expected: Mapping[str, Any] | None = None) -> bool:
        meddle, self.before = self.before, None
        if meddle:
            meddle()
        return super().update(key, values, expected)


@pytest.fixture(autouse=True)
def aws() -> Iterator[None]:
    with mock_aws():
        make_table(moto_client(), TABLE)
        yield


def store(now: float = NOON) -> tuple[DynamoDaily, Meddled]:
    table = Meddled(TABLE, moto_client(), now=lambda: now)
    return DynamoDaily(table), table


def found(today: date = TODAY, **values: float) -> Fetched:
    return Fetched(
        SCOPE, today - DAY, {id: {"Reads.Sum": {today - DAY: value}} for id, value in values.items()}
    )


def known(daily: DynamoDaily) -> set[str]:
    return {id for _, values in daily.of(SCOPE.account) for id in values}


def test_values_that_another_one_kept_meanwhile_are_kept_as_well() -> None:
    ours, table = store()
    theirs, _ = store()
    for ids in ({"a": 1.0}, {"b": 1.0}):
        table.before = lambda: theirs.keep([found(c=1.0)], TODAY)
        ours.keep([found(**ids)], TODAY)
    assert known(ours) == {"a", "b", "c"}


def test_a_scope_is_one_item_until_it_is_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    daily, table = store()
    daily.keep([found(a=1.0)], TODAY)
    assert [item["sk"] for item in table.query(f"M#{SCOPE.account}")] == ["volumes#eu-west-1#0000"]
    monkeypatch.setattr("services.store.dynamo_daily.PART", 400)
    daily.keep([found(**{f"vol-{number}": float(number) for number in range(100)})], TODAY)
    head, *parts = table.query(f"M#{SCOPE.account}")
    assert len(parts) == parts_of(head["tick"]) > 1
    assert max(len(item["body"]) for item in (head, *parts)) <= 400


def test_pieces_that_were_cut_off_halfway_lose_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    daily, table = store()
    many = {f"vol-{number}": float(number) for number in range(100)}
    daily.keep([found(today=TODAY - DAY, **many)], TODAY - DAY)
    monkeypatch.setattr("services.store.dynamo_daily.PART", 400)

    def crash() -> None:
        raise KeyboardInterrupt

    table.before = crash  # the first piece is written last
    with pytest.raises(KeyboardInterrupt):
        daily.keep([found(**many)], TODAY)
    assert known(daily) == set(many)
    assert daily.asked(SCOPE.account) == {SCOPE: TODAY - 2 * DAY}
    daily.keep([found(**many)], TODAY)
    assert all(
        daily.one(SCOPE, id).of("Reads.Sum", TODAY - DAY, 2) == (value, value)  # type: ignore[union-attr]
        for id, value in many.items()
    )


def test_values_expire_a_month_after_they_were_asked_for_and_can_be_kept_again() -> None:
    daily, _ = store()
    daily.keep([found(a=1.0)], TODAY)
    later = TODAY + (KEPT + 1) * DAY
    expired, _ = store(datetime(later.year, later.month, later.day, tzinfo=UTC).timestamp())
    assert (known(expired), expired.asked(SCOPE.account), expired.one(SCOPE, "a")) == (set(), {}, None)
    expired.keep([found(later, b=1.0)], later)
    assert known(expired) == {"b"}
