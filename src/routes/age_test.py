"""Every page says how old its data is."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from devserver.gateway.gateway import Client
from services.models.all_test import instance
from wiring.web import ROUTERS

FOR_MACHINES = ("/health", "/favicon.ico")
PARTS = {
    "type": "instances",
    "account": "111122223333",
    "region": "eu-west-1",
    "id": "i-1",
    "name": "access-keys",
}


def paths() -> list[str]:
    """Of every route that answers GET with a page."""
    rules = [rule for module in ROUTERS for rule, methods, *_ in module.router._routes if "GET" in methods]
    return sorted(re.sub(r"<(\w+)>", lambda part: PARTS[part[1]], rule) for rule in rules)


PAGES = [path for path in paths() if not path.startswith("/api/") and path not in FOR_MACHINES]


def test_there_are_pages() -> None:
    assert {"/", "/changes", "/sync", "/accounts", "/resources/instances"} <= {*PAGES}


@pytest.mark.parametrize("path", [*PAGES, "/nowhere"])
def test_a_page_says_when_its_data_was_collected(console: Callable[..., Client], path: str) -> None:
    page = console(instance("i-1")).get(path).text
    assert re.search(r'title="1 Jan 1970, 00:00 UTC"[^>]*>.{0,60}Collected \d+ y ago', page)
