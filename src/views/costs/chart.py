"""Costs as stacked columns, one for each period: SVG made here, so it also prints."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dom import Element, Safe, text, x
from services.models.domain.costs import CostRow, Pivot
from views.links.context import Context
from views.links.costs import key_title, period_label, period_title
from views.parts.cost_words import CENT, spent
from views.parts.parts import ACCOUNT_CLASSES, account_classes, square

SERIES = 6  # the dearest; the others are one
REST = "rest"  # class of their colour
TICKS = 4
DOLLAR = 100 * CENT
UNITS = ((1_000_000, "M"), (1000, "k"))


@dataclass(frozen=True)
class Series:
    title: str
    colour: str
    nanos: tuple[int, ...]


def columns(context: Context, pivot: Pivot, names: Mapping[str, str], forecast: int | None = None) -> Element:
    """names: of accounts. forecast: nano-dollars that the last period will come to; None for none."""
    shown = series(context, pivot, names)
    most = _round_up(max([*pivot.totals, forecast or 0, CENT]))
    drawn = [
        _column(
            period, [(each, each.nanos[place]) for each in shown], pivot.totals[place], most,
            forecast if place == len(pivot.periods) - 1 else None,
        )
        for place, period in enumerate(pivot.periods)
    ]  # fmt: skip
    ticks = [x.span(_tick(most * step // TICKS, most)) for step in range(TICKS, -1, -1)]
    return x.div(
        x.div(class_="cols")(
            x.div(class_="cols-axis", aria_hidden="true")(ticks),
            x.div(class_="cols-plot" if len(drawn) <= 24 else "cols-plot many")(drawn),
        ),
        x.p(class_="legend")(
            [x.span(square(each.colour), each.title) for each in shown],
            x.span(Safe('<i class="sq dashed"></i>'), "forecast") if forecast else None,
        ),
    )


def series(context: Context, pivot: Pivot, names: Mapping[str, str]) -> list[Series]:
    """The dearest rows, and the others as one."""
    rows = [row for row in pivot.rows if row.key is not None]
    colours = account_classes(context)
    made = [
        Series(
            key_title(names, pivot.query.by, row.key),
            colours.get(row.key or "", "")
            if pivot.query.by == "account" and row.key in colours
            else ACCOUNT_CLASSES[place],
            row.nanos,
        )
        for place, row in enumerate(rows[:SERIES])
    ]
    rest = rows[SERIES:] + [row for row in pivot.rows if row.key is None]
    return [*made, Series("others", REST, sums(rest))] if rest else made


def sums(rows: Sequence[CostRow]) -> tuple[int, ...]:
    return tuple(map(sum, zip(*(row.nanos for row in rows), strict=True)))


def _column(
    period: str, parts: Sequence[tuple[Series, int]], total: int, most: int, forecast: int | None
) -> Safe:
    rects, top = [], 100.0
    for each, nanos in parts:
        if nanos <= 0:  # a credit has no height
            continue
        height = 100 * nanos / most
        top -= height
        title = text(f"{each.title}, {period_title(period)}: {spent(nanos)}")
        rects.append(
            f'<rect class="{text(each.colour)}" x="0" y="{top:.2f}" width="10" height="{height:.2f}">'
            f"<title>{title}</title></rect>"
        )
    if forecast and forecast > total:
        height = 100 * (forecast - max(total, 0)) / most
        rects.append(
            f'<rect class="dashed" x="0.4" y="{top - height:.2f}" width="9.2" height="{height:.2f}">'
            f"<title>forecast: {spent(forecast)}</title></rect>"
        )
    label = period_label(period).split()[0]
    return Safe(
        f'<div class="col"><svg viewBox="0 0 10 100" preserveAspectRatio="none" role="img"'
        f' aria-label="{text(period_title(period))}: {spent(total)}">{"".join(rects)}</svg>'
        f'<span aria-hidden="true">{text(label)}</span></div>'
    )


def _round_up(nanos: int) -> int:
    """The next figure that can be divided by TICKS into round ones."""
    step = 1
    while True:
        for factor in (4, 8, 12, 20, 32):
            if step * factor >= nanos:
                return step * factor
        step *= 10


def _tick(nanos: int, most: int) -> str:
    """One unit for the whole axis: that of its top, `most`."""
    size, unit = next((each for each in UNITS if most >= 10 * each[0] * DOLLAR), (1, ""))
    return f"${nanos / DOLLAR / size:,g}{unit}" if nanos else "$0"
