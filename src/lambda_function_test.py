"""The handler as Lambda calls it, over the demo estate."""

from __future__ import annotations

from pathlib import Path

import pytest

import lambda_function
from devserver.gateway.gateway import Client
from services.read.read_model import local_read_model


@pytest.fixture(autouse=True)
def fresh_app(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CACHE_PATH", str(tmp_path))
    lambda_function.app.cache_clear()
    local_read_model.cache_clear()


def test_the_demo_estate_is_what_a_newcomer_sees() -> None:
    client = Client(lambda_function.lambda_handler)
    home = client.get("/")
    assert home.status == 200
    assert "demo" in home.text
    assert client.get("/api/summary").json()["count"] == 500


def test_every_resource_of_the_demo_has_a_page() -> None:
    client = Client(lambda_function.lambda_handler)
    for kind in client.get("/api/summary").json()["by_type"]:
        row = client.get(f"/api/resources/{kind}").json()["resources"][0]
        page = client.get("/resources?q=" + row["id"].replace("/", "%2F"))
        assert page.status == 200
        href = next(
            part.split('"')[0] for part in page.text.split('href="') if part.startswith(f"/resources/{kind}/")
        )
        assert client.get(href).status == 200


def test_metrics_that_are_switched_off_do_not_pile_up(capsys: pytest.CaptureFixture[str]) -> None:
    client = Client(lambda_function.lambda_handler)
    assert {client.get("/nowhere").status for _ in range(120)} == {404}
    assert "CloudWatchMetrics" not in capsys.readouterr().out


def test_settings_are_read_by_the_first_call_not_by_the_import(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOGOUT_URL", "/leave")
    assert 'href="/leave"' in Client(lambda_function.lambda_handler).get("/").text
