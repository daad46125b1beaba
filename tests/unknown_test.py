"""Unknown is never 0, on no page, in no file: of an estate without any price, and of one without anything."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from devserver.gateway.gateway import Client
from routes.conftest import Estate
from services.models import RESOURCE_TYPES
from services.models.all import Everything
from services.models.everything.line import dump
from services.models.everything.writer import Writer
from services.models.kit.scope import Account, Scope, ScopeHead
from services.prices import Prices
from settings import Settings
from tests.list_state_test import NOW, THEN, Make, make
from tests.web_routes import csv_link, paths_of
from wiring.web import web_app

ACCOUNT, REGION = "111122223333", "eu-west-1"
OWN_PRICES = "marqoindexes"
__all__ = ("make",)  # the fixture
VALUES = {"type": "instances", "rule": "EBS-UNATTACHED", "report": "waste"}
ZERO = re.compile(r"\$0(\.0+)?(?![\d.])")
MONEY = re.compile(r"cost|saving|total|money|hints|amount", re.IGNORECASE)


@pytest.fixture(scope="module")
def priceless(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """Over the sample of each resource type, none with a cost, for a price list that is empty."""
    folder = tmp_path_factory.mktemp("priceless")
    writer = Writer(folder / "estate.sqlite")
    writer.name_accounts([Account(ACCOUNT, "prod")])
    for kind in (each for each in RESOURCE_TYPES.values() if each.name != OWN_PRICES):
        scope = Scope(ACCOUNT, REGION, kind.name)
        document = kind.model.from_aws(kind.sample, scope).to_json() | {"cost": None, "region": REGION}
        writer.replace_scope(ScopeHead(scope, THEN, THEN, count=1), [dump(document).encode()])
    writer.close()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("services.cop.patrol.world.prices", lambda: Prices(lambda part: ()))
        patch.setenv("CACHE_PATH", str(folder / "cache"))
        (folder / "local_data.json").write_text("{}", encoding="utf-8")  # else it is the demo that is shown
        patch.setenv("LOCAL_DATA_PATH", str(folder / "local_data.json"))
        patch.setenv("USE_LOCAL_DATA", "1")
        patch.setenv("PATIENCE", "60")
        estate = Estate(Everything(folder / "estate.sqlite"))
        yield Client(web_app(Settings.from_environment(), estate=estate, clock=lambda: NOW))


def paths(client: Client) -> list[str]:
    found = client.get("/api/resources/instances").json()["resources"][0]
    resource = "/".join(found[name] for name in ("type", "account", "region", "id"))
    rules = [row["rule"] for row in client.get("/api/cop/findings").json()["findings"]]
    reports = [each["name"] for each in client.get("/api/reports").json()["reports"]]
    every = [paths_of("GET", **VALUES | {"resource": resource, "rule": rule}) for rule in {*rules}]
    every += [paths_of("GET", **VALUES | {"resource": resource, "report": name}) for name in reports]
    return sorted({path for paths in every for path in paths})


def test_where_no_price_is_known_nothing_costs_or_saves_zero(priceless: Client) -> None:
    said = {}
    for path in paths(priceless):
        answer = priceless.get(path)
        if answer.status == 200 and (zeros := _zeros(path, answer)):
            said[path] = zeros
        if link := csv_link(answer.text):
            table = [*csv.reader(io.StringIO(priceless.get(link).text))]
            if zeros := [cell for row in table for cell in row if re.fullmatch(r"0\.00+", cell)]:
                said[link] = zeros
    assert not said


@pytest.fixture
def own(make: Make, tmp_path: Path) -> Make:
    """The same beside a data file of one's own, so without the demo's costs."""
    (tmp_path / "local_data.json").write_text("{}", encoding="utf-8")
    return make


def test_a_file_of_what_was_never_collected_is_none_and_says_what_to_do(priceless: Client, own: Make) -> None:
    offered = [path for path in paths(priceless) if csv_link(priceless.get(path).text)]
    assert {"/resources", "/resources/instances", "/changes", "/cop/findings", "/reports/waste"} <= {*offered}
    for state in ("never", "tried in vain"):
        client = own(state)
        for path in (*offered, "/costs"):
            page, file = client.get(path), client.get(f"{path}?format=csv")
            assert page.status == 200 and not csv_link(page.text), (state, path)
            assert file.status == 404 and "no-store" in file.header("Cache-Control"), (state, path)
            command = "inv costs" if path == "/costs" else "inv sync"
            assert command in file.text and "text/csv" not in file.header("Content-Type"), (state, path)


def test_a_file_of_what_was_collected_and_is_none_has_its_head(own: Make) -> None:
    client = own("none")
    for path in ("/resources", "/resources/instances", "/cop/findings"):
        file = client.get(f"{path}?format=csv")
        assert file.status == 200 and file.text.count("\r\n") == 1, path
        assert csv_link(client.get(path).text)


def test_costs_of_a_time_that_nobody_asked_about_are_no_file(console: Client) -> None:
    """The demo's days begin on 1 October."""
    page, file = (console.get(f"/costs?from=2026-07-01&to=2026-07-31{rest}") for rest in ("", "&format=csv"))
    assert page.status == 200 and not csv_link(page.text)
    assert file.status == 404 and "days are kept from 2026-10-01" in file.text


def _zeros(path: str, answer: Any) -> list[str]:
    if path.startswith("/api/"):
        return [name for name, value in _leaves("", json.loads(answer.text)) if _is_zero(name, value)]
    return [
        answer.text[max(0, found.start() - 120) : found.end() + 20] for found in ZERO.finditer(answer.text)
    ]


def _is_zero(name: str, value: Any) -> bool:
    return (
        bool(MONEY.search(name)) and value is not None and re.fullmatch(r"0(\.0+)?", str(value)) is not None
    )


def _leaves(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for key, each in value.items():
            yield from _leaves(f"{name}.{key}", each)
    elif isinstance(value, list):
        for each in value:
            yield from _leaves(name, each)
    else:
        yield name, value
