"""A console over a small estate, called as API Gateway calls it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from devserver.gateway.gateway import Api, Client
from services.models.all import Everything
from services.models.all_test import everything, instance, volume
from services.models.kit.base import Document
from services.models.kit.change import Change
from settings import Settings
from tests.web_routes import paths_of
from wiring.web import web_app

NOW = datetime(2026, 11, 20, 20, 14, tzinfo=UTC)
ACCOUNT, REGION = "111111111111", "eu-west-1"
PATHS = paths_of(
    "GET", type="instances", resource=f"instances/{ACCOUNT}/{REGION}/i-1", rule="EC2-IDLE", report="waste"
)


class Estate:
    """An estate source that holds one Everything."""

    notice = ""

    def __init__(self, everything: Everything) -> None:
        self._everything = everything

    def current(self) -> Everything:
        return self._everything


@pytest.fixture
def console(tmp_path: Path) -> Callable[..., Client]:
    """Make a client of the console over these documents."""

    def make(*documents: Document, stage: str = "", changes: Iterable[Change] = (), **wired: Any) -> Client:
        names: dict[str, str] | None = wired.pop("names", None)
        estate = Estate(everything(tmp_path, *documents, changes=changes, names=names))
        handler = web_app(Settings.from_environment(), **{"estate": estate, "clock": lambda: NOW, **wired})
        return Client(handler, api=Api(stage=stage or "local", under_stage=bool(stage)))

    return make


@pytest.fixture
def client(console: Callable[..., Client]) -> Client:
    """Over sixty instances and one volume."""
    return console(*(instance(f"i-{number:03d}", owner="web") for number in range(60)), volume("vol-1"))
