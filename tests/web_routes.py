"""Every route that the console answers, found in its routers, with an address to ask each by.

A route with parameters needs a sample here; without one the tests fail that walk over all routes.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Mapping
from functools import cache
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

from devserver.functions.found import front_first
from devserver.gateway.gateway import Client
from settings import ROOT
from tooling.blocks.blocks import read_functions
from wiring import web

Ask = Callable[[str], Any]  # path of the JSON API -> what it answers
Place = tuple[str, ...]
TOLD_APART = ("by", "format")  # parameters whose value decides what a page is


FOUND: Mapping[str, Callable[[Ask], str]] = {
    "type": lambda ask: "instances",
    "resource": lambda ask: _address(ask("/api/resources/instances")["resources"][0]),
    "rule": lambda ask: str(ask("/api/cop/findings")["findings"][0]["rule"]),
    "report": lambda ask: str(ask("/api/reports")["reports"][0]["name"]),
    "mute": lambda ask: "0123456789abcdef",
}
SAMPLES: Mapping[str, str] = {
    "/resources/<type>": "/resources/{type}",
    "/resources/<type>/<account>/<region>/<id>": "/resources/{resource}",
    "/cop/why/<type>/<account>/<region>/<id>": "/cop/why/{resource}",
    "/cop/rules/<id>": "/cop/rules/{rule}",
    "/cop/mutes/<id>/delete": "/cop/mutes/{mute}/delete",
    "/reports/<name>": "/reports/{report}",
    "/api/resources/<type>": "/api/resources/{type}",
    "/api/resources/<type>/<account>/<region>/<id>": "/api/resources/{resource}",
    "/api/reports/<name>": "/api/reports/{report}",
}
ENCODINGS = ("gzip, deflate, br, zstd", "identity", "gzip;q=0", None, "br")
ERRORS = ("/nowhere", "/api/nowhere", "/resources?page=0", "/api/resources?page=0", "/api/resources/shoes")
SAMPLED_FUNCTIONS = {"lambda_function", "lambda_static"}  # by SAMPLES, and by the files in src/static


def rules(method: str) -> list[str]:
    """The rules of the routers' routes for this method."""
    routers = (module.router for module in web.ROUTERS)
    return sorted(rule for router in routers for rule, methods, *_ in router._routes if method in methods)


def functions_with_routes() -> set[str]:
    """The modules of the functions that API Gateway calls."""
    return {function.module for function in front_first(read_functions(ROOT))}


def sampled_paths(method: str, ask: Ask) -> list[str]:
    """An address for each route, of what the console has. Raises AssertionError for one without a sample."""
    return paths_of(method, **{name: find(ask) for name, find in FOUND.items()})


def paths_of(method: str, **values: str) -> list[str]:
    """The same with these values: of a console that can't be asked what it has.

    values: for each name in SAMPLES.
    """
    missing = [rule for rule in rules(method) if "<" in rule and rule not in SAMPLES]
    assert not missing, f"{missing} have no sample in {Path(__file__).name}"
    return [SAMPLES.get(rule, rule).format(**values) for rule in rules(method)]


def _address(row: Mapping[str, str]) -> str:
    return "/".join(quote(row[name], safe="") for name in ("type", "account", "region", "id"))


def rule_of(path: str) -> str:
    """The rule of the route that answers a path, else the path."""
    return next((rule for rule, pattern in _patterns() if pattern.fullmatch(path)), path)


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    known = sorted({*rules("GET"), *rules("POST")}, key=lambda rule: rule.count("<"))
    return tuple((rule, re.compile(re.sub("<[^>]+>", "[^/]+", rule))) for rule in known)


def place_of(target: str) -> Place:
    """What links have in common that lead to the same kind of page: its route, and what it is asked."""
    parts = urlsplit(target)
    asked = parse_qsl(parts.query, keep_blank_values=True)
    names = {f"{name}={value}" if name in TOLD_APART else name for name, value in asked}
    return (rule_of(parts.path), *sorted(names))


def asking(client: Client) -> Ask:
    def ask(path: str) -> Any:
        answer = client.get(path)
        assert answer.status == 200, (path, answer.text)
        return answer.json()

    return ask


def csv_link(page: str) -> str:
    """Where a page offers its list as CSV; "" where it does not."""
    found = re.search(r'href="([^"]*format=csv[^"]*)"', page)
    return unescape(found[1]) if found else ""


def copied_demo(folder: Path) -> Path:
    """The demo's files in a folder where a test may write; the path of its data file."""
    for file in ROOT.glob("local_*.json"):
        shutil.copy(file, folder)
    return folder / "local_data.json"
