"""What reports ask the account that pays; and that account as a file has recorded it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, Self

from errors import CollectError
from services.cop.judge.facts import NotKnown
from services.costs.requests import BudgetSpent, pages
from services.models.kit.base import Call
from services.models.kit.error_codes import DENIED
from services.models.kit.scope import GLOBAL
from services.models.kit.values import Item, at, cents
from services.reports.report import Sources
from services.store.readable import readable

AGAIN = "inv demo writes it again"
DAYS = 30  # that coverage and use are told of
NO_DATA = "DataUnavailableException"  # also what an account without any commitment gets
AT_ONCE = 100  # items in a page, since each page costs $0.01; the API's default is 20
# what GetReservationUtilization and GetReservationCoverage know, one in a request
RESERVABLE = (
    "Amazon Elastic Compute Cloud - Compute",
    "Amazon Relational Database Service",
    "Amazon ElastiCache",
    "Amazon Redshift",
    "Amazon Elasticsearch Service",
)


def asked(sources: Sources, operation: str, service: str = "", **parameters: Any) -> Iterator[Item]:
    """The pages of what Cost Explorer says of the last 30 days; none where it has no such data.

    service: of RESERVABLE, "" for all. Raises NotKnown where it may not be asked, or no more today, and
    CollectError.
    """
    first, end = window(sources)
    if service:
        parameters["Filter"] = {"Dimensions": {"Key": "SERVICE", "Values": [service]}}
    period = {"Start": first, "End": end}
    try:
        yield from pages(sources.payer(), operation, TimePeriod=period, MaxResults=AT_ONCE, **parameters)
    except BudgetSpent as error:
        raise NotKnown(str(error)) from None
    except CollectError as error:
        if error.code in DENIED:
            raise NotKnown(str(error)) from None
        if error.code != NO_DATA:
            raise


def window(sources: Sources) -> tuple[str, str]:
    """The first day, and the one after the last: Cost Explorer takes none that is not before today."""
    end = sources.today - timedelta(days=1)
    return str(end - timedelta(days=DAYS)), str(end)


def number(item: Item, *path: str) -> Decimal | None:
    """A finite number at the end of the path; None when it is unknown."""
    try:
        value = Decimal(str(at(item, *path)))
    except InvalidOperation:
        return None
    return value if value.is_finite() else None


def us_cents(amount: Decimal | None) -> int | None:
    return None if amount is None else cents(str(amount))


def whole(values: Iterable[Decimal | None]) -> Decimal | None:
    """The sum of what is known; None when nothing is."""
    known = [value for value in values if value is not None]
    return sum(known, Decimal()) if known else None


def ratio(part: Decimal | None, all: Decimal | None) -> float | None:
    return None if part is None or not all else float(part / all)


@dataclass(frozen=True)
class Recorded:
    """Answers in the shape that the API's reference shows, page by page.

    answers: by operation, and by "operation service" where one service was asked for. What is not in it, the
    account has no data of.
    """

    answers: Mapping[str, Sequence[Item]]
    region: str = GLOBAL

    @classmethod
    def of(cls, file: Path) -> Self:
        """Raises DataFileError."""
        with readable(file, AGAIN, missing=AGAIN):
            content = json.loads(file.read_text(encoding="utf-8"))
            return cls({operation: list(pages) for operation, pages in content.items()})

    def pages(self, call: Call, region: str | None = None) -> Iterable[Item]:
        return self._recorded(call.operation)

    def call(
        self,
        service: str,
        operation: str,
        *,
        absent: Sequence[str] = (),
        region: str | None = None,
        **parameters: Any,
    ) -> Item | None:
        values = at(parameters, "Filter", "Dimensions", "Values") or ()
        recorded = self._recorded(" ".join((operation, *values)))
        return recorded[int(parameters.get("NextToken") or parameters.get("NextPageToken") or 0)]

    def _recorded(self, name: str) -> Sequence[Item]:
        if name not in self.answers:
            raise CollectError(f"nothing is recorded of {name}", "", NO_DATA)
        return self.answers[name]
