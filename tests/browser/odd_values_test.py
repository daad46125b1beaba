"""Names, owners and moments that nobody expects: on every page that shows them one can read and click."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import served, watched
from tests.browser.widths_test import CUT, FIGURES
from tests.web_routes import copied_demo

ODD = {
    "long": "long-" * 2000,
    "one word": "w" * 10_000,
    "blank": "   \u2003\u200b ",
    "right to left": "\u202eשרת-הייצור \u202d(1)",
    "markup": "<b>&amp;\"'`${x}",
    "marks": "Z\u0351\u036b\u0343" * 40,
}
FUTURE = "2031-01-01T00:00:00Z"
TOO_SMALL = "0.0004"
WIDTHS = (360, 768, 1366, 1920)
OWNER = 256  # characters that a tag of AWS has at most
HIGHEST = 12_000  # pixels of a page of fifty rows

# A link that can be seen and hit, within the window.
HIT = """link => {
    link.scrollIntoView({block: 'center'});
    const box = link.getClientRects()[0];
    const x = Math.min(box.left + 8, box.right - 1), y = box.top + box.height / 2;
    const hit = document.elementFromPoint(x, y);
    const shown = link.innerText.replace(/[\\\\s\\u200b\\u202a-\\u202e]/g, '');
    if (!shown) return 'nothing of its text can be seen';
    if (box.width < 8 || box.height < 12) return `only ${box.width} by ${box.height} px`;
    return link === hit || link.contains(hit) ? '' : 'it can not be hit';
}"""


def odd_estate(data: Path) -> list[dict[str, Any]]:
    """Puts an odd value on an instance each, as name, owner, tag and state; answers the instances."""
    estate = json.loads(data.read_text("utf-8"))
    instances = [item for item in estate["items"] if item["type"] == "instances"][: len(ODD)]
    for item, value in zip(instances, ODD.values(), strict=True):
        item |= {"name": value, "owner": value[:OWNER], "created": FUTURE, "cost": TOO_SMALL, "zone": value}
        item["tags"] = {"Name": value, "Owner": value[:OWNER], value[:128]: value}
        estate["history"].append(_change(item, "appeared", {}))
        estate["history"].append(_change(item, "changed", {"name": ["a", value], "owner": [value, None]}))
    ids = list(estate["meta"]["accounts"])[: len(ODD)]
    estate["meta"]["accounts"] |= dict(zip(ids, ODD.values(), strict=False))
    data.write_text(json.dumps(estate), "utf-8")
    return instances


def _change(item: dict[str, Any], kind: str, fields: dict[str, Any]) -> dict[str, Any]:
    keys = {key: item[key] for key in ("account", "id", "name", "region", "type")}
    return {**keys, "at": "2026-11-20T19:00:00Z", "fields": fields, "kind": kind}


@pytest.fixture(scope="module")
def odd(styled: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """The address of a dev server over the odd estate, and its instances."""
    folder = tmp_path_factory.mktemp("odd")
    data = copied_demo(folder)
    instances = odd_estate(data)
    with served(LOCAL_DATA_PATH=str(data), CACHE_PATH=str(folder / "cache")) as address:
        yield address, instances


def pages(instances: list[dict[str, Any]]) -> Iterator[str]:
    days = "from=2026-11-01&to=2026-11-20"
    yield from ("/", "/resources?sort=cost", "/resources/instances?sort=-created", "/accounts", "/sync")
    yield from ("/cop", "/cop?by=owner", "/cop/findings", f"/changes?{days}", "/costs", "/costs?by=owner")
    yield from ("/reports/waste", "/reports/cost-by-owner", "/reports/inventory", "/cop/mutes")
    for item in instances:
        key = "/".join(quote(item[part], safe="") for part in ("type", "account", "region", "id"))
        yield from (f"/resources/{key}", f"/cop/why/{key}")
        yield f"/cop/findings?{urlencode({'q': item['id']})}"
        yield f"/changes?{days}&{urlencode({'q': item['id']})}"
        yield f"/cop/mutes?{urlencode({'name': item['name'][:300]})}"
        yield f"/resources?{urlencode({'owner': item['owner']})}"


def troubles(page: Page, width: int) -> Iterator[str]:
    page.set_viewport_size({"width": width, "height": 900})
    yield from page.evaluate(CUT, FIGURES)
    if (height := page.evaluate("document.documentElement.scrollHeight")) > HIGHEST:
        yield f"the page is {height} px high"
    if not page.locator("h1").first.inner_text().strip(" \u2003\u200b"):
        yield "its heading can't be seen"
    for link in page.locator("#results tbody tr .n > a, .findings .two > b a, .changes .what a").all()[:12]:
        if trouble := link.evaluate(HIT):
            yield f"{link.inner_text()[:30]!r}: {trouble}"


def test_every_page_with_odd_values_can_be_used(browser: Browser, odd: tuple[str, Any]) -> None:
    address, instances = odd
    context = browser.new_context(base_url=address)
    found: list[str] = []
    with watched(context.new_page()) as page:
        for path in pages(instances):
            answer = page.goto(path)
            assert answer is not None
            assert answer.status == 200, path[:200]
            for width in WIDTHS:
                found += [f"{path[:120]} at {width}: {each}" for each in troubles(page, width)]
    context.close()
    assert not found, "\n".join(found)


def test_moments_to_come_and_costs_below_a_cent_are_said(browser: Browser, odd: tuple[str, Any]) -> None:
    address, instances = odd
    page = browser.new_page(base_url=address)
    page.goto("/resources/instances?sort=-created")
    assert page.locator("#results tbody td.age").first.inner_text().startswith("in ")
    assert page.locator("#results tbody td.cost").first.inner_text() == "<$0.01"
    key = "/".join(quote(instances[0][part], safe="") for part in ("type", "account", "region", "id"))
    page.goto(f"/resources/{key}")
    assert "in the future" in page.locator(".facts").first.inner_text()
    assert "<$0.01 a month" in page.locator(".facts").first.inner_text()
    page.close()
