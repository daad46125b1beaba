"""Addresses of the reports' pages: a report, its day and the day that it is compared with."""

from __future__ import annotations

from urllib.parse import urlencode

from views.links.context import Context
from views.links.links import part


def reports_url(context: Context, api: str = "") -> str:
    return f"{context.prefix}{api}/reports"


def report_url(
    context: Context, name: str, day: str = "", *, against: str = "", api: str = "", format: str = ""
) -> str:
    """day: "" for the newest. against: the day to compare it with."""
    pairs = [("date", day), ("against", against), ("format", format)]
    parameters = urlencode([pair for pair in pairs if pair[1]])
    return f"{reports_url(context, api)}/{part(name)}" + (f"?{parameters}" if parameters else "")
