from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from views.links.format import (
    age,
    ago,
    dated,
    initials,
    label,
    money,
    number,
    parsed,
    percent,
    plural,
    usd,
    utc,
)

NOW = datetime(2026, 11, 20, 20, 14, tzinfo=UTC)


@pytest.mark.parametrize(
    ("cents", "written"),
    [
        (None, "unknown"),
        (0, "$0"),
        (0.4, "<$0.01"),
        (Decimal("0.5"), "$0.01"),
        (-0.4, "−<$0.01"),
        (1230, "$12.30"),
        (99_999, "$999.99"),
        (123_450, "$1,234"),
        (-1230, "−$12.30"),
    ],
)
def test_money_has_cents_below_a_thousand(cents: float | Decimal | None, written: str) -> None:
    assert money(cents) == written


def test_money_in_a_table_always_has_cents() -> None:
    assert money(2_392_420, table=True) == "$23,924.20"


@given(st.integers(-(10**12), 10**12))
def test_money_in_a_table_loses_no_cent(cents: int) -> None:
    plain = money(cents, table=True).replace("−", "-").replace("$", "").replace(",", "").replace(".", "")
    assert int(plain) == (cents if cents else 0)


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("left support on 2026-03-04", "left support on 4 Mar 2026"),
        ("2026-03-04T10:12:44+01:00, 2026-03", "4 Mar 2026, 09:12 UTC, Mar 2026"),
        ("rds:db-2026-03-04-03-10 and 2026-13-01", "rds:db-2026-03-04-03-10 and 2026-13-01"),
        ("from 2026-03-04 to 2026-03-05.", "from 4 Mar 2026 to 5 Mar 2026."),
        ("a-b 10.2026-03", "a-b 10.2026-03"),
    ],
)
def test_dates_have_one_form_and_names_keep_theirs(said: str, written: str) -> None:
    assert dated(said) == written


def test_what_is_not_a_whole_cent_is_not_nothing() -> None:
    assert (usd("0.004"), usd(Decimal("0.005")), usd("0.00"), usd(None)) == (
        "<$0.01",
        "$0.01",
        "$0",
        "unknown",
    )


@pytest.mark.parametrize(("value", "written"), [(1284, "1,284"), (0, "0"), (2.50, "2.5"), (1234.0, "1,234")])
def test_numbers_have_separators(value: float, written: str) -> None:
    assert number(value) == written


@pytest.mark.parametrize(
    ("part", "whole", "written"),
    [(87, 100, "87 %"), (0, 0, "–"), (1, 1000, "1 %"), (999, 1000, "99 %"), (0, 9, "0 %"), (9, 9, "100 %")],
)
def test_a_share_is_never_rounded_to_all_or_nothing(part: int, whole: int, written: str) -> None:
    assert percent(part, whole) == written.replace(" ", "\u202f")


@pytest.mark.parametrize(
    ("passed", "written"),
    [
        (timedelta(seconds=30), "now"),
        (timedelta(seconds=-30), "now"),
        (timedelta(minutes=12), "12 min"),
        (timedelta(hours=3), "3 h"),
        (timedelta(hours=47), "47 h"),
        (timedelta(days=47), "47 d"),
        (timedelta(days=340), "11 mo"),
        (timedelta(days=800), "2 y"),
    ],
)
def test_ages_are_short(passed: timedelta, written: str) -> None:
    assert age(NOW, (NOW - passed).isoformat()) == written


def test_an_unknown_moment_has_no_age() -> None:
    assert (age(NOW, None), utc(None), ago(NOW, None)) == ("", "", "never")
    assert (age(NOW, "soon"), parsed("soon")) == ("", None)


def test_moments_are_written_in_utc() -> None:
    assert utc("2026-03-04T10:12:44+01:00") == "4 Mar 2026, 09:12 UTC"
    assert utc("2026-03-04T09:12:44") == "4 Mar 2026, 09:12 UTC"


def test_ago() -> None:
    assert ago(NOW, "2026-11-20T20:02:00Z") == "12 min ago"
    assert ago(NOW, "2026-11-20T20:14:00Z") == "now"


def test_plural() -> None:
    assert (plural(1, "type"), plural(2, "type"), plural(0, "index", "indexes")) == (
        "1 type",
        "2 types",
        "0 indexes",
    )


@pytest.mark.parametrize(
    ("identity", "letters"),
    [("local", "LO"), ("ana.ruiz@example.com", "AR"), ("", "?"), ("Ana Maria Ruiz", "AR")],
)
def test_initials(identity: str, letters: str) -> None:
    assert initials(identity) == letters


@pytest.mark.parametrize(
    ("field", "written"),
    [
        ("private_ip", "Private IP"),
        ("vpc", "VPC"),
        ("acl_public", "ACL public"),
        ("https_only", "HTTPS only"),
        ("instance_type", "Instance type"),
    ],
)
def test_labels(field: str, written: str) -> None:
    assert label(field) == written
