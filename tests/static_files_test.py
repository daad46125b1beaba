"""Every file under src/static is kept for good, because whatever loads it names it by its content."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urljoin

import pytest

import lambda_static
from devserver.gateway.gateway import Api, Client, Route
from lambda_static import BRIEFLY, MONTHS_12
from routes.conftest import NOW, Estate
from services.models.all_test import everything, instance
from services.releases.assets import FOLDER, TYPES, asset_paths
from settings import ROOT, Settings
from tooling import styles
from wiring.web import web_app


@pytest.fixture
def static(monkeypatch: pytest.MonkeyPatch) -> Client:
    monkeypatch.setenv("DATA_BUCKET_NAME", "")
    return Client(lambda_static.lambda_handler, api=Api(routes=(Route("/static/{proxy+}"),)))


@pytest.fixture(scope="module")
def style_sheet(tmp_path_factory: pytest.TempPathFactory) -> str:
    return styles.compiled(ROOT, tmp_path_factory.mktemp("styles") / "main.css")


def test_every_file_has_a_type_that_is_served() -> None:
    files = {file.relative_to(FOLDER) for file in FOLDER.rglob("*") if file.is_file()}
    assert {file.as_posix() for file in files} == asset_paths().keys()
    assert {file.suffix for file in files} <= TYPES.keys()


def test_every_file_is_kept_for_good_by_its_hashed_name_and_a_minute_by_its_plain_one(static: Client) -> None:
    for name, path in asset_paths().items():
        content = (FOLDER / name).read_bytes()
        for target, caching in ((path, MONTHS_12), (f"/static/{name}", BRIEFLY)):
            for method in ("GET", "HEAD"):
                answer = static.request(method, target)
                assert (answer.status, answer.header("Cache-Control")) == (200, caching), target
                assert answer.body == (content if method == "GET" else b"")


def test_the_style_sheet_names_what_it_loads_by_its_content(static: Client, style_sheet: str) -> None:
    loaded = re.findall(r"url\([\"']?([^\"')]+)", style_sheet)
    assert loaded, "the font at least"
    for name in loaded:
        answer = static.get(urljoin("/static/dist/main.css", name))
        assert (answer.status, answer.header("Cache-Control")) == (200, MONTHS_12), (
            f"{name} in src/static/css is not one of {sorted(asset_paths().values())}"
        )


def test_pages_name_what_they_load_by_its_content(
    static: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "local_data.json").touch()
    monkeypatch.setenv("LOCAL_DATA_PATH", str(tmp_path / "local_data.json"))
    monkeypatch.setenv("CACHE_PATH", str(tmp_path / "cache"))
    estate = Estate(everything(tmp_path, instance("i-1")))
    console = Client(web_app(Settings.from_environment(), estate=estate, clock=lambda: NOW))
    loaded: set[str] = set()
    for path in ("/", "/accounts", "/nowhere"):
        loaded |= set(re.findall(r'(?:href|src)="(/static/[^"]+)"', console.get(path).text))
    assert asset_paths()["inter.woff2"] in loaded, "the font is loaded ahead, by the name that styles have"
    built = {path for path in loaded if path != "/static/dist/main.css"}  # not built yet in this checkout
    assert len(built) >= 4
    assert {static.get(path).header("Cache-Control") for path in built} == {MONTHS_12}
