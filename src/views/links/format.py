"""How money, ages, moments and numbers are written."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal

UNKNOWN = "unknown"
MINUTE, HOUR, DAY = 60, 3600, 86400
MONTH, YEAR = 30.44 * DAY, 365.25 * DAY
BYTES = ("B", "kB", "MB", "GB", "TB", "PB")
NARROW = "\u202f"  # thin space that does not break
SMALLEST = "<$0.01"
LONGEST = 300  # characters of a name on a page
LONGEST_ACCOUNT = 60  # of an account's; AWS takes 50
DATED = re.compile(
    r"(?<![\w:./-])(\d{4}-\d\d)(?:(-\d\d)(T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?)?(?![\w:/-]|\.\w)"
)


def cut(words: str, most: int = LONGEST) -> str:
    """The words, or as many characters of them as a page can use, and "…"."""
    return words if len(words) <= most else words[:most] + "…"


def named(name: str, id: str, most: int = LONGEST) -> str:
    """A name as pages show it: at most so many characters; one that can't be seen is its id, or "(blank)"."""
    seen = next((each for each in (name, id) if any(map(_visible, each))), "(blank)")
    return cut(seen, most)


def _visible(character: str) -> bool:
    return character.isprintable() and not character.isspace()


def number(value: float | int) -> str:
    """1284 -> "1,284"; at most two decimals."""
    if isinstance(value, float):
        return f"{value:,.2f}".rstrip("0").rstrip(".")
    return f"{value:,}"


def amount(value: float, unit: str) -> str:
    """A value with its unit: 1234567, "B" -> "1.23 MB"; 4.25, "%" -> "4.25 %"."""
    if unit == "B":
        power = 0
        while abs(value) >= 999.5 and power < len(BYTES) - 1:
            value, power = value / 1000, power + 1
        unit = BYTES[power]
    shown = number(value or 0.0) if value == 0 or abs(value) >= 0.01 else f"{value:.1g}"
    return f"{shown}{NARROW}{unit}" if unit else shown


def money(cents: float | Decimal | None, *, table: bool = False) -> str:
    """Cents -> "$12.30", "$1,234"; with cents at any height in a table of money; None is "unknown".

    0 is "$0": "$0.00" could be either nothing or what is too small to be shown, which is "<$0.01".
    """
    if cents is None:
        return UNKNOWN
    if not cents:
        return "$0"
    sign, size = ("−" if cents < 0 else ""), int(abs(Decimal(cents)).to_integral_value(ROUND_HALF_UP))
    if not size:
        return sign + SMALLEST
    return f"{sign}${size / 100:,.2f}" if table or size < 100_000 else f"{sign}${round(size / 100):,}"


def percent(part: int, whole: int) -> str:
    """Rounded, but 0 and 100 only when they are exact: "87 %"; "–" of nothing."""
    if not whole:
        return "–"
    share = round(100 * part / whole)
    if 0 < part < whole:
        share = min(99, max(1, share))
    return f"{share}{NARROW}%"


def plural(count: int, one: str, many: str = "") -> str:
    """1, "type" -> "1 type"; 3, "type" -> "3 types"."""
    return f"{number(count)} {one if count == 1 else many or one + 's'}"


def age(now: datetime, moment: str | None) -> str:
    """Time since an ISO 8601 moment: "12 min", "3 h", "47 d", "5 mo", "2 y"; "" when it is not known.

    A moment that is still to come, for a wrong clock or a resource from one, is "in 3 h".
    """
    then = parsed(moment)
    if then is None:
        return ""
    seconds = (now - then).total_seconds()
    return f"in {_span(-seconds)}" if seconds <= -MINUTE else _span(seconds)


def _span(seconds: float) -> str:
    if seconds < MINUTE:
        return "now"
    if seconds < HOUR:
        return f"{int(seconds // MINUTE)} min"
    if seconds < 2 * DAY:
        return f"{int(seconds // HOUR)} h"
    if seconds < 60 * DAY:
        return f"{int(seconds // DAY)} d"
    if seconds < 2 * YEAR:
        return f"{int(seconds // MONTH)} mo"
    return f"{int(seconds // YEAR)} y"


def ago(now: datetime, moment: str | None) -> str:
    """ "12 min ago", "now", "never"."""
    short = age(now, moment)
    return f"{short} ago" if short not in ("", "now") and not short.startswith("in ") else short or "never"


def usd(amount: Decimal | str | None, *, table: bool = True) -> str:
    """USD, as text or Decimal -> as `money` writes it."""
    return money(None if amount is None else Decimal(amount).scaleb(2), table=table)


def utc(moment: str | None) -> str:
    """ "4 Mar 2026, 09:12 UTC"; "" when it is not known."""
    then = parsed(moment)
    return f"{day_of(then)}, {then:%H:%M} UTC" if then else ""


def day_of(when: date) -> str:
    """ "4 Mar 2026": the one form that dates have on pages."""
    return f"{when.day} {when:%b} {when.year}"


def dated(words: str) -> str:
    """The words with their ISO 8601 moments, days and months as pages write them; names are left as they are.

    "ends on 2026-03-04" -> "ends on 4 Mar 2026"; "2026-03" -> "Mar 2026".
    """
    return DATED.sub(_dated, words) if "-" in words else words


def _dated(found: re.Match[str]) -> str:
    month, day, time = found.groups()
    try:
        first = date.fromisoformat(f"{month}{day or '-01'}")
    except ValueError:
        return found[0]
    if time:
        return utc(found[0]) or found[0]
    return day_of(first) if day else f"{first:%b} {first.year}"


def parsed(moment: str | None) -> datetime | None:
    """An ISO 8601 moment in UTC; None if it is missing or can't be read."""
    try:
        then = datetime.fromisoformat(moment) if moment else None
    except ValueError:
        return None
    if then is None:
        return None
    return then.replace(tzinfo=UTC) if then.tzinfo is None else then.astimezone(UTC)


def initials(identity: str) -> str:
    """ "ana.ruiz@example.com" -> "AR"; "local" -> "LO"."""
    words = [word for word in identity.partition("@")[0].replace(".", " ").replace("-", " ").split() if word]
    letters = words[0][:1] + words[-1][:1] if len(words) > 1 else "".join(words)[:2]
    return letters.upper() or "?"


def label(name: str) -> str:
    """A field's name as a label: private_ip -> "Private IP"."""
    words = [_WORDS.get(word, word) for word in name.split("_")]
    return words[0][:1].upper() + words[0][1:] + "".join(" " + word for word in words[1:])


_ACRONYMS = ("IP", "VPC", "IMDS", "IOPS", "ACL", "ARN", "HTTPS", "KMS", "CIDR", "DNS", "URI", "URL", "AZ")
_WORDS = {word.lower(): word for word in _ACRONYMS}
_WORDS |= {"id": "ID", "mb": "MB", "cpu": "CPU", "ttl": "TTL", "gib": "GiB", "multi": "multi"}
