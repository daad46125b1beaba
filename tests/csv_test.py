"""Every CSV that a page offers, over an estate whose every name would be a formula."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from devserver.gateway.gateway import Client
from routes.conftest import NOW
from routes.export import NUMBER
from services.read.read_model import local_read_model
from settings import Settings
from tests.web_routes import asking, copied_demo, csv_link, rules, sampled_paths
from wiring import console
from wiring.web import web_app

STARTS = "=+-@＝＋－＠﹦﹢﹣﹫"
HOSTILE = (
    *(f"{start}cmd|' /C calc'!A0" for start in STARTS),
    *(
        f"{skipped}=1+1"
        for skipped in (" ", "\t", "\r", "\n", "\u00a0", "\u200b", "\ufeff", "\x01", '"', '" ')
    ),
    *(f"{start}harmless" for start in "\t\r\n"),
    *(
        f"a{separator}=1+1"
        for separator in (",", ";", "\t", "\n", "\r\n", "; ", ';"', ';""', ";\u200b", ",,")
    ),
    *(f"a;{start}1" for start in STARTS),
    'a","=1+1","',
    'a";"=1+1";"',
    "-1;=1+1",
    "-1+1",
    "'=1;=1",
)
MARK = "formula"  # stands in every hostile value


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """A console over the demo in which names, owners, accounts, services and changed values are hostile."""
    folder = tmp_path_factory.mktemp("hostile")
    data = copied_demo(folder)
    estate = json.loads(data.read_text(encoding="utf-8"))
    renamed = hostile_names(estate)
    for item in estate["items"]:
        item["tags"] = dict.fromkeys(item["tags"], "production")
    for change in estate["history"]:
        change["fields"] = {renamed(name): [renamed(name), [renamed(name)]] for name in change["fields"]}
    for file, document in (("local_data", estate), ("local_costs", read(folder / "local_costs.json"))):
        path = folder / f"{file}.json"
        path.write_text(json.dumps(replaced(document, renamed)), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(console, "_now", lambda: NOW)
        local_read_model.cache_clear()
        settings = Settings("test", "1", str(data), cache_path=str(folder / "cache"), patience="60")
        yield Client(web_app(settings))
    local_read_model.cache_clear()


def read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def hostile_names(estate: Any) -> Callable[[str], str]:
    """What to call something: each of HOSTILE in turn, and the same name for the same thing."""
    numbers: dict[str, int] = {}

    def renamed(name: str) -> str:
        number = numbers.setdefault(name, len(numbers))
        return f"{HOSTILE[number % len(HOSTILE)]} {MARK} {number}"

    return renamed


def replaced(value: Any, renamed: Callable[[str], str], key: str = "") -> Any:
    """The same document with other names in it; the keys of "costs" and "accounts" are names too."""
    if isinstance(value, dict):
        return {
            (renamed(name) if key == "costs" and not name.isdigit() else name): (
                renamed(each)
                if isinstance(each, str) and (is_name(name, value) or key in ("accounts", "names"))
                else replaced(each, renamed, name)
            )
            for name, each in value.items()
        }
    if isinstance(value, list):
        return [replaced(each, renamed) for each in value]
    return value


def is_name(key: str, document: dict[str, Any]) -> bool:
    return key in ("name", "owner") or (key == "key" and document.get("cut") == "owners")


@cache
def exports(client: Client) -> dict[str, str]:
    """Every CSV by its address."""
    pages = [client.get(path).text for path in (*sampled_paths("GET", asking(client)), *lists(client))]
    links = dict.fromkeys(link for page in pages if (link := csv_link(page)))
    answers = {link: client.get(link) for link in links}
    assert {answer.status for answer in answers.values()} == {200}
    return {link: answer.body.decode() for link, answer in answers.items()}


def lists(client: Client) -> list[str]:
    """Further lists behind the same routes: all reports, and costs by all that they may be grouped by."""
    reports = [f"/reports/{each['name']}" for each in client.get("/api/reports").json()["reports"]]
    return [*reports, "/costs?by=service", "/costs?by=owner", "/resources/volumes"]


def cells(text: str, separator: str) -> list[str]:
    """As a spreadsheet takes it apart that has this separator, with what it may skip taken off."""
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    return [
        re.sub(r'^[\s"\x00-\x1f\u00ad\u200b-\u200f\u2060\ufeff]+', "", cell) for row in rows for cell in row
    ]


def test_every_route_that_offers_csv_is_asked(client: Client) -> None:
    offered = {link.partition("?")[0] for link in exports(client)}
    assert {"/resources", "/resources/instances", "/changes", "/cop/findings", "/costs"} <= offered
    assert sum(link.startswith("/reports/") for link in offered) >= 10
    assert set(rules("GET")) >= {"/resources", "/changes"}


def test_hostile_values_are_in_every_kind_of_export(client: Client) -> None:
    quiet = {link for link, text in exports(client).items() if MARK not in text}
    assert not {link for link in quiet if not link.startswith("/reports/")}


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_no_cell_of_any_csv_begins_a_formula(client: Client, separator: str) -> None:
    for link, text in exports(client).items():
        begun = [
            cell
            for cell in cells(text, separator)
            if cell.startswith(tuple(STARTS)) and not NUMBER.fullmatch(cell)
        ]
        assert not begun, (link, begun[:3])


def test_no_cell_begins_with_a_tab_or_a_new_line(client: Client) -> None:
    for link, text in exports(client).items():
        for row in csv.reader(io.StringIO(text, newline="")):
            assert not [cell for cell in row if cell.startswith(("\t", "\r", "\n"))], link


def test_numbers_stay_numbers(client: Client) -> None:
    rows = list(csv.DictReader(io.StringIO(exports(client)["/resources/volumes?format=csv"])))
    assert {type(float(row["cost"])) for row in rows if row["cost"]} == {float}
    assert all(float(row["size"]) > 0 for row in rows)
