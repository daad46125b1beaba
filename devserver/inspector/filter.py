"""Which invocations a list shows: its whole state stands in the URL."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from urllib.parse import parse_qs, urlencode

from devserver.record.invocation import Summary

KINDS = ("2xx", "3xx", "4xx", "5xx", "none")  # none: of a function without routes


@dataclass(frozen=True)
class Filter:
    """Conditions that must all hold; "" is none. q: text in the title or the failure, in any case."""

    q: str = ""
    function: str = ""
    status: str = ""  # "404", or one of KINDS
    source: str = ""
    start: str = ""  # cold or warm
    errors: str = ""  # "1": only those that failed

    @classmethod
    def from_query(cls, query: str) -> Filter:
        """What a query string asks for; what it does not know it ignores."""
        given = parse_qs(query, errors="replace")
        return cls(**{field.name: given.get(field.name, [""])[-1][:200].strip() for field in fields(cls)})

    def with_value(self, name: str, value: str) -> Filter:
        return replace(self, **{name: value})

    @property
    def query(self) -> str:
        """`?q=web&errors=1`; "" without conditions."""
        given = {name: value for name, value in vars(self).items() if value}
        return f"?{urlencode(given)}" if given else ""

    @property
    def given(self) -> list[tuple[str, str]]:
        return [(name, value) for name, value in vars(self).items() if value]

    def matches(self, summary: Summary) -> bool:
        return (
            self.q.lower() in f"{summary.title}\n{summary.failure or ''}".lower()
            and self.function in ("", summary.function)
            and self.status in ("", kind_of(summary), str(summary.status))
            and self.source in ("", summary.source)
            and self.start in ("", start_of(summary))
            and not (self.errors and not summary.failed)
        )


def counts(found: Iterable[Summary], name: str) -> dict[str, int]:
    """How many of the invocations have each value of a filter; most first."""
    values = {"function": lambda each: each.function, "status": kind_of, "source": lambda each: each.source}
    read = {**values, "start": start_of}[name]
    return dict(Counter(read(each) for each in found).most_common())


def kind_of(summary: Summary) -> str:
    return "none" if summary.status is None else f"{summary.status // 100}xx"


def start_of(summary: Summary) -> str:
    return "cold" if summary.cold else "warm"
