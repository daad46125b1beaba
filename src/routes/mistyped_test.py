"""Resources that are stored with a value of another type, field by field: no page fails, no rule guesses."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from devserver.gateway.gateway import Client
from routes.conftest import NOW, REGION, Estate
from services.cop.judge.looked_at import looked_at, why_mistyped
from services.cop.patrol.patrol import outlook
from services.cop.registry import RULES
from services.models import RESOURCE_TYPES
from services.models.all_test import everything
from services.models.everything.line import dump
from services.models.kit.base import Document
from services.models.kit.scope import Scope
from settings import Settings
from wiring.local import LocalBackend
from wiring.web import web_app

KEY = ("type", "account", "region", "id")


def sample(type: str) -> Document:
    kind = RESOURCE_TYPES[type]
    found = kind.model.from_aws(kind.sample, Scope("111122223333", REGION, type)).to_json()
    return dict(json.loads(dump(found)))


def others(value: Any) -> tuple[Any, ...]:
    """Values of another type."""
    if isinstance(value, str):
        return 7, ["odd"]
    return ("odd",) if isinstance(value, (bool, list, dict)) else ("odd", ["odd"])


def mistyped(type: str) -> list[tuple[str, Document]]:
    """The resource with one field after the other of another type, each in an account of its own."""
    known = sample(type)
    found = [(name, each) for name, value in known.items() if name not in KEY for each in others(value)]
    return [(name, known | {name: odd, "account": f"{n:012}"}) for n, (name, odd) in enumerate(found, 1)]


def shown(folder: Path, found: list[tuple[str, Document]]) -> Iterator[tuple[str, Document]]:
    """Those that come into Everything; the others' scope is a gap of it, see read/table_read_model.py."""
    for name, document in found:
        try:
            everything(folder, document)
        except (ValueError, ArithmeticError):
            continue
        yield name, document


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(
        use_local_data="true", local_data_path=str(tmp_path / "data.json"), cache_path=str(tmp_path / "cache")
    )


@pytest.mark.parametrize("type", RESOURCE_TYPES)
def test_every_page_of_such_a_resource_comes(type: str, tmp_path: Path, settings: Settings) -> None:
    found = [*shown(tmp_path, mistyped(type))]
    assert found
    estate = everything(tmp_path, *(document for _, document in found))
    client = Client(web_app(settings, estate=Estate(estate), clock=lambda: NOW))
    for page in (
        f"/resources/{type}",
        f"/resources/{type}?format=csv",
        f"/api/resources/{type}",
        "/",
        "/cop",
    ):
        assert client.get(page).status == 200, page
    for name, document in found:
        tail = "/".join(quote(str(document[each]), safe="") for each in KEY)
        for page in (f"/resources/{tail}", f"/api/resources/{tail}"):
            assert client.get(page).status == 200, (page, name, document[name])
        answer = client.get(f"/cop/why/{tail}")
        assert answer.status == 200, (name, document[name], answer.text[-300:])
        if why_mistyped(looked_at(type, dump(document).encode())):
            assert "can&#x27;t be read (Expected" in answer.text or "can't be read (Expected" in answer.text


@pytest.mark.parametrize("type", RESOURCE_TYPES)
def test_a_patrol_finds_nothing_about_it_and_ends(type: str, tmp_path: Path, settings: Settings) -> None:
    found = [*shown(tmp_path, mistyped(type))]
    estate = everything(tmp_path, *(document for _, document in found))
    odd = {
        document["account"] for _, document in found if why_mistyped(looked_at(type, dump(document).encode()))
    }
    ledgers = {each.account: each for each in outlook(estate, (), RULES, LocalBackend(settings).world(NOW))}
    assert {account for account in odd if ledgers[account].entries} == set()
    assert odd or all(name in ("raw", "cost") for name, _ in found)
