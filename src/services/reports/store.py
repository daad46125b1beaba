"""ReportStore: where dated reports are kept. One conformance suite runs against every one."""

from __future__ import annotations

from typing import Protocol

from services.models.domain.report import Latest, Report, Summary


class ReportStore(Protocol):
    """Each write is atomic: a reader sees one whole report or the next."""

    def keep(self, report: Report) -> None:
        """Put it in place of the same day's; what has expired is let go. Of a past day: the latest stays."""
        ...

    def note(self, attempt: Latest) -> None:
        """Remember that an attempt came to nothing; the last good report stays as it is."""
        ...

    def latest(self) -> tuple[Latest, ...]:
        """How each report stands, by name."""
        ...

    def report(self, name: str, day: str) -> Report | None:
        """None when there is none of that day, or it has expired."""
        ...

    def trend(self, name: str) -> tuple[Summary, ...]:
        """The summaries of the last 400 days, oldest first."""
        ...
