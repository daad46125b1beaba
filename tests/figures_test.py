"""How figures and dates stand on every page: one form for each."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from html.parser import HTMLParser
from urllib.parse import quote

import pytest

from devserver.gateway.gateway import Client
from services.models import RESOURCE_TYPES
from tests.web_routes import asking, sampled_paths

pytestmark = pytest.mark.usefixtures("no_bucket")

NOT_FOR_PEOPLE = ("pre", "script", "style", "code")  # and ids and raw JSON keep their form
ODD = {
    "a date of its own form": re.compile(r"(?<![\w:/.-])\d{4}-\d\d(-\d\d)?(T[\d:]+\S*)?(?![\w-])"),
    "$0.00, which is either nothing or too small": re.compile(r"\$0\.00(?!\d)"),
    "bytes that nobody can read": re.compile(r"(?<![(,\d])\b(\d{1,3}(,\d{3})+|\d{4,})(\.\d+)? B\b"),
}


class Words(HTMLParser):
    """What people read of a page."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self._hidden = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._hidden += tag in NOT_FOR_PEOPLE
        self.words += [value for name, value in attrs if name in ("title", "aria-label") and value]

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in NOT_FOR_PEOPLE

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.words.append(data)


def pages(client: Client) -> Iterator[str]:
    """Every page, the list and one resource of every type, every report, costs by all that there is."""
    ask = asking(client)
    yield from (path for path in sampled_paths("GET", ask) if not path.startswith("/api/"))
    for name in ask("/api/summary")["by_type"]:
        yield f"/resources/{name}?sort=cost"
        row = ask(f"/api/resources/{name}")["resources"][0]
        yield "/resources/" + "/".join(
            quote(row[part], safe="") for part in ("type", "account", "region", "id")
        )
    yield from (f"/reports/{report['name']}" for report in ask("/api/reports")["reports"])
    yield from (f"/costs?by={by}" for by in ("service", "region", "owner"))


@pytest.fixture
def read(console: Client) -> Mapping[str, list[str]]:
    """Page -> what people read on it."""
    return words_of(console)


@cache
def words_of(client: Client) -> Mapping[str, list[str]]:
    answers = {path: client.get(path) for path in pages(client)}
    html = {path: each for path, each in answers.items() if "html" in (each.header("Content-Type") or "")}
    return {path: Words(each.text).words for path, each in html.items()}


@pytest.mark.parametrize("odd", ODD)
def test_dates_money_and_bytes_have_one_form(read: Mapping[str, list[str]], odd: str) -> None:
    assert len(read) > len(RESOURCE_TYPES)
    found = {
        f"{path}: {words[:90]}" for path, each in read.items() for words in each if ODD[odd].search(words)
    }
    assert not found, "\n".join(sorted(found))


def test_what_costs_nothing_says_so(read: Mapping[str, list[str]]) -> None:
    assert "$0" in read["/resources/instances?sort=cost"]
