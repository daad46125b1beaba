"""Cost Explorer: what is asked of it, and its answers as costs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from errors import CollectError
from services.costs.dates import DAY, first_day, is_day, month_of, next_month, span
from services.costs.requests import API, REGION, pages
from services.models.domain.costs import CUTS, Anomaly, Group, Metric, Outlook, PeriodCosts
from services.models.kit.base import Source
from services.models.kit.error_codes import DENIED
from services.models.kit.values import Item, at, each, iso, text, texts

NAMES: Mapping[Metric, tuple[str, str]] = {  # in GetCostAndUsage, in GetCostForecast
    "unblended": ("UnblendedCost", "UNBLENDED_COST"),
    "amortized": ("AmortizedCost", "AMORTIZED_COST"),
}
KEYS = {"account": "LINKED_ACCOUNT", "service": "SERVICE", "region": "REGION"}
NO_FORECAST = ("DataUnavailableException", "BillExpirationException", *DENIED)
ANOMALY_DAYS = 60


@dataclass
class CostExplorer:
    """source: the account that pays. tag: whose values are owners. names: of accounts, as they come along."""

    source: Source
    metric: Metric
    tag: str
    names: dict[str, str] = field(default_factory=dict)

    def costs(self, periods: Sequence[str], now: datetime) -> Iterator[PeriodCosts]:
        """What these periods cost, each in whole: days or months in a row. Raises CollectError, BudgetSpent.

        A period that the ungrouped answer lacks is left out: it is not known.
        """
        totals = self._totals(periods)
        cuts = {cut: self._groups(periods, cut) for cut in CUTS}
        for period, total in totals.items():
            found = {cut: groups.get(period, {}) for cut, groups in cuts.items()}
            yield PeriodCosts(period, self.metric, iso(now) or "", total, found)

    def outlook(self, now: datetime) -> Outlook:
        """Forecast and anomalies. Raises CollectError, BudgetSpent."""
        today = now.date()
        return Outlook(
            iso(now) or "", str(today), self._forecast(today), self._anomalies(today), dict(self.names)
        )

    def _totals(self, periods: Sequence[str]) -> dict[str, Decimal]:
        found = {}
        for period, result in self._results(periods):
            if at(result, "Total", NAMES[self.metric][0]):
                found[period] = self._amount(at(result, "Total"))
        return found

    def _groups(self, periods: Sequence[str], cut: str) -> dict[str, dict[Group, Decimal]]:
        found: dict[str, dict[Group, Decimal]] = {}
        for period, result in self._results(periods, [self._group_by(name) for name in CUTS[cut]]):
            groups = found.setdefault(period, {})  # a period may go on in the next page
            for group in each(result, "Groups"):
                keys = texts(group, "Keys")
                if len(keys) == 2:  # any other is not attributed
                    first, second = (self._key(*pair) for pair in zip(CUTS[cut], keys, strict=True))
                    groups[first, second] = self._amount(at(group, "Metrics"))
        return found

    def _results(self, periods: Sequence[str], group_by: Iterable[Item] = ()) -> Iterator[tuple[str, Item]]:
        grouped: dict[str, Any] = {"GroupBy": [*group_by]} if group_by else {}
        unit = "DAILY" if is_day(periods[0]) else "MONTHLY"
        found = pages(
            self.source,
            "get_cost_and_usage",
            TimePeriod={"Start": str(span(periods[0])[0]), "End": str(span(periods[-1])[1])},
            Granularity=unit,
            Metrics=[NAMES[self.metric][0]],
            **grouped,
        )
        for page in found:
            for attribute in each(page, "DimensionValueAttributes"):
                if name := text(attribute, "Attributes", "description"):
                    self.names[text(attribute, "Value")] = name
            for result in each(page, "ResultsByTime"):
                start = text(result, "TimePeriod", "Start")
                yield start if unit == "DAILY" else start[:7], result

    def _forecast(self, today: date) -> Decimal | None:
        """USD from today to the end of the month; None where AWS has none, or may not be asked."""
        answer = self.source.call(
            API,
            "get_cost_forecast",
            region=REGION,
            absent=NO_FORECAST,
            TimePeriod={"Start": str(today), "End": str(first_day(next_month(month_of(today))))},
            Metric=NAMES[self.metric][1],
            Granularity="MONTHLY",
        )
        return None if answer is None else usd(at(answer, "Total"))

    def _anomalies(self, today: date) -> tuple[Anomaly, ...] | None:
        """The last weeks' anomalies, dearest first; None where they may not be read."""
        interval = {"StartDate": str(today - ANOMALY_DAYS * DAY), "EndDate": str(today)}
        found: list[Anomaly] = []
        for page in pages(self.source, "get_anomalies", DENIED, DateInterval=interval):
            if page is None:
                return None
            found += map(_anomaly, each(page, "Anomalies"))
        return tuple(sorted(found, key=lambda anomaly: -anomaly.impact))

    def _group_by(self, dimension: str) -> Item:
        if dimension == "owner":
            return {"Type": "TAG", "Key": self.tag}
        return {"Type": "DIMENSION", "Key": KEYS[dimension]}

    def _key(self, dimension: str, key: str) -> str:
        """A tag's value comes as "Owner$search", "Owner$" where the tag is missing."""
        return key.removeprefix(f"{self.tag}$") if dimension == "owner" else key

    def _amount(self, metrics: Any) -> Decimal:
        return usd(at(metrics, NAMES[self.metric][0]))


def usd(money: Any) -> Decimal:
    """An amount as Cost Explorer tells it. Raises CollectError for another currency, and for no number."""
    amount, unit = text(money or {}, "Amount"), text(money or {}, "Unit")
    try:
        if unit == "USD":
            return Decimal(amount)
    except InvalidOperation:
        pass
    raise CollectError(
        f"Cost Explorer answers {amount[:40]!r} {unit[:40]!r}", "Polo reads amounts in USD only"
    )


def _anomaly(item: Item) -> Anomaly:
    cause = next(iter(each(item, "RootCauses")), {})
    impact, expected = at(item, "Impact", "TotalImpact"), at(item, "Impact", "TotalExpectedSpend")
    return Anomaly(
        text(item, "AnomalyId"),
        text(item, "AnomalyStartDate")[:10],
        text(item, "AnomalyEndDate")[:10],
        text(cause, "LinkedAccount"),
        text(cause, "Service") or text(item, "DimensionValue"),
        text(cause, "Region"),
        Decimal(str(impact or 0)),
        None if expected is None else Decimal(str(expected)),
    )
