"""ReportDesk: what the reports' pages ask. Reporters and rules are imported when a page asks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from services.models.all import Everything
from services.models.domain.report import Latest, Report, ReportInfo, Summary, latest_of
from services.models.kit.values import iso
from services.read.builds import Builder, Outdated, Progress

if TYPE_CHECKING:
    from services.reports.report import Sources
    from services.reports.store import ReportStore

QUICK = 5000  # resources whose reports are all made within a second
NOT_YET = "it was not made yet"


class ReportDesk(Protocol):
    """Every method but `reports` raises PoloError when reports can't be read."""

    def reports(self) -> Mapping[str, ReportInfo]: ...

    def index(self, everything: Everything, now: datetime) -> tuple[Latest, ...]:
        """How each report stands, by title."""
        ...

    def standing(self, name: str, everything: Everything, now: datetime) -> Latest:
        """The same of one report."""
        ...

    def report(self, name: str, day: str, everything: Everything, now: datetime) -> Report | None:
        """None when there is none of that day."""
        ...

    def trend(self, name: str, everything: Everything, now: datetime) -> tuple[Summary, ...]:
        """The summaries of the last 400 days, oldest first."""
        ...


class StoredReports:
    """As lambda_report has left them."""

    def __init__(self, store: Callable[[], ReportStore]) -> None:
        self.store = cache(store)

    def reports(self) -> Mapping[str, ReportInfo]:
        from services.reports.registry import REPORTERS

        return REPORTERS

    def index(self, everything: Everything, now: datetime) -> tuple[Latest, ...]:
        known = {latest.name: latest for latest in self.store().latest()}
        return tuple(
            replace(known.get(info.name) or _not_yet(info), title=info.title)
            for info in self.reports().values()
        )

    def standing(self, name: str, everything: Everything, now: datetime) -> Latest:
        return next(latest for latest in self.index(everything, now) if latest.name == name)

    def report(self, name: str, day: str, everything: Everything, now: datetime) -> Report | None:
        return self.store().report(name, day)

    def trend(self, name: str, everything: Everything, now: datetime) -> tuple[Summary, ...]:
        return self.store().trend(name)


class LocalReports(StoredReports):
    """Today's are made when a page asks, so that they say what the data and the code say now.

    Those of other days are there if `inv report` ran then. Those of a large estate are made all at once,
    beside the request.
    """

    def __init__(
        self,
        store: Callable[[], ReportStore],
        sources: Callable[[Everything, datetime], Sources],
        mark: Callable[[Everything, datetime], str],
        cache: Path | None = None,
        builder: Builder | None = None,
    ) -> None:
        """mark: another one whenever findings or the estate have changed.

        cache, builder: where and by what those of a large estate are made; None: here, each when asked for.
        """
        super().__init__(store)
        self._sources = sources
        self._mark = mark
        self._cache = cache
        self._builder = builder
        self._known: tuple[str, dict[str, Report | Latest]] = ("", {})

    def index(self, everything: Everything, now: datetime) -> tuple[Latest, ...]:
        stored = {latest.name: latest for latest in super().index(everything, now)}
        return tuple(self._standing(latest, everything, now) for latest in stored.values())

    def standing(self, name: str, everything: Everything, now: datetime) -> Latest:
        found = super().index(everything, now)
        return self._standing(next(each for each in found if each.name == name), everything, now)

    def make(self, target: Path, everything: Everything, now: datetime) -> None:
        """What the builder does. Raises Outdated for the file of another code or of other data than now."""
        if self._file(everything, now) != target:
            raise Outdated("the code or the data of the reports has changed", "ask again")
        from services.reports.made import write_made

        write_made(target, [self._made_here(name, everything, now) for name in self.reports()])

    def report(self, name: str, day: str, everything: Everything, now: datetime) -> Report | None:
        made = self._made(name, everything, now) if day == now.date().isoformat() else None
        return made if isinstance(made, Report) else super().report(name, day, everything, now)

    def trend(self, name: str, everything: Everything, now: datetime) -> tuple[Summary, ...]:
        stored = super().trend(name, everything, now)
        made = self._made(name, everything, now)
        if not isinstance(made, Report):
            return stored
        return (*(each for each in stored if each.day < made.day), made.summary)

    def _standing(self, stored: Latest, everything: Everything, now: datetime) -> Latest:
        """What no page asks the account that pays for stands as `inv report` has left it."""
        from services.reports.registry import REPORTERS

        made = self._made(stored.name, everything, now)
        left = isinstance(made, Latest) and REPORTERS[stored.name].payer and stored.tried
        return stored if left else _over(stored, made)

    def _made(self, name: str, everything: Everything, now: datetime) -> Report | Latest:
        count = everything.totals().count
        if self._builder is None or count <= QUICK:
            return self._made_here(name, everything, now)
        from services.reports.made import read_made
        from services.store.cached import is_cached

        path = self._file(everything, now)
        is_cached(path)  # what is damaged goes, and is made again
        making = Progress("Reporting on", "resources", count)
        arguments = (str(everything.path), iso(now) or "")
        return read_made(self._builder.file(path, making, arguments), name)

    def _file(self, everything: Everything, now: datetime) -> Path:
        from services.reports.made import file_of

        assert self._cache is not None  # noqa: S101
        return file_of(self._cache, f"{now.date()} {self._mark(everything, now)}")

    def _made_here(self, name: str, everything: Everything, now: datetime) -> Report | Latest:
        from services.reports.registry import REPORTERS
        from services.reports.run import attempt

        made = self._made_of(everything, now)
        if name not in made:
            made[name] = attempt(REPORTERS[name], self._sources(everything, now))
        return made[name]

    def _made_of(self, everything: Everything, now: datetime) -> dict[str, Report | Latest]:
        mark = f"{now.date()} {self._mark(everything, now)}"
        if self._known[0] != mark:
            self._known = (mark, {})
        return self._known[1]


def _over(stored: Latest, made: Report | Latest) -> Latest:
    """What was made now; where that came to nothing, what is stored stays, and says so."""
    if isinstance(made, Report):
        return latest_of(made)
    return replace(made, day=stored.day, figures=stored.figures)


def _not_yet(info: ReportInfo) -> Latest:
    return Latest(info.name, info.title, "unknown", "", NOT_YET)
