"""Formula: an amount of USD a month, and the words that say how it comes about, from the same figures."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

from services.prices.rate import Rate, dollars

HOURS = 730  # a month
HOME = "us-east-1"
CENT = Decimal("0.01")
RateOf = Callable[[str, str], Rate | None]  # by key and region


@dataclass(frozen=True)
class Factor:
    """A number that a price is multiplied by, and how it reads."""

    value: Decimal
    words: str


def count(number: int | Decimal, unit: str) -> Factor:
    """500 GiB, 3 zones."""
    return Factor(
        Decimal(number), f"{number:,f} {unit}" if isinstance(number, Decimal) else f"{number:,} {unit}"
    )


def share(part: str) -> Factor:
    """0.3 -> 30 %."""
    return Factor(Decimal(part), f"{Decimal(part) * 100:.0f} %")


def hours(of: str = "") -> Factor:
    """A month's, of an instance type or of nothing that needs a name."""
    return count(HOURS, f"h of {of}" if of else "h")


@dataclass(frozen=True)
class Term:
    """amount: USD a month, less than 0 where it is taken off."""

    amount: Decimal
    words: str
    rate: Rate | None

    def note(self, now: datetime) -> str:
        """Whose price it has, where that is not the region's own, and of when, where that is long ago."""
        if self.rate is None:
            return ""
        notes = [] if self.rate.own else [f"at {HOME}'s price"]
        notes += [f"price of {self.rate.month}"] if self.rate.is_old(now) else []
        return f" ({'; '.join(notes)})" if notes else ""

    def times(self, factor: Factor) -> Term:
        return replace(self, amount=self.amount * factor.value, words=f"{self.words} × {factor.words}")


@dataclass(frozen=True)
class Formula:
    """A sum of terms."""

    terms: tuple[Term, ...]

    @property
    def total(self) -> Decimal:
        """USD a month."""
        return sum((term.amount for term in self.terms), Decimal())

    @property
    def words(self) -> str:
        return self._said(lambda _: "")

    def told(self, now: datetime) -> str:
        """The words, with what must be known of its prices: another region's, or old ones."""
        notes = {term.note(now) for term in self.terms}
        if len(notes) > 1:
            return self._said(lambda term: term.note(now))
        return f"{self.words}{''.join(notes)}"

    def _said(self, note: Callable[[Term], str]) -> str:
        signs = ("-" if term.amount < 0 else "+" for term in self.terms)
        said = (f"{sign} {term.words}{note(term)}" for sign, term in zip(signs, self.terms, strict=True))
        return " ".join(said).removeprefix("+ ")

    @property
    def source(self) -> str:
        """Whose prices they are, and of when."""
        months = sorted({rate.month for rate in self._rates()})
        return f"list price of {' and '.join(self.regions)}, {' and '.join(months)}"

    @property
    def regions(self) -> tuple[str, ...]:
        return tuple(sorted({rate.region for rate in self._rates()}))

    def __add__(self, other: Formula) -> Formula:
        return Formula(self.terms + other.terms)

    def __sub__(self, other: Formula) -> Formula:
        return Formula((*self.terms, *(replace(term, amount=-term.amount) for term in other.terms)))

    def times(self, *factors: Factor) -> Formula:
        terms = self.terms
        for factor in factors:
            terms = tuple(term.times(factor) for term in terms)
        return Formula(terms)

    def _rates(self) -> list[Rate]:
        return [term.rate for term in self.terms if term.rate]


def price(rate: Rate | None, *factors: Factor) -> Formula | None:
    """That many units at this rate; None where the rate is unknown."""
    if rate is None:
        return None
    amount, words = rate.amount, rate.told
    for factor in reversed(factors):
        amount, words = amount * factor.value, f"{factor.words} × {words}"
    return Formula((Term(amount, words, rate),))


def total(parts: Iterable[Formula | None]) -> Formula | None:
    """The sum; None where a part is unknown."""
    terms: list[Term] = []
    for part in parts:
        if part is None:
            return None
        terms += part.terms
    return Formula(tuple(terms))


def difference(now: Formula | None, then: Formula | None) -> Formula | None:
    """What is saved by the second; None where one is unknown, or they are prices of different regions."""
    return now - then if now and then and now.regions == then.regions else None


def tiered(
    rate: RateOf, region: str, number: int, unit: str, tiers: Iterable[tuple[int | None, str]]
) -> Formula | None:
    """So many units, of which each tier has its rate: pairs of its end, None for the last, and its key."""
    parts, below = [], 0
    for end, key in tiers:
        here = (number if end is None else min(number, end)) - below
        if here > 0:
            parts.append(price(rate(key, region), count(here, unit)))
        below = number if end is None else end
    return total(parts)


def fact(amount: Decimal, words: str) -> Formula:
    """An amount that somebody else told, such as Cost Explorer."""
    return Formula((Term(amount, f"{dollars(amount.quantize(CENT, ROUND_HALF_UP))} {words}", None),))
