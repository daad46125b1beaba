"""How a change of costs is said."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from services.models.domain.costs import Headline, Mover
from views.links.costs import period_title
from views.links.format import NARROW, money

DAY = timedelta(days=1)
CENT = 10_000_000  # nano-dollars


def against(headline: Headline) -> str:
    """ "+4.1 % against 1–19 Oct 2026"; of a whole month "+4.1 % against Oct 2026"."""
    if headline.same_days is None:
        return "against what, is not known"
    share = percent(Mover("", "", headline.same_days, headline.to_date))
    last = date.fromisoformat(headline.last_day)
    days = "" if headline.is_whole else f"1–{last.day} "
    return f"{share} against {days}{last.replace(day=1) - DAY:%b %Y}"


def to_date_title(headline: Headline) -> str:
    """ "Month to date", or the whole month's name: "Nov 2026"."""
    return period_title(headline.month) if headline.is_whole else "Month to date"


def forecast_note(headline: Headline) -> str:
    """ "for all of Nov 2026"; of a whole month, whose next one has no day yet, "none for Dec 2026 yet"."""
    if headline.is_whole:
        return f"none for {period_title(headline.next_day[:7])} yet"
    return f"for all of {period_title(headline.month)}"


def spent(nanos: int) -> str:
    """Nano-dollars as `money` writes them."""
    return money(Decimal(nanos) / CENT)


def signed(nanos: int) -> str:
    """ "+$3,940", "−$1,480"."""
    return f"+{spent(nanos)}" if nanos > 0 else spent(nanos)


def percent(mover: Mover) -> str:
    """ "+4 %", "new", "gone"."""
    if mover.before <= 0:
        return "new" if mover.after > 0 else "–"
    if mover.after == 0:
        return "gone"
    share = round(100 * mover.change / mover.before, 1 if abs(mover.change) * 10 < mover.before else 0)
    return f"{'+' if share > 0 else '−' if share < 0 else ''}{abs(share):,.10g}{NARROW}%"


def worse(mover: Mover) -> str:
    return "up" if mover.change > 0 else "down"
