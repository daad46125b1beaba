"""A list that is on its way is seen to be: after a click on a facet, a sort or a page."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, Route, expect

ASKS = {
    "facet of resources": ("/resources/instances", "#facets .facet:not(.only-phone) a >> nth=1"),
    "sort of resources": ("/resources/instances", "#results th a >> text=Cost"),
    "page of resources": ("/resources", "#results .pager a"),
    "value in a row": ("/resources/instances", "#results td.a a >> nth=0"),
    "filter that goes": ("/resources/instances?owner=ml", "#results .chip-x >> nth=1"),
    "facet of findings": ("/cop/findings", "#facets a >> nth=5"),
    "sort of findings": ("/cop/findings", "#facets a >> text=Newest"),
    "page of findings": ("/cop/findings", "#results .pager a"),
    "facet of changes": ("/changes", "#facets .facet:not(.only-phone) a >> nth=1"),
    "cut of costs": ("/costs", "#results .switch a >> text=Service"),
}


@pytest.mark.parametrize("ask", ASKS)
def test_a_list_that_is_on_its_way_is_seen_to_be(page: Page, ask: str) -> None:
    path, link = ASKS[ask]
    page.goto(path)
    held: list[Route] = []
    page.route(lambda url: "/static/" not in url, lambda route: held.append(route))
    page.locator(link).first.click()
    results = page.locator("#results")
    expect(results).to_have_attribute("aria-busy", "true")
    expect(results).to_have_class("htmx-request")
    assert results.evaluate("each => getComputedStyle(each, '::before').height") == "3px"
    for route in held:
        route.continue_()
    page.unroute_all()
    expect(page.locator("#results[aria-busy=true], #results.htmx-request")).to_have_count(0)
