"""A served demo estate and a Chromium to look at it with."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

from devserver.conftest import start as start
from services.store.lock import alone
from settings import ROOT
from tests.serving import served as served
from tooling import styles

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here):
            item.add_marker("browser")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = next((found for name in NAMES if (found := shutil.which(name))), None)
    if path is None:
        message = "the browser tests need Chromium: apt-get install chromium, or your system's package"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield started
        started.close()


@pytest.fixture(scope="session")
def styled() -> None:
    """The style sheet of the checkout, made at most once: other workers wait for the one that makes it."""
    with alone(ROOT / ".local" / styles.TARGET.name):
        if styles.stale(ROOT):
            styles.build(ROOT)


@pytest.fixture(scope="session")
def address(styled: None) -> Iterator[str]:
    """The address of a dev server with the demo estate."""
    with served("--demo") as address:
        yield address


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """A page that fails the test on any console error, uncaught exception or refused request."""
    context = browser.new_context(base_url=address, viewport={"width": 1440, "height": 960})
    with watched(context.new_page()) as page:
        yield page
    context.close()


@contextlib.contextmanager
def watched(page: Page) -> Iterator[Page]:
    complaints: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            complaints.append(message.text)

    page.on("console", hear)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    assert complaints == []
