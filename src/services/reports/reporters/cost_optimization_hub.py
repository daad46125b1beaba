"""What AWS itself recommends, imported from Cost Optimization Hub of the account that pays.

docs.aws.amazon.com/cost-management/latest/APIReference/API_CostOptimizationHub_ListRecommendations.html
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation

from errors import CollectError
from services.cop.judge.facts import NotKnown
from services.models.domain.report import Column, Figure, Row
from services.models.kit.base import Call
from services.models.kit.error_codes import DENIED
from services.models.kit.values import Item, cents, each, flag, text
from services.reports.report import Content, Example, Reporter, Sources, dearest_first

REGION = "us-east-1"  # the only one that has the API
LIST = Call("cost-optimization-hub", "list_recommendations", "items[]", {"includeAllRecommendations": False})
UNKNOWN = (*DENIED, "ValidationException")  # not permitted, or the account is not enrolled
SAVING, EASY = 7, ("VeryLow", "Low")


def make(sources: Sources) -> Content:
    items = list(_items(sources))
    rows = dearest_first(map(_row, items), SAVING)
    savings = [saving for row in rows if isinstance(saving := row[SAVING], int)]
    figures = (
        Figure("saving", "Saving a month", sum(savings) if savings or not rows else None, "money"),
        Figure("recommendations", "Recommendations", len(rows)),
        Figure("accounts", "Accounts", len({row[1] for row in rows})),
        Figure("easy", "Of little effort", sum(row[8] in EASY for row in rows)),
        Figure("unknown", "Of unknown saving", len(rows) - len(savings)),
    )
    return Content(rows, figures)


def _items(sources: Sources) -> Iterator[Item]:
    """Raises NotKnown where AWS does not give them, and CollectError."""
    try:
        for page in sources.payer().pages(LIST, region=REGION):
            yield from each(page, "items")
    except CollectError as error:
        if error.code in UNKNOWN:
            raise NotKnown(str(error)) from None
        raise


def _row(item: Item) -> Row:
    names = ("recommendationId", "accountId", "region", "currentResourceType", "resourceId")
    told = (text(item, "actionType"), text(item, "recommendedResourceSummary"))
    restart = flag(item, "restartNeeded")
    return (
        *(text(item, name) for name in names),
        *told,
        _saving(item),
        text(item, "implementationEffort"),
        None if restart is None else "yes" if restart else "no",
    )


def _saving(item: Item) -> int | None:
    """US cents; None where it is told in another currency, or not at all."""
    told = item.get("estimatedMonthlySavings")
    if told is None or text(item, "currencyCode") not in ("", "USD"):
        return None
    try:
        return cents(str(Decimal(str(told))))
    except (InvalidOperation, OverflowError, ValueError):
        return None


def _item(id: str, **changes: object) -> Item:
    usual = {
        "recommendationId": id,
        "accountId": "412233445883",
        "region": "us-east-1",
        "resourceId": "i-0123456789abcdef0",
        "currentResourceType": "Ec2Instance",
        "recommendedResourceType": "Ec2Instance",
        "estimatedMonthlySavings": 35.04,
        "estimatedSavingsPercentage": 50.0,
        "estimatedMonthlyCost": 70.08,
        "currencyCode": "USD",
        "implementationEffort": "Medium",
        "restartNeeded": True,
        "actionType": "Rightsize",
        "rollbackPossible": True,
        "currentResourceSummary": "m5.large",
        "recommendedResourceSummary": "m5.medium",
        "recommendationLookbackPeriodInDays": 14,
        "source": "ComputeOptimizer",
    }
    return usual | changes


_PLACE = ("412233445883", "us-east-1", "Ec2Instance", "i-0123456789abcdef0")

REPORTER = Reporter(
    name="cost-optimization-hub",
    title="Cost Optimization Hub",
    about="AWS's own recommendations for all accounts, as the account that pays has them.",
    columns=(
        Column("recommendation", "Recommendation"),
        Column("account", "Account", "account"),
        Column("region", "Region"),
        Column("kind", "Of"),
        Column("resource", "Resource"),
        Column("action", "Do"),
        Column("to", "Towards"),
        Column("saving", "Saving a month", "money"),
        Column("effort", "Effort"),
        Column("restart", "Restart"),
    ),
    payer=True,
    make=make,
    examples=(
        Example(
            (),
            answers={
                "list_recommendations": (
                    {"items": [_item("r-1"), _item("r-2", currencyCode="EUR", restartNeeded=None)]},
                    {"items": [_item("r-3", estimatedMonthlySavings=99.995, implementationEffort="Low")]},
                )
            },
            rows=(
                ("r-3", *_PLACE, "Rightsize", "m5.medium", 10000, "Low", "yes"),
                ("r-1", *_PLACE, "Rightsize", "m5.medium", 3504, "Medium", "yes"),
                ("r-2", *_PLACE, "Rightsize", "m5.medium", None, "Medium", None),
            ),
            figures={"saving": 13504, "recommendations": 3, "accounts": 1, "easy": 1, "unknown": 1},
        ),
        Example(
            (),
            answers={"list_recommendations": ({"items": []},)},
            rows=(),
            figures={"saving": 0, "recommendations": 0},
        ),
    ),
)
