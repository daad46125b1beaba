"""Static files through the gateway."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

import lambda_static
from devserver.gateway.gateway import Api, Client, Route
from lambda_static import lambda_handler
from services.releases import assets
from services.releases.assets import asset_paths, hash_of


@pytest.fixture
def client(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Client:
    (tmp_path / "dist").mkdir()
    (tmp_path / "app.js").write_text("let a = 'ü'", encoding="utf-8")
    (tmp_path / "dist" / "main.css").write_text("a{}", encoding="utf-8")
    (tmp_path / "inter.woff2").write_bytes(bytes(range(256)))
    (tmp_path / "main.py").write_text("secret", encoding="utf-8")
    (tmp_path.parent / "outside.js").write_text("secret", encoding="utf-8")
    monkeypatch.setenv("DATA_BUCKET_NAME", "")
    monkeypatch.setattr(assets, "FOLDER", tmp_path)
    for function in (assets.asset_paths, assets.find_asset):
        monkeypatch.setattr(function, "__defaults__", (tmp_path,))
    return Client(lambda_handler, api=Api(routes=(Route("/static/{proxy+}"),)))


def test_a_hashed_name_may_be_kept_for_ever(client: Client) -> None:
    for path in asset_paths().values():
        response = client.get(path)
        assert response.status == 200
        assert response.header("Cache-Control") == "public, max-age=31536000, immutable"


def test_a_plain_or_outdated_name_gives_the_present_file_for_a_minute(client: Client) -> None:
    for path in ("/static/app.js", "/static/app.000000000000.js"):
        response = client.get(path)
        assert response.text == "let a = 'ü'"
        assert response.header("Cache-Control") == "public, max-age=60"


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The data bucket of a deployment."""
    lambda_static.earlier.cache_clear()
    with mock_aws():
        monkeypatch.setenv("DATA_BUCKET_NAME", "polo-data")
        s3 = boto3.client("s3", "us-east-1")
        s3.create_bucket(Bucket="polo-data")
        yield s3
    lambda_static.earlier.cache_clear()


def test_a_page_of_an_earlier_release_gets_its_own_file(client: Client, bucket: Any) -> None:
    name = f"app.{hash_of(b'let old')}.js"
    bucket.put_object(Bucket="polo-data", Key=f"assets/{name}", Body=b"let old")
    response = client.get(f"/static/{name}")
    assert (response.status, response.text) == (200, "let old")
    assert response.header("Cache-Control") == "public, max-age=31536000, immutable"


def test_what_nobody_has_kept_is_the_present_file_or_none(client: Client, bucket: Any) -> None:
    assert client.get("/static/app.000000000000.js").header("Cache-Control") == "public, max-age=60"
    assert client.get("/static/gone.000000000000.js").status == 404


def test_a_changed_file_has_a_new_name(client: Client, tmp_path: Path) -> None:
    before = asset_paths()["app.js"]
    (tmp_path / "app.js").write_text("let b", encoding="utf-8")
    assert asset_paths()["app.js"] != before


@pytest.mark.parametrize(
    ("name", "type"),
    [
        ("app.js", "text/javascript; charset=utf-8"),
        ("dist/main.css", "text/css; charset=utf-8"),
        ("inter.woff2", "font/woff2"),
    ],
)
def test_types_are_right(client: Client, name: str, type: str) -> None:
    assert client.get(f"/static/{name}").header("Content-Type") == type


def test_a_font_arrives_byte_for_byte(client: Client) -> None:
    assert client.get("/static/inter.woff2").body == bytes(range(256))


@pytest.mark.parametrize(
    "name",
    [
        "../outside.js",
        "..%2Foutside.js",
        "dist/../../outside.js",
        "%2e%2e/outside.js",
        "..%5Coutside.js",
        "/etc/passwd",
        "%2Fetc%2Fpasswd",
        "main.py",
        "app.js%00.css",
        "dist",
        "nothing.js",
        "x" * 300 + ".css",
    ],
)
def test_what_is_not_a_static_file_is_not_served(client: Client, name: str) -> None:
    response = client.get(f"/static/{name}")
    assert response.status == 404
    assert "secret" not in response.text


def test_only_get_and_head_are_answered(client: Client) -> None:
    assert client.post("/static/app.js").status == 405
    head = client.request("HEAD", "/static/app.js")
    assert (head.status, head.body) == (200, b"")
