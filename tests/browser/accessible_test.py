"""Every page by axe's full rule set: light, dark, in forced colours and on a phone."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass
from typing import Literal

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, Page

from tests.browser.conftest import watched
from tests.browser.widths_test import pages_of

# All tags that axe has, but for level AAA, of which contrast alone would rule the look out.
TAGS = (
    ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice", "experimental", "ACT"]
    + ["section508", "TTv5", "EN-301-549"]
)  # fmt: skip
OFF_BY_DEFAULT = ("target-size", "label-content-name-mismatch", "css-orientation-lock", "p-as-heading")
OPTIONS = {
    "runOnly": {"type": "tag", "values": TAGS},
    "rules": {name: {"enabled": True} for name in OFF_BY_DEFAULT}
    | {"color-contrast-enhanced": {"enabled": False}},
    "resultTypes": ["violations"],
}


@dataclass(frozen=True)
class Look:
    """How somebody sees a page: colours, and the width of the window in pixels."""

    scheme: Literal["light", "dark"]
    forced: Literal["active", "none"]
    width: int


LOOKS = (Look("light", "none", 1440), Look("dark", "none", 390), Look("dark", "active", 1440))
MORE = (
    "/nowhere",
    "/costs?by=service&account=719305528840",
    "/costs?by=owner&from=2026-11-01&to=2026-11-19",
    "/costs?from=2020-01&to=2020-02",
    "/changes?q=no-such-thing",
    "/resources/volumes?owner=none",
    "/resources?q=no-such-thing&owner=ml",
    "/cop/mutes?rule=EBS-GP2",
    "/cop/why/marqoindexes/marqo/global/image-search-04",
    "/reports/commitments",
    "/reports/waste",
    "/sync?account=719305528840&type=functions&asked=1",
)


def violations(page: Page) -> list[str]:
    """What axe, which the page has loaded, finds: rule, and the first element that breaks it."""
    found = page.evaluate("options => axe.run(options)", OPTIONS)["violations"]
    return [f"{each['id']}: {each['nodes'][0]['html'][:200]}" for each in found]


def test_no_page_breaks_a_rule_of_axe_however_it_is_seen(browser: Browser, address: str) -> None:
    context = browser.new_context(base_url=address)
    page = context.new_page()
    found: list[str] = []
    for path in (*pages_of(page), *MORE):
        with watched(page) if path != "/nowhere" else nullcontext():  # Chromium calls a 404 an error
            page.goto(path)
            page.evaluate(AXE_SCRIPT)
            for look in LOOKS:
                page.emulate_media(color_scheme=look.scheme, forced_colors=look.forced)
                page.set_viewport_size({"width": look.width, "height": 900})
                found += [f"{path} as {look}: {each}" for each in violations(page)]
    context.close()
    assert not found, "\n".join(found)
