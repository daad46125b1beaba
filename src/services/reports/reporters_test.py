"""What every report promises, by being registered."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from errors import CollectError
from services.cop.judge.facts import NotKnown
from services.cop.judge.rule import NOW
from services.cop.store.findings import Findings
from services.cop.store.findings_writer import write_findings
from services.cop.store.port import Ledger
from services.costs.costs import Costs
from services.costs.local_store import LocalCostStore
from services.costs.writer import write_costs
from services.models.all import Everything
from services.models.domain.costs import PeriodCosts
from services.models.domain.report import Report
from services.models.everything.line import dump
from services.models.everything.writer import Writer
from services.models.kit.base import Call, Resource
from services.models.kit.scope import Scope, ScopeHead
from services.models.kit.values import Item
from services.reports.payer import Recorded
from services.reports.registry import REPORTERS
from services.reports.report import Example, Reporter, Sources, nobody_pays, report_of

THEN = int(NOW.timestamp() * 1000)


def no_findings() -> Findings:
    raise NotKnown("nobody has inspected the estate")


def sources_of(
    folder: Path, example: Example, *, now: datetime = NOW, failed: tuple[str, ...] = ()
) -> Sources:
    """The example's estate; failed: types whose last collection did not work."""
    ledger = Ledger("1", example.entries)
    write_findings(folder / "findings.sqlite", [ledger], (), now)

    def daily(_: Resource, metric: str, days: int) -> tuple[float | None, ...]:
        return ((None,) * days + tuple(example.daily.get(metric, ())))[-days:]

    everything = estate_of(folder / "estate.sqlite", example.resources, failed)
    payer = (lambda: Recorded(example.answers)) if example.answers else nobody_pays
    findings = Findings(folder / "findings.sqlite")
    costs = partial(costs_of, folder, example.costs)
    return Sources(now, everything, lambda: findings, daily, lambda *_: None, payer, costs)


def costs_of(folder: Path, told: tuple[PeriodCosts, ...]) -> Costs | None:
    if not told:
        return None
    store = LocalCostStore(folder / "costs.json", folder / "requests.json")
    store.keep(told)
    write_costs(folder / "costs.sqlite", store)
    return Costs(folder / "costs.sqlite")


def estate_of(path: Path, resources: tuple[Resource, ...], failed: tuple[str, ...] = ()) -> Everything:
    scopes: dict[Scope, list[bytes]] = defaultdict(list)
    for each in resources:
        scopes[Scope(each.account, each.region, each.type)].append(dump(each.to_json()).encode())
    writer = Writer(path)
    for scope, documents in scopes.items():
        status = "error" if scope.type in failed else "ok"
        head = ScopeHead(scope, generation=THEN, attempted=THEN, status=status, count=len(documents))
        writer.replace_scope(head, documents)
    writer.close()
    return Everything(path)


CASES = [
    pytest.param(reporter, example, id=f"{reporter.name}-{number}")
    for reporter in REPORTERS.values()
    for number, example in enumerate(reporter.examples)
]
every_reporter = pytest.mark.parametrize("reporter", REPORTERS.values(), ids=REPORTERS)


@pytest.mark.parametrize(("reporter", "example"), CASES)
def test_a_report_says_of_its_example_what_it_should(
    reporter: Reporter, example: Example, tmp_path: Path
) -> None:
    report = report_of(reporter, sources_of(tmp_path, example))
    assert report.rows == example.rows
    figures = report.summary.figures
    assert {name: figures[name] for name in example.figures} == example.figures
    assert report.day == "2026-11-20"


@every_reporter
def test_a_report_of_nothing_is_unknown_and_not_of_zeros(reporter: Reporter, tmp_path: Path) -> None:
    nothing = sources_of(tmp_path, Example((), (), {}))
    with pytest.raises(NotKnown):
        report_of(reporter, Sources(NOW, nothing.everything, no_findings, nothing.daily, nothing.earlier))


