""" "Collect again" as a person sees it: a click, a page that waits, and what has changed."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from settings import Settings
from tests.browser.conftest import served, watched
from tests.integration.collect_again_test import release_one
from tests.integration.conftest import Cloud, accounts, cloud, local_aws
from tooling.laptop.sync import sync

__all__ = ["accounts", "cloud", "local_aws"]  # fixtures


@pytest.fixture
def own(styled: None, cloud: Cloud, tmp_path: Path) -> Iterator[str]:
    """The address of a dev server over what inv sync has collected."""
    data = tmp_path / "data"
    assert sync("addresses", "prod", data_dir=data, settings=Settings(), out=io.StringIO()) == 0
    paths = {"LOCAL_DATA_PATH": str(data / "local_data.json"), "CACHE_PATH": str(tmp_path / "cache")}
    with served(**paths) as address:
        yield address


def test_a_click_collects_and_the_page_shows_it(cloud: Cloud, browser: Browser, own: str) -> None:
    gone = release_one(cloud)
    context = browser.new_context(base_url=own)
    with watched(context.new_page()) as page:
        page.goto("/sync")
        page.get_by_role("button", name="Collect again: prod").click()
        expect(page).to_have_url(re.compile("asked="))
        expect(page.locator("#collecting")).to_contain_text("prod collected", timeout=60_000)
        expect(page.get_by_role("button", name="Collect again: prod").first).to_be_enabled()
        page.locator("nav a", has_text="Changes").click()
        expect(page.locator("#results .changes li")).to_have_count(1)
        expect(page.locator("#results")).to_contain_text(gone)
    context.close()


def test_without_javascript_a_link_looks_again(browser: Browser, own: str) -> None:
    context = browser.new_context(base_url=own, java_script_enabled=False)
    page = context.new_page()
    page.goto("/sync")
    page.get_by_role("button", name="Collect again: prod").click()
    expect(page.locator("#collecting")).to_be_visible()
    for _ in range(200):
        if page.locator("#collecting", has_text="prod collected").count():
            break
        page.goto(page.url)
    expect(page.locator("#collecting")).to_contain_text("prod collected")
    context.close()
