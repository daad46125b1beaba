"""Spend: what an account pays for a service, as a pseudo-resource: so findings of costs have an identity."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from services.cop.judge.inspection import Collected
from services.costs.source import CostsSource
from services.models.domain.cost_names import short
from services.models.domain.costs import SPEND, Weeks
from services.models.kit.base import Resource
from services.models.kit.record import model
from services.models.kit.scope import GLOBAL, Scope, ScopeHead

Spending = Mapping[str, tuple["Spend", ...]]  # by account


@model
class Spend(Resource):
    """id: the service as Cost Explorer calls it. last: USD of the last 7 days; usual: of a mean week of the
    28 before; month_before: of the same days of the month before, None where they are not known.
    """

    last: Decimal
    usual: Decimal
    month_before: Decimal | None = None


def spend(weeks: Weeks) -> Spend:
    return Spend(
        type=SPEND,
        account=weeks.account,
        region=GLOBAL,
        id=weeks.service,
        arn="",
        name=short(weeks.service) or "no service",
        last=weeks.last,
        usual=weeks.usual,
        month_before=weeks.month_before,
    )


def spending(source: CostsSource, today: date | None) -> Spending | None:
    """Every account's services; None when their weeks are not known. Raises PoloError.

    today: None where the days do not move on, as in the demo estate.
    """
    found = source.current()
    weeks = found.weeks(today) if found else None
    if weeks is None:
        return None
    accounts: dict[str, list[Spend]] = defaultdict(list)
    for each in weeks:
        accounts[each.account].append(spend(each))
    return {account: tuple(spends) for account, spends in accounts.items()}


def scope_of(account: str, spends: tuple[Spend, ...]) -> Collected:
    """The pseudo-scope of an account's services. Without costs there is none: its findings are frozen."""
    head = ScopeHead(Scope(account, GLOBAL, SPEND), generation=1, attempted=1, count=len(spends))
    return head, lambda: spends
