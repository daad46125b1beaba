"""Every link of every page leads somewhere: a place of each kind is visited, whatever leads to it."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import parse_qsl, urljoin, urlsplit

import pytest

from devserver.gateway.gateway import Client, Response
from tests.web_routes import Place, asking, place_of, rule_of, rules, sampled_paths

pytestmark = pytest.mark.usefixtures("no_bucket")

PARAMETERS = 2  # at once; more of them are more of the same
NO_PAGE = ("/static/", "/auth/logout")


def links(page: Response) -> list[str]:
    found = re.findall(r'<(?:a|form)\b[^>]*? (?:href|action)="([^"#][^"]*)"', page.text)
    return [unescape(link) for link in found]


def worth_a_visit(target: str) -> bool:
    parts = urlsplit(target)
    return not parts.path.startswith(NO_PAGE) and len(dict(parse_qsl(parts.query))) <= PARAMETERS


def visit(client: Client, target: str) -> Response:
    answer = client.get(target)
    if (answer.header("Content-Type") or "").startswith("text/html"):
        assert re.search(r"<h1[ >]", answer.text), f"{target} has no heading"
    return answer


def test_every_link_of_every_page_is_answered(console: Client) -> None:
    waiting = [(path, "the routers") for path in sampled_paths("GET", asking(console))]
    seen: set[Place] = set()
    dead: list[str] = []
    while waiting:
        target, source = waiting.pop()
        place = place_of(target)
        if place in seen or place[0] in rules("POST") and place[0] not in rules("GET"):
            continue
        seen.add(place)
        answer = visit(console, target)
        if answer.status >= 400:
            dead.append(f"{answer.status} of {target}, which {source} links to")
            continue
        for link in links(answer):
            if link.startswith("/") and worth_a_visit(link):
                waiting.append((urljoin(target, link), target))
            else:
                assert link.startswith(("https://", "/")), (target, link)
    assert not dead, "\n".join(dead)
    assert {place[0] for place in seen} >= set(rules("GET"))
    assert rule_of("/resources/instances/1/eu-west-1/i-1").count("<") == 4
    assert len(seen) > 100
