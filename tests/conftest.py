"""The console over the demo estate, for tests that ask all of its pages."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import lambda_function
from devserver.gateway.gateway import Client
from routes.conftest import NOW
from services.read.read_model import local_read_model
from tests.web_routes import copied_demo
from wiring import console as wiring_console


@pytest.fixture
def no_bucket(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATA_BUCKET_NAME", "")


@pytest.fixture(scope="module")
def console(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """The console's handler over the demo estate, made once."""
    data = copied_demo(tmp_path_factory.mktemp("demo"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("USE_LOCAL_DATA", "1")
        patch.setenv("PATIENCE", "60")
        patch.setenv("LOCAL_DATA_PATH", str(data))
        patch.setenv("CACHE_PATH", str(tmp_path_factory.mktemp("cache")))
        patch.setattr(wiring_console, "_now", lambda: NOW)
        lambda_function.app.cache_clear()
        local_read_model.cache_clear()
        lambda_function.app()
    yield Client(lambda_function.lambda_handler)
    lambda_function.app.cache_clear()
    local_read_model.cache_clear()
