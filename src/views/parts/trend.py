"""A figure's trend as a line: a point for each day that there is a report of."""

from __future__ import annotations

from datetime import date

from dom import Safe, text
from services.models.domain.report import Figure, Summary
from views.links.format import dated
from views.parts.report_values import plain

WIDTH, HEIGHT, EDGE = 120, 26, 3


def trend_line(figure: Figure, trend: tuple[Summary, ...]) -> Safe | None:
    """None while fewer than two days are known. A day that is unknown breaks the line."""
    days = [date.fromisoformat(each.day).toordinal() for each in trend]
    values = [each.figures.get(figure.name) for each in trend]
    known = [(each, value) for each, value in zip(trend, values, strict=True) if value is not None]
    if len(known) < 2:
        return None
    low, high = min(value for _, value in known), max(value for _, value in known)
    span, height = (days[-1] - days[0]) or 1, (high - low) or 1
    path, pen = [], "M"
    for day, value in zip(days, values, strict=True):
        if value is None:
            pen = "M"
            continue
        x = EDGE + (WIDTH - 2 * EDGE) * (day - days[0]) / span
        y = HEIGHT - EDGE - (HEIGHT - 2 * EDGE) * (value - low) / height
        path.append(f"{pen}{x:.1f} {y:.1f}h.1")
        pen = "L"
    (first, start), (last, end) = known[0], known[-1]
    ends = ((start, first), (end, last))
    words = ", ".join(f"{plain(figure.kind, value)} on {dated(each.day)}" for value, each in ends)
    return Safe(
        f'<svg class="trend" viewBox="0 0 {WIDTH} {HEIGHT}" preserveAspectRatio="none" role="img"'
        f' aria-label="{text(words)}"><title>{text(words)}</title><path d="{"".join(path)}"/></svg>'
    )
