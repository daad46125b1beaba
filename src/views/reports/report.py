"""A report: its figures with their trend, its rows, and what became of them since another day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from dom import Child, Element, x
from services.models.domain.report import Figure, Latest, Report, ReportInfo, Summary
from services.models.everything.coverage import Coverage
from views.links.context import Context
from views.links.format import ago, dated, plural, utc
from views.links.reports import report_url, reports_url
from views.parts.list_state import NOTHING_SAID, collected, how_to_collect, line
from views.parts.parts import page_head
from views.parts.report_values import plain
from views.parts.trend import trend_line
from views.reports.rows import differences, rows
from views.shell import layout

DAYS = 60  # of a trend


@dataclass(frozen=True)
class Shown:
    """report: None while there is none. days: those that there are reports of, newest first.

    trend: summaries up to the report's day, oldest first. against: the report to compare with.
    """

    info: ReportInfo
    standing: Latest
    report: Report | None
    days: tuple[str, ...]
    trend: tuple[Summary, ...]
    against: Report | None = None


def view(context: Context, shown: Shown, coverage: Coverage = NOTHING_SAID.coverage) -> Element:
    """The whole page. coverage: of all scopes."""
    report, info = shown.report, shown.info
    crumbs = x.nav(class_="crumbs", aria_label="Breadcrumb")(x.a(href=reports_url(context))("Reports"))
    head = page_head(x.h1(info.title), None, _actions(context, shown) if report else ())
    content: list[Child] = [crumbs, head, _line(context, shown, coverage), x.p(class_="mut mb-4")(info.about)]
    content.append(_trouble(shown.standing))
    if report is None:
        others = _days(context, shown)
        return layout.page(context, info.title, [*content, others if shown.days else _nothing(context)])
    content += [x.p(class_="card notice-line")(dated(note)) for note in report.notes]
    content += [_figures(report, shown.trend), _days(context, shown)]
    if shown.against is not None:
        content.append(differences(context, report, shown.against))
    content.append(rows(context, report))
    return layout.page(context, info.title, content)


def _line(context: Context, shown: Shown, coverage: Coverage) -> Element:
    report = shown.report
    if report is None:
        return line("can't be read" if shown.days else "no report yet")
    made = x.span(title=utc(report.generated))(f"made {ago(context.now, report.generated)}")
    return line(plural(len(report.rows), "row"), dated(report.day), made, *collected(context, coverage))


def _actions(context: Context, shown: Shown) -> list[Child]:
    name, day = shown.info.name, shown.report.day if shown.report else ""
    against = shown.against.day if shown.against else ""
    return [
        x.a(class_="btn", href=report_url(context, name, day, format="csv"), download=True)("CSV"),
        x.a(class_="btn", href=report_url(context, name, day, against=against, api="/api"))("JSON"),
    ]


def _trouble(standing: Latest) -> Element | None:
    if standing.status == "ok":
        return None
    kept = f" This is the report of {dated(standing.day)}." if standing.day else ""
    what = "failed" if standing.status == "failed" else "came to nothing"
    when = f", {utc(standing.tried)}" if standing.tried else ""
    told = f"The last attempt{when}, {what}: {standing.error}.{kept}"
    return x.p(class_="card notice-line", role="status")(told)


def _nothing(context: Context) -> Element:
    make = x.p("Then make the reports: ", x.code("inv report"))
    return x.div(class_="card empty")(
        x.h2("Unknown"),
        x.p("There is no report until its data is there."),
        how_to_collect(context),
        None if context.deployed else make,
    )


def _figures(report: Report, trend: tuple[Summary, ...]) -> Element:
    return x.div(class_="figures report-trends")(
        [_figure(figure, trend[-DAYS:]) for figure in report.figures]
    )


def _figure(figure: Figure, trend: tuple[Summary, ...]) -> Element:
    return x.div(class_="figure")(
        x.div(class_="label")(dated(figure.title)),
        x.div(class_="figure-value")(plain(figure.kind, figure.value)),
        trend_line(figure, trend),
    )


def _days(context: Context, shown: Shown) -> Element | None:
    """Which day, and which other to compare it with; a plain form. Nothing while there is one day only."""
    day = shown.report.day if shown.report else ""
    if not {*shown.days} - {day}:
        return None
    against = shown.against.day if shown.against else ""
    others = [("", "no other day"), *((each, dated(each)) for each in shown.days if each != day)]
    return x.form(class_="span", method="get", action=report_url(context, shown.info.name))(
        x.label(x.span("Day"), _choice("date", [(each, dated(each)) for each in shown.days], day)),
        x.label(x.span("Compared with"), _choice("against", others, against)),
        x.button(class_="btn", type="submit")("Show"),
    )


def _choice(name: str, options: Iterable[tuple[str, str]], chosen: str) -> Element:
    return x.select(class_="day", name=name)(
        [x.option(value=value, selected=value == chosen)(title) for value, title in options]
    )
