"""What could be saved: the open findings that know a saving."""

from __future__ import annotations

from decimal import Decimal

from services.cop.judge.rule import ago, example
from services.cop.registry import RULES
from services.models.domain.finding import without_data
from services.models.domain.findings import FindingQuery, FindingRow, FindingTotals
from services.models.domain.report import Column, Figure, Row
from services.models.kit.values import cents
from services.reports.examples import ACCOUNT, REGION, entry
from services.reports.of_findings import ABOUT, KEY, SINCE, about, since
from services.reports.report import Content, Example, Reporter, Sources, dearest_first

OPEN = FindingQuery(filters={"status": ("open",)})
SAVING = 7


def make(sources: Sources) -> Content:
    findings = sources.findings()
    shown = [row for row in findings.every(OPEN) if row.entry.saving is not None]
    totals = findings.totals(OPEN)
    figures = (
        Figure("saving", "Saving a month", _known(totals.saving, totals, sources), "money"),
        Figure("hints", "Perhaps more", _known(totals.hints, totals, sources), "money"),
        Figure("findings", "Findings with a saving", len(shown)),
        Figure("resources", "Resources", len({row.entry.key for row in shown})),
        Figure("unowned", "Of nobody", sum(not row.entry.owner for row in shown)),
    )
    return Content(dearest_first(map(_row, shown), SAVING), figures)


def _known(cents: int, totals: FindingTotals, sources: Sources) -> int | None:
    """None where no finding has a figure, or there may be findings that no rule could look for."""
    if not cents and without_data(RULES.values(), sources.everything.collected_types()):
        return None
    return totals.known(cents)


def _row(row: FindingRow) -> Row:
    entry = row.entry
    saving = cents(str(entry.saving))
    return *about(entry), saving, entry.confidence, since(entry)


_VOLUME = example("volumes", id="vol-1", name="data", owner="ada")
_OTHER = example("volumes", id="vol-2", name="logs", owner=None)
_SINCE = ago(2)[:10]

REPORTER = Reporter(
    name="waste",
    title="Waste",
    about="Open findings with a saving. In the totals each dollar is saved once, whatever overlaps.",
    columns=(
        *ABOUT,
        Column("saving", "Saving a month", "money"),
        Column("confidence", "Confidence"),
        SINCE,
    ),
    key=KEY,
    make=make,
    examples=(
        Example(
            (_VOLUME, _OTHER),
            entries=(
                entry("EBS-GP2", _VOLUME, saving=Decimal("2.00")),
                entry("EBS-UNATTACHED", _VOLUME, saving=Decimal("10.00")),
                entry("EBS-IDLE", _OTHER, saving=Decimal("3.00"), confidence="hint"),
                entry("TAG-REQUIRED", _OTHER, saving=None),
            ),
            rows=tuple(
                (rule, ACCOUNT, REGION, "volumes", *rest, _SINCE)
                for rule, *rest in (
                    ("EBS-UNATTACHED", "vol-1", "data", "ada", 1000, "certain"),
                    ("EBS-IDLE", "vol-2", "logs", None, 300, "hint"),
                    ("EBS-GP2", "vol-1", "data", "ada", 200, "certain"),
                )
            ),
            figures={"saving": 1000, "hints": 300, "findings": 3, "resources": 2, "unowned": 1},
        ),
    ),
)
