"""Make today's reports and keep them; one that fails leaves the last good one, and says so."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator

from errors import PoloError
from services.cop.judge.facts import NotKnown
from services.models.domain.report import Latest, Report, Status, latest_of
from services.models.kit.values import iso
from services.reports.report import Reporter, Sources, report_of
from services.reports.store import ReportStore

logger = logging.getLogger(__name__)
Log = Callable[[str], object]  # told of the exception that is being handled


def make_reports(
    reporters: Iterable[Reporter], sources: Sources, store: ReportStore, log: Log
) -> Iterator[Latest]:
    """How each attempt ended. Raises PoloError when the store can't be written."""
    for reporter in reporters:
        made = attempt(reporter, sources, log)
        if isinstance(made, Report):
            store.keep(made)
            yield latest_of(made)
        else:
            store.note(made)
            yield made


def attempt(reporter: Reporter, sources: Sources, log: Log = logger.exception) -> Report | Latest:
    """Today's report, or why there is none. What nobody foresaw in one must not cost the others."""
    try:
        return report_of(reporter, sources)
    except NotKnown as reason:
        return _came_to_nothing(reporter, sources, "unknown", str(reason))
    except PoloError as error:
        return _came_to_nothing(reporter, sources, "failed", str(error))
    except Exception as error:
        log(f"report {reporter.name} failed")
        told = f"it failed unexpectedly ({type(error).__name__}); the log says where"
        return _came_to_nothing(reporter, sources, "failed", told)


def _came_to_nothing(reporter: Reporter, sources: Sources, status: Status, error: str) -> Latest:
    return Latest(reporter.name, reporter.title, status, iso(sources.now) or "", error)
