"""What lists of findings are asked, and what they answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from services.models.domain.finding import Entry, Severity
from services.models.everything.query import FacetValue

FINDING_FACETS = ("status", "severity", "rule", "account", "owner", "type", "confidence")
FINDING_SORTS = ("severity", "saving", "name", "rule", "account", "owner", "first_seen")
FINDING_PAGE_SIZE = 50


@dataclass(frozen=True)
class FindingQuery:
    """Which findings. filters: field -> any of these values; the fields are those of FINDING_FACETS.

    text: words, each within name, id, message or rule, or all of an owner, an account, a region or a type; of
    one or two letters as in the lists of resources. accounts: id -> name, for words that are an account's.
    """

    text: str = ""
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sort: str = "severity"
    descending: bool = False
    page: int = 1
    accounts: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)


@dataclass(frozen=True)
class FindingTotals:
    """count of findings. saving: cents a month that are certain or measured; hints: how much more it would be
    with those that are not.

    Of these findings alone, each dollar once (cop/judge/savings.py): what groups come to may be more in
    all than the total, where one resource is in several.
    """

    count: int = 0
    saving: int = 0
    hints: int = 0

    def known(self, cents: int) -> int | None:
        """One of these sums; None where there are findings and none of them has a figure that is in it."""
        return cents if cents or not self.count else None


@dataclass(frozen=True)
class FindingGroup:
    """Findings that share a value: of a rule, an owner, an account. severity: the worst among them."""

    value: str
    severity: Severity
    totals: FindingTotals


@dataclass(frozen=True)
class FindingRow:
    """A finding in a list. mute: id of the mute that covers it, "" for none."""

    entry: Entry
    mute: str = ""

    @property
    def status(self) -> str:
        """open, muted or resolved"""
        return "resolved" if self.entry.resolved else "muted" if self.mute else "open"


@dataclass(frozen=True)
class Mark:
    """What is open of one resource."""

    count: int
    severity: Severity


@dataclass(frozen=True)
class FindingPage:
    """One page of a list. all: findings without search and filters."""

    query: FindingQuery
    rows: tuple[FindingRow, ...]
    totals: FindingTotals
    all: int
    facets: Mapping[str, tuple[FacetValue, ...]]

    @property
    def pages(self) -> int:
        return max(1, -(-self.totals.count // FINDING_PAGE_SIZE))
