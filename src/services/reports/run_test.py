from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from errors import PoloError
from services.cop.judge.facts import NotKnown
from services.models.domain.report import Column, Figure
from services.reports.local_store import LocalReportStore
from services.reports.report import Content, Example, Reporter, Sources
from services.reports.reporters_test import sources_of
from services.reports.run import make_reports

GOOD = Reporter(
    name="good",
    title="Good",
    about="a",
    columns=(Column("id", "Id"),),
    make=lambda _: Content((("a",),), (Figure("n", "N", 1),)),
    examples=(),
)


def failing(error: Exception) -> Reporter:
    def make(_: Sources) -> Content:
        raise error

    return replace(GOOD, name="bad", title="Bad", make=make)


@pytest.fixture
def sources(tmp_path: Path) -> Sources:
    return sources_of(tmp_path, Example((), (), {}))


@pytest.mark.parametrize(
    ("error", "status", "told"),
    [
        (NotKnown("keys were never collected"), "unknown", "keys were never collected"),
        (PoloError("no table", "make one"), "failed", "no table. Way out: make one"),
        (KeyError("secret-value"), "failed", "KeyError"),
    ],
)
def test_a_report_that_can_not_be_made_keeps_yesterdays_and_costs_no_other(
    sources: Sources, tmp_path: Path, error: Exception, status: str, told: str
) -> None:
    store, logged = LocalReportStore(tmp_path / "reports", lambda: sources.now), []
    [before] = make_reports([replace(GOOD, name="bad")], sources, store, logged.append)
    bad, good = make_reports([failing(error), GOOD], sources, store, logged.append)
    assert (bad.status, good.status) == (status, "ok")
    assert told in bad.error
    assert "secret-value" not in bad.error
    kept = next(latest for latest in store.latest() if latest.name == "bad")
    assert (kept.status, kept.day, kept.figures) == (status, before.day, before.figures)
    assert store.report("bad", before.day) is not None
    assert bool(logged) is isinstance(error, KeyError)