@pytest.mark.parametrize(("reporter", "example"), CASES)
def test_money_that_nobody_tells_is_unknown_and_not_0(
    reporter: Reporter, example: Example, tmp_path: Path
) -> None:
    """The same estate, and the same answers, without any amount in them: 0 is what is 0 of no thing."""
    with_amounts = report_of(reporter, sources_of(tmp_path, example)).summary.figures
    (tmp_path / "again").mkdir()
    priceless = replace(
        example,
        resources=tuple(replace(each, cost=None) for each in example.resources),
        entries=tuple(replace(each, saving=None, formula="") for each in example.entries),
        answers={operation: without_amounts(pages) for operation, pages in example.answers.items()},
        costs=(),
    )
    report = report_of(reporter, sources_of(tmp_path / "again", priceless))
    told = {figure.name: figure.value for figure in report.figures if figure.kind == "money"}
    assert {name for name, value in told.items() if value is not None and with_amounts[name] != 0} == set()
    money = [at for at, column in enumerate(report.columns) if column.kind == "money"]
    assert {row[at] for row in report.rows for at in money} <= {None}


def without_amounts(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: without_amounts(each) for name, each in value.items() if not is_amount(each)}
    if isinstance(value, (list, tuple)):
        return type(value)(map(without_amounts, value))
    return value


def is_amount(value: object) -> bool:
    return isinstance(value, (int, float, Decimal)) or (
        isinstance(value, str) and re.fullmatch(r"-?\d{1,9}(\.\d+)?", value) is not None
    )


@every_reporter
def test_a_report_explains_itself_and_can_be_stored(reporter: Reporter, tmp_path: Path) -> None:
    report = report_of(reporter, sources_of(tmp_path, reporter.examples[0]))
    assert all((reporter.title, reporter.about, reporter.examples, 5 <= len(report.figures) <= 20))
    assert all(len(row) == len(report.columns) for row in report.rows)
    assert len({row[: report.key] for row in report.rows}) == len(report.rows), "the key tells rows apart"
    assert Report.from_json(json.loads(json.dumps(report.to_json()))) == report


@pytest.mark.parametrize(
    "reporter", [each for each in REPORTERS.values() if each.types], ids=lambda each: each.name
)
def test_a_report_says_how_much_of_it_is_old(reporter: Reporter, tmp_path: Path) -> None:
    example = reporter.examples[0]
    failed = (example.resources[0].type,)
    report = report_of(reporter, sources_of(tmp_path, example, failed=failed))
    assert report.rows == example.rows, "what was known stays"
    assert any("failed" in note for note in report.notes)


@pytest.fixture
def growth(tmp_path: Path) -> Callable[[str], Report]:
    """The inventory of a day, with reports of a week before and of no other day."""

    def make(day: str) -> Report:
        now = datetime.fromisoformat(f"{day}T00:00:00Z")
        example = REPORTERS["inventory"].examples[0]
        known = sources_of(tmp_path, example, now=now)
        asked.append(known.day_before(7))
        before = report_of(REPORTERS["inventory"], known)
        earlier = {("inventory", known.day_before(7)): before}
        sources = Sources(now, known.everything, known.findings, known.daily, lambda *at: earlier.get(at))
        return report_of(REPORTERS["inventory"], sources)

    asked: list[str] = []
    make.asked = asked  # type: ignore[attr-defined]
    return make


@pytest.mark.parametrize(
    ("day", "week_before"),
    [
        ("2027-01-01", "2026-12-25"),
        ("2028-03-07", "2028-02-29"),
        ("2026-03-31", "2026-03-24"),  # summer time began on the 29th in Europe
    ],
)
def test_growth_is_told_against_the_same_day_of_the_week_before(
    growth: Callable[[str], Report], day: str, week_before: str
) -> None:
    report = growth(day)
    assert growth.asked == [week_before]  # type: ignore[attr-defined]
    assert {row[4] for row in report.rows} == {1, 2}
    assert report.summary.figures["week"] == 0
    assert report.summary.figures["month"] is None


class Refusing(Recorded):
    """Answers with this error code."""

    def pages(self, call: Call, region: str | None = None) -> Iterator[Item]:
        raise CollectError("it is not to be had", "enrol", str(self.answers["code"]))


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("AccessDeniedException", NotKnown),
        ("ValidationException", NotKnown),  # not enrolled
        ("ThrottlingException", CollectError),
    ],
)
def test_recommendations_that_aws_does_not_give_are_unknown_and_other_errors_a_failure(
    code: str, error: type[Exception], tmp_path: Path
) -> None:
    payer = Refusing({"code": code})  # type: ignore[dict-item]
    sources = replace(sources_of(tmp_path, Example((), (), {})), payer=lambda: payer)
    with pytest.raises(error, match="not to be had"):
        report_of(REPORTERS["cost-optimization-hub"], sources)
