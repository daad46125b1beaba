"""Reports: what there is, how it stands, and the first figures of each."""

from __future__ import annotations

from collections.abc import Mapping

from dom import Element, x
from services.models.domain.report import Latest, ReportInfo
from services.models.everything.coverage import Coverage
from views.links.context import Context
from views.links.format import dated, plural
from views.links.reports import report_url, reports_url
from views.parts.list_state import NOTHING_SAID, collected, line, not_collected
from views.parts.parts import page_head
from views.parts.report_values import plain
from views.shell import layout

FIGURES = 3  # of each report


def view(
    context: Context,
    infos: Mapping[str, ReportInfo],
    index: tuple[Latest, ...],
    coverage: Coverage = NOTHING_SAID.coverage,
) -> Element:
    """The whole page. index: how each report stands. coverage: of the scopes they are made of."""
    good = sum(latest.status == "ok" for latest in index)
    head = page_head(x.h1("Reports"), None, [x.a(class_="btn", href=reports_url(context, "/api"))("JSON")])
    count = line(f"{good} of {plural(len(index), 'report')} up to date", *collected(context, coverage))
    empty = not_collected(context, coverage) if coverage.nothing else None
    lines = [_line(context, infos[latest.name], latest) for latest in index]
    table = x.div(class_="table-card")(x.ul(class_="reports")(lines))
    return layout.page(context, "Reports", [head, count, empty, table])


def _line(context: Context, info: ReportInfo, latest: Latest) -> Element:
    figures = [
        x.span(x.b(class_="num")(plain(figure.kind, figure.value)), x.span(class_="mut")(dated(figure.title)))
        for figure in latest.figures[:FIGURES]
    ]
    return x.li(
        x.a(href=report_url(context, info.name))(
            x.span(class_="two")(x.b(info.title), x.span(info.about)),
            x.span(class_="report-figures")(figures),
            x.span(class_="end")(standing(latest)),
        )
    )


def standing(latest: Latest) -> Element:
    """The day of the last good report; and if the last attempt came to nothing, that and why."""
    since = dated(latest.day) if latest.day else "none yet"
    if latest.status == "ok":
        return x.span(class_="num")(since)
    word = "failed" if latest.status == "failed" else "unknown"
    colour = "sev sev-high" if latest.status == "failed" else "sev sev-info"
    return x.span(title=latest.error)(
        x.span(class_=colour)(word), x.span(class_="num mut")(f" last: {since}")
    )
