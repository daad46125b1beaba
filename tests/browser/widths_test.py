"""No figure is cut on any page, from a small phone to a wide screen."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from services.models import RESOURCE_TYPES
from tests.web_routes import sampled_paths

HEIGHT = 900
WIDTHS = (360, 390, 683, 768, 1024, 1366, 1920, 2560)  # 683 is what is left of 1366 at a zoom of 200 %
FIGURES = (
    "td.r, tfoot th, .num, .mark, .figure-value, .cols-axis span, .metric b, .metric .mut, .share, .end, time"
)
NO_PAGES = ("/api/", "/auth/", "/static/", "/health", "/favicon")

CUT = (Path(__file__).parent / "cut.js").read_text("utf-8")


@pytest.fixture(scope="module")
def sheet(browser: Browser, address: str) -> Iterator[Page]:
    """One page for all widths: what it has loaded once it has at hand."""
    context = browser.new_context(base_url=address)
    yield context.new_page()
    context.close()


def lists(sheet: Page) -> list[str]:
    """Every page of the console, and the list of every type of which there is something."""
    counts = asked(sheet, "/api/summary")["by_type"]
    return pages_of(sheet) + [f"/resources/{name}" for name in RESOURCE_TYPES if name in counts]


def pages_of(sheet: Page) -> list[str]:
    """A page of each route that has one."""
    paths = sampled_paths("GET", partial(asked, sheet))
    return [path for path in paths if not path.startswith(NO_PAGES)]


def asked(sheet: Page, path: str) -> Any:
    answer = sheet.request.get(path)
    assert answer.ok, path
    return answer.json()


def test_no_figure_is_cut_on_any_page_at_any_width(sheet: Page) -> None:
    found: list[str] = []
    for path in lists(sheet):
        sheet.goto(path)
        for width in WIDTHS:
            sheet.set_viewport_size({"width": width, "height": HEIGHT})
            found += [f"{path} at {width}: {complaint}" for complaint in sheet.evaluate(CUT, FIGURES)]
    assert not found, "\n".join(found)
