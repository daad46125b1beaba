"""The metrics of one resource: thirty days of each as columns, with the same in words."""

from __future__ import annotations

from datetime import date

from dom import Child, Element, Safe, text, x
from services.models.domain.daily import DAY, KEPT, Daily, Values
from services.models.kit.base import Document, Metric, Reading, ResourceType
from views.links.format import UNKNOWN, amount, day_of, plural
from views.parts.parts import card

STEP, HEIGHT = 4, 32  # of a day's column
Figure = Metric | Reading


def card_of(kind: ResourceType, document: Document, daily: Daily | None, trouble: str = "") -> Element | None:
    """A card, or None for a type that has no metrics. trouble: why the values can't be read."""
    if not kind.has_daily:
        return None
    figures = _figures(kind, document, daily)
    if trouble or not figures:
        why = trouble or "CloudWatch is not asked about it as it is now"
        return card("Metrics", x.p(class_="mut")(f"{UNKNOWN}: {why}"))
    shown = x.div(class_="metrics")([_figure(each, daily) for each in figures])
    return card("Metrics", shown, note=f"{KEPT} days to {_day(daily.last)}, UTC" if daily else None)


def _figures(kind: ResourceType, document: Document, daily: Daily | None) -> list[Figure]:
    """What is known of the resource, and what would be asked for in its state; each key once."""
    resource, known = kind.model.from_json(document), daily.values if daily else {}
    asked = [each for each in kind.metrics if each.when(resource)]
    earlier = [each for each in kind.metrics if each.key in known]
    every: list[Figure] = [*earlier, *asked, *kind.readings]
    return list({each.key: each for each in every}.values())


def _figure(figure: Figure, daily: Daily | None) -> Element:
    values = daily.of(figure.key, daily.last, KEPT) if daily else (None,) * KEPT
    known = [value for value in values if value is not None]
    if daily is None or not known:
        sparse = isinstance(figure, Metric) and figure.sparse
        note = "CloudWatch has it only of days with activity" if sparse else "no value yet"
        return _box(figure, x.span(class_="mut")(UNKNOWN), None, note)
    day, last = next(
        (day, value) for day, value in reversed(_by_day(values, daily.last)) if value is not None
    )
    latest: Child = [
        amount(last, figure.unit),
        x.span(class_="mut")(f" {_day(day)}") if day != daily.last else None,
    ]
    return _box(figure, latest, _columns(figure, values, daily.last), _range(known, len(values), figure.unit))


def _box(figure: Figure, latest: Child, columns: Safe | None, note: str) -> Element:
    return x.div(class_="metric")(
        x.div(class_="metric-head")(x.span(figure.title), x.b(class_="num")(latest)),
        columns or x.div(class_="spark none"),
        x.div(class_="mut num")(note),
    )


def _range(known: list[float], days: int, unit: str) -> str:
    low, high = amount(min(known), unit), amount(max(known), unit)
    span = low if low == high else f"{low} to {high}"
    missing = days - len(known)
    return f"{span}, {plural(missing, 'day')} unknown" if missing else span


def _columns(figure: Figure, values: Values, last: date) -> Safe:
    """A column a day; none for a day that is unknown, a line for 0. Percentages stand against 100."""
    known = [value for value in values if value is not None]
    most = max(100.0 if figure.unit == "%" else 0.0, *known) or 1.0
    rects = "".join(
        f'<rect x="{place * STEP}" y="{HEIGHT - height:.1f}" width="{STEP - 1}" height="{height:.1f}">'
        f"<title>{text(f'{_day(day)}: {amount(value, figure.unit)}')}</title></rect>"
        for place, (day, value) in enumerate(_by_day(values, last))
        if value is not None and (height := max(1.0, HEIGHT * value / most))
    )
    words = f"{figure.title}, {len(values)} days to {_day(last)}: {_range(known, len(values), figure.unit)}"
    return Safe(
        f'<svg class="spark" viewBox="0 0 {STEP * len(values) - 1} {HEIGHT}" preserveAspectRatio="none"'
        f' role="img" aria-label="{text(words)}">{rects}</svg>'
    )


def _by_day(values: Values, last: date) -> list[tuple[date, float | None]]:
    first = last - (len(values) - 1) * DAY
    return [(first + place * DAY, value) for place, value in enumerate(values)]


def _day(day: date) -> str:
    return day_of(day)
