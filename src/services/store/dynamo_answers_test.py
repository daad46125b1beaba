"""Answers of unfinished scopes in a table: read as they were given, for a day, whatever is between them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from moto import mock_aws

from services.conformance_test import make_table, moto_client
from services.models.kit.scope import Scope
from services.store.dynamo_answers import STAYS, DynamoAnswers, packed, unpacked
from services.store.dynamo_items import PART
from services.store.dynamo_table import Table

QUEUES = Scope("111122223333", "eu-west-1", "queues")
TOPICS = Scope("111122223333", "eu-west-1", "topics")


@dataclass
class Stored:
    """The same table at a time of the test's."""

    now: float = 1_700_000_000.0

    @property
    def answers(self) -> DynamoAnswers:
        return DynamoAnswers(Table("polo-answers", moto_client(), now=lambda: self.now))


@pytest.fixture
def stored() -> Iterator[Stored]:
    with mock_aws():
        make_table(moto_client(), "polo-answers")
        yield Stored()


def test_what_several_deliveries_add_is_read_as_one(stored: Stored) -> None:
    stored.answers.add(QUEUES, 7, {"a": {"answer": 1}})
    stored.answers.add(QUEUES, 7, {"b": {"answer": 2}})
    assert stored.answers.read(QUEUES, 7) == {"a": {"answer": 1}, "b": {"answer": 2}}


@pytest.mark.parametrize(("scope", "generation"), [(TOPICS, 7), (QUEUES, 8)])
def test_other_scopes_and_generations_have_their_own(stored: Stored, scope: Scope, generation: int) -> None:
    stored.answers.add(QUEUES, 7, {"a": {"answer": 1}})
    assert stored.answers.read(scope, generation) == {}


def test_after_a_day_they_are_gone(stored: Stored) -> None:
    stored.answers.add(QUEUES, 7, {"a": {"answer": 1}})
    stored.now += STAYS + 1
    assert stored.answers.read(QUEUES, 7) == {}


def test_many_answers_take_several_items_none_of_which_is_too_large(stored: Stored) -> None:
    many = {f"{number:05d}": {"answer": noise(number, 500)} for number in range(4_000)}
    assert all(len(body) <= PART for body in packed([*many.items()]))
    stored.answers.add(QUEUES, 7, many)
    assert stored.answers.read(QUEUES, 7) == many


def test_an_answer_that_no_item_can_hold_is_asked_again(stored: Stored) -> None:
    stored.answers.add(QUEUES, 7, {"a": {"answer": noise(1, 900_000)}, "b": {"answer": 2}})
    assert stored.answers.read(QUEUES, 7) == {"b": {"answer": 2}}


@pytest.mark.parametrize("body", [None, b"", b"no gzip", "text", b"\x1f\x8b\x08", next(packed([("a", [])]))])
def test_what_can_t_be_read_is_no_answer(body: Any) -> None:
    assert unpacked(body) == {}


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text() | st.binary()
    | st.floats(allow_nan=False, allow_infinity=False) | st.dates()
    | st.datetimes(timezones=st.just(UTC) | st.just(timezone(timedelta(hours=2)))),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(st.text(max_size=4) | st.sampled_from(("$map", "$moment", "$bytes", "$day")), inner),
    max_leaves=12,
)  # fmt: skip


@given(value=VALUES)
def test_every_value_that_botocore_gives_comes_back_as_it_was(value: Any) -> None:
    answers = {"key": {"answer": value}}
    assert unpacked(next(packed([*answers.items()]))) == answers


def test_moments_and_bytes_keep_their_type() -> None:
    value = {"at": datetime(2026, 11, 30, tzinfo=UTC), "on": date(2026, 11, 30), "body": b"\0\xff"}
    assert unpacked(next(packed([("a", {"answer": value})])))["a"]["answer"] == value


def noise(seed: int, size: int) -> str:
    """Text that gzip can't make small."""
    import random

    return random.Random(seed).randbytes(size).hex()  # noqa: S311
