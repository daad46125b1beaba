"""Costs: what was spent, cut the ways that Cost Explorer was asked, and what pages show of it.

Cost Explorer groups by two dimensions at most: no figure here crosses dimensions that no query returned.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Literal

Metric = Literal["unblended", "amortized"]
METRICS: tuple[Metric, ...] = ("unblended", "amortized")
# cut -> the two dimensions that one query groups by
CUTS: Mapping[str, tuple[str, str]] = {
    "services": ("account", "service"),
    "regions": ("account", "region"),
    "owners": ("owner", "service"),
}
DIMENSIONS = ("account", "service", "region", "owner")
# where a dimension is looked up when it stands alone
HOME_CUT = {"account": "services", "service": "services", "region": "regions", "owner": "owners"}
SPEND = "spend"  # type of the pseudo-resource that an account's service is to the rules
NANO = 1_000_000_000  # parts of a US dollar that are added up: whole numbers lose nothing

Group = tuple[str, str]  # keys of a cut's two dimensions; an owner is "" where the tag is missing


@dataclass(frozen=True)
class PeriodCosts:
    """What one day ("2026-11-20") or month ("2026-10") cost, in USD; UTC.

    taken: when Cost Explorer said so, ISO 8601. total: ungrouped, all record types. cuts: cut -> group ->
    USD; their sums may be less than the total.
    """

    period: str
    metric: Metric
    taken: str
    total: Decimal
    cuts: Mapping[str, Mapping[Group, Decimal]]


@dataclass(frozen=True)
class ResourceCosts:
    """What single resources of an account cost from `first` up to the day before `end`, in USD; UTC.

    costs: service -> what Cost Explorer calls a resource (its id or ARN) -> USD, as if every day of the time
    were like its mean day of those that have a figure: what was started yesterday is not cheap.
    """

    account: str
    metric: Metric
    first: str
    end: str
    costs: Mapping[str, Mapping[str, Decimal]]


@dataclass(frozen=True)
class Anomaly:
    """What AWS Cost Anomaly Detection found. first, last: days, last "" while it goes on. impact: USD."""

    id: str
    first: str
    last: str
    account: str
    service: str
    region: str
    impact: Decimal
    expected: Decimal | None = None


@dataclass(frozen=True)
class Outlook:
    """What Cost Explorer expects. day: the first of the forecast, which ends with that day's month.

    forecast: USD from `day` on, None where AWS has none. anomalies: None where they can't be read. names:
    account id -> name in the organisation.
    """

    taken: str
    day: str
    forecast: Decimal | None = None
    anomalies: tuple[Anomaly, ...] | None = None
    names: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Spent:
    """Requests that were sent to Cost Explorer on a day, each $0.01, of at most `most`."""

    requests: int = 0
    most: int = 0


@dataclass(frozen=True)
class CostQuery:
    """by: one of DIMENSIONS. filters: dimension -> key. first, last: months, or days; "" for all months."""

    by: str = "account"
    filters: Mapping[str, str] = field(default_factory=dict)
    first: str = ""
    last: str = ""

    @property
    def unit(self) -> str:
        return "day" if len(self.first or self.last) > 7 else "month"


@dataclass(frozen=True)
class CostRow:
    """nanos: a figure for each period of the pivot. key: None for what no group has (not attributed)."""

    key: str | None
    nanos: tuple[int, ...]

    @property
    def total(self) -> int:
        return sum(self.nanos)


@dataclass(frozen=True)
class Pivot:
    """rows: dearest first, the one that is not attributed last. totals: for each period, Cost Explorer's own
    where nothing is filtered. open: periods that are not over, or not known in whole.

    kept: the first and the last period of this unit that is known, "" for none. missing: whether some that
    were asked for are not.
    """

    query: CostQuery
    periods: tuple[str, ...]
    rows: tuple[CostRow, ...]
    totals: tuple[int, ...]
    open: frozenset[str] = frozenset()
    kept: tuple[str, str] = ("", "")
    missing: bool = False

    @property
    def known(self) -> bool:
        """Whether anything is known of the time that was asked for: else its total is unknown, not 0."""
        return bool(self.periods)

    @property
    def asked(self) -> tuple[str, str]:
        """The first and the last period that was asked for: of those that are known, where none was named."""
        return self.query.first or self.kept[0], self.query.last or self.kept[1]

    @property
    def total(self) -> int:
        """Of the periods that are known."""
        return sum(self.totals)


@dataclass(frozen=True)
class Mover:
    """What an account paid for a service in two stretches of time, in nano-dollars."""

    account: str
    service: str
    before: int
    after: int

    @property
    def change(self) -> int:
        return self.after - self.before


@dataclass(frozen=True)
class Movers:
    """before, after: the two stretches in words. moved: the largest changes first."""

    before: str
    after: str
    moved: tuple[Mover, ...]


@dataclass(frozen=True)
class Headline:
    """The month of the last day that is known. to_date: up to that day, in nano-dollars.

    same_days: what as many days of the month before cost, last_month: all of it; None where unknown.
    forecast: what the whole month will cost; None where AWS has none.
    """

    month: str
    last_day: str
    to_date: int
    metric: str
    taken: str
    same_days: int | None = None
    last_month: int | None = None
    forecast: int | None = None

    @property
    def is_whole(self) -> bool:
        """Whether all days of the month are known: as on the first of the next one."""
        return self.next_day[:7] != self.month

    @property
    def next_day(self) -> str:
        """The first day that is not known yet."""
        return str(date.fromisoformat(self.last_day) + timedelta(days=1))


@dataclass(frozen=True)
class Spending:
    """Costs at a glance. pivot: all months by account. names: account id -> name."""

    headline: Headline
    pivot: Pivot
    movers: Movers | None
    names: Mapping[str, str]


@dataclass(frozen=True)
class Weeks:
    """What an account pays for a service, in USD: in the last 7 days, in a mean week of the 28 before, and in
    the same days of the month before, None where these are not known.
    """

    account: str
    service: str
    last: Decimal
    usual: Decimal
    month_before: Decimal | None = None


def cut_of(*dimensions: str) -> str | None:
    """The cut that has all of these dimensions; None when no query returned them together."""
    asked = set(dimensions)
    if len(asked) == 1:
        return HOME_CUT[dimensions[0]]
    return next((name for name, pair in CUTS.items() if asked <= set(pair)), None)


def nano(dollars: Decimal) -> int:
    """USD -> nano-dollars; Cost Explorer's tenth decimal and beyond is rounded."""
    return int((dollars * NANO).to_integral_value(ROUND_HALF_EVEN))


def cents_of(nanos: int) -> int:
    """Nano-dollars -> cents, half a cent up."""
    return (nanos + NANO // 200) // (NANO // 100)


def dollars_of(nanos: int) -> Decimal:
    """Nano-dollars -> USD, exactly; no more decimals than it takes, but two."""
    exact = Decimal(nanos).scaleb(-9)
    short = exact.quantize(Decimal("0.01"))
    return short if short == exact else exact
