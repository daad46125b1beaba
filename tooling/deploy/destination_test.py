"""The role in a member account, tried until AWS knows it everywhere."""

from __future__ import annotations

from typing import Any

import pytest

from errors import CollectError
from services.models.kit.scope import Account
from tooling.deploy.destination import LONGEST, try_role

SHOP = Account("222222222222", "shop")


class Home:
    """Polo's own account: a role opens after so many attempts, or fails with another code."""

    def __init__(self, closed: int, code: str = "AccessDenied") -> None:
        self.closed, self.code, self.tries, self.asked = closed, code, 0, []  # type: ignore[var-annotated]

    def home(self) -> str:
        return "eu-west-1"

    def assumed(self, account: Account, role: Any) -> Home:
        self.asked.append((account, role.arn, role.external_id))
        return self

    def account(self) -> Account:
        self.tries += 1
        if self.tries <= self.closed:
            raise CollectError("closed", code=self.code)
        return SHOP


def tried(home: Home) -> float:
    now = [0.0]

    def sleep(seconds: float) -> None:
        now[0] += seconds

    try_role(home, SHOP, "word", "PoloReader", sleep, lambda: now[0])  # type: ignore[arg-type]
    return now[0]


def test_a_new_role_may_take_a_while_to_open() -> None:
    home = Home(closed=3)
    assert 0 < tried(home) < LONGEST
    assert home.asked == [(SHOP, "arn:aws:iam::222222222222:role/PoloReader", "word")]


def test_one_that_stays_closed_is_given_up_after_a_minute() -> None:
    home = Home(closed=1000)
    with pytest.raises(CollectError, match="closed"):
        tried(home)
    assert home.tries > LONGEST / 10


def test_what_is_no_refusal_is_not_tried_again() -> None:
    home = Home(closed=1, code="ExpiredToken")
    with pytest.raises(CollectError):
        tried(home)
    assert home.tries == 1
