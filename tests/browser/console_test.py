"""The console as a person uses it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect


def costs(page: Page) -> list[float]:
    """What the rows of the list cost, from the first on; unknown ones left out."""
    cells = page.locator("#results tbody td.cost").all_inner_texts()
    return [float(cell.strip("<$").replace(",", "")) for cell in cells if cell != "unknown"]


def detail_path(page: Page) -> str:
    page.goto("/resources/instances")
    return str(page.locator("#results tbody a[href*='/resources/instances/']").first.get_attribute("href"))


def test_home_search_sort_detail_and_back(page: Page) -> None:
    page.goto("/")
    expect(page.locator("h1")).to_have_text("Home")
    page.keyboard.press("/")
    page.keyboard.type("search-node")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/resources\?.*q=search-node"))
    count = page.locator("#results tbody tr").count()
    assert count > 3

    page.locator("#results th a", has_text="Cost").click()
    expect(page.locator("#results th[aria-sort]").filter(has_text="Cost")).to_be_visible()
    expect(page).to_have_url(re.compile("sort=-?cost"))
    assert costs(page) == sorted(costs(page), reverse=True)
    assert len(costs(page)) > 3
    listed = page.url

    page.locator("#results tbody a[href*='/resources/']").first.click()
    expect(page.locator("#main h2", has_text="Overview")).to_be_visible()
    page.go_back()
    expect(page).to_have_url(listed)
    expect(page.locator("#results tbody tr")).to_have_count(count)
    expect(page.locator("input[name=q]").first).to_have_value("search-node")


def test_typing_searches_and_the_url_holds_the_state(page: Page) -> None:
    page.goto("/resources/instances")
    before = page.locator("#results tbody tr").count()
    page.locator("input[name=q]").first.press_sequentially("bastion")
    expect(page).to_have_url(re.compile("q=bastion"))
    page.wait_for_function("n => document.querySelectorAll('#results tbody tr').length < n", arg=before)
    shown = page.locator("#results tbody tr").count()
    page.reload()
    expect(page.locator("#results tbody tr")).to_have_count(shown)


def test_a_click_on_a_value_filters_by_it(page: Page) -> None:
    page.goto("/resources/instances")
    page.locator("#results tbody td a", has_text="prod").first.click()
    expect(page).to_have_url(re.compile(r"account=\d{12}"))
    page.go_back()
    expect(page).to_have_url(re.compile(r"/resources/instances$"))


def test_changes_are_searched_filtered_and_kept_in_the_address(page: Page) -> None:
    page.goto("/changes")
    entries = page.locator("#results .changes li")
    before = entries.count()
    assert before > 10
    page.locator("#results .facet a", has_text="vanished").click()
    expect(page).to_have_url(re.compile("kind=vanished"))
    expect(entries.locator(".kind.changed")).to_have_count(0)
    assert 0 < entries.count() < before
    page.locator("#words").press_sequentially("no such thing")
    expect(page.locator("#results h2", has_text="Nothing matches")).to_be_visible()
    expect(page.locator("#heading")).to_contain_text("0 of")
    page.reload()
    expect(page.locator("#words")).to_have_value("no such thing")
    page.locator("#results a", has_text="Clear search and filters").click()
    expect(entries).to_have_count(before)
    expect(page.locator("#words")).to_have_value("")


def test_a_change_leads_to_its_resource_and_its_history(page: Page) -> None:
    page.goto("/changes?kind=changed")
    page.locator("#results .changes .what a").first.click()
    expect(page.locator("#main h2", has_text="History")).to_be_visible()
    expect(page.locator("#main .of-one li")).not_to_have_count(0)


def test_the_demo_cannot_be_collected_again_and_says_so(page: Page) -> None:
    page.goto("/sync")
    page.locator(".board tbody td a").first.click()
    expect(page).to_have_url(re.compile("account=.*type="))
    expect(page.locator("#board h2", has_text="Scopes")).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("^Collect again: ")).first).to_be_disabled()
    expect(page.locator("#main")).to_contain_text("this is the demo estate")


@pytest.mark.parametrize("width", [390, 1440])
def test_the_page_of_costs_shows_which_costs_they_are(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto("/costs")
    expect(page.get_by_text("unblended costs, as bills have them")).to_be_visible()
    expect(page.get_by_text("restates the last 14 days")).to_be_visible()


def test_the_theme_switch_overrides_the_system_and_stays(page: Page) -> None:
    page.emulate_media(color_scheme="light")
    page.goto("/")
    light = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.locator("form[action$='/theme'] button:visible").click()
    page.wait_for_function("c => getComputedStyle(document.body).backgroundColor !== c", arg=light)
    page.goto("/accounts")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != light


def test_no_label_of_the_freshness_grid_reaches_into_what_is_above_it(page: Page) -> None:
    page.goto("/")
    head = page.locator(".card", has=page.locator(".fresh")).locator(".card-head").bounding_box()
    labels = [each.bounding_box() for each in page.locator(".fresh thead span").all()]
    assert head
    assert len(labels) > 5
    assert min(label["y"] for label in labels if label) >= head["y"] + head["height"]


def test_a_name_that_turns_text_round_does_not_turn_what_is_beside_it(page: Page) -> None:
    page.goto(detail_path(page))
    region = page.locator(".facts div", has_text="Region").locator("a")
    turned = """link => {
        link.textContent = "\\u202eturned";
        link.after(" after");
        const after = document.createRange();
        after.selectNode(link.nextSibling);
        return after.getBoundingClientRect().left - link.getBoundingClientRect().right;
    }"""
    assert region.evaluate(turned) > -1


def test_a_phone_says_how_old_the_data_is_and_that_it_is_the_demo(page: Page) -> None:
    foot = page.get_by_role("contentinfo")
    page.goto("/")
    expect(foot).to_be_hidden()
    page.set_viewport_size({"width": 390, "height": 844})
    expect(foot).to_contain_text("Collected")
    expect(foot).to_contain_text("demo")


def test_every_page_works_without_javascript(browser: Browser, address: str) -> None:
    context = browser.new_context(base_url=address, java_script_enabled=False)
    page = context.new_page()
    page.goto("/")
    page.locator("input[name=q]").first.fill("bastion")
    page.locator("input[name=q]").first.press("Enter")
    expect(page).to_have_url(re.compile("q=bastion"))
    page.locator("#results th a", has_text="Name").click()
    page.locator("#results tbody a[href*='/resources/']").first.click()
    expect(page.locator("#main h2", has_text="Overview")).to_be_visible()
    page.locator("form[action$='/theme'] button:visible").click()
    expect(page.locator("html[data-theme]")).to_be_attached()
    context.close()
