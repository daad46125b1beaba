"""Static files as the deployed function serves them."""

from __future__ import annotations

import pytest

from settings import ROOT
from tests.e2e.utils.system import System


def test_every_asset_of_the_page_is_there_for_good(system: System) -> None:
    links = {link.removeprefix(system.stage) for link in system.links(system.page("/"))}
    assets = {link for link in links if link.startswith("/static/")}
    assert len(assets) >= 4
    for path in assets:
        status, headers, body = system.get(path)
        assert (status, bool(body)) == (200, True), path
        assert "immutable" in headers["cache-control"], path


def test_bytes_come_through_as_they_are(system: System) -> None:
    font = (ROOT / "src/static/inter.woff2").read_bytes()
    assert system.get("/static/inter.woff2")[2] == font


@pytest.mark.parametrize("path", ["/static/../settings.py", "/static/%2e%2e/settings.py", "/static/none.css"])
def test_nothing_else_is_served(system: System, path: str) -> None:
    assert system.get(path)[0] in (400, 403, 404)
