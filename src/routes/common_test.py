"""What every page, fragment, CSV and JSON answer has in common, seen through the gateway."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest

import encoding
from devserver.gateway.gateway import Client
from errors import DataFileError
from routes.common import CSP
from services.models import RESOURCE_TYPES
from services.models.all_test import instance, volume

PAGES = [
    "/",
    "/resources",
    "/accounts",
    "/changes",
    "/deployments",
    "/sync",
    *(f"/resources/{name}" for name in RESOURCE_TYPES),
]
DETAIL = "/resources/instances/111122223333/eu-west-1/i-001"
HTMX = {"HX-Request": "true"}


@pytest.mark.parametrize("path", [*PAGES, DETAIL])
def test_every_page_is_a_whole_safe_document(client: Client, path: str) -> None:
    response = client.get(path)
    assert response.status == 200
    assert response.text.startswith("<!doctype html>")
    assert response.header("Content-Security-Policy") == CSP
    assert response.header("Content-Type") == "text/html; charset=utf-8"
    assert response.header("Cache-Control") == "no-store"
    assert response.header("X-Content-Type-Options") == "nosniff"


@pytest.mark.parametrize(
    "path",
    [
        "/api/resources",
        "/api/accounts",
        "/api/summary",
        "/api/changes",
        "/api/deployments",
        "/api/sync",
        "/api" + DETAIL,
    ],
)
def test_lists_are_json_under_api(client: Client, path: str) -> None:
    response = client.get(path)
    assert response.status == 200
    assert response.header("Content-Type") == "application/json"
    assert response.json()


def test_a_json_list_pages_like_its_page(client: Client) -> None:
    first, second = (
        client.get("/api/resources/instances").json(),
        client.get("/api/resources/instances?page=2").json(),
    )
    assert (first["count"], first["pages"], len(first["resources"]), len(second["resources"])) == (
        60,
        2,
        50,
        10,
    )
    assert first["resources"][0]["account_name"] == "prod"
    assert first["facets"]["owner"] == {"web": 60}


@pytest.mark.parametrize(
    ("headers", "whole"),
    [
        ({}, True),
        (HTMX, False),
        ({name.lower(): value for name, value in HTMX.items()}, False),
        (HTMX | {"HX-History-Restore-Request": "true"}, True),
        (HTMX | {"HX-Boosted": "true"}, True),
    ],
)
def test_htmx_gets_a_fragment_but_history_and_boosted_links_a_page(
    client: Client, headers: dict[str, str], whole: bool
) -> None:
    response = client.get("/resources", headers=headers)
    assert response.text.startswith("<!doctype html>") is whole
    assert 'id="results"' in response.text
    assert response.header("Vary") == "HX-Request, HX-History-Restore-Request, Accept-Encoding"


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("sort=shoesize", "sort=&#x27;shoesize&#x27;"),
        ("page=0", "page=&#x27;0&#x27;"),
        ("page=-1", "page=&#x27;-1&#x27;"),
        ("page=%D9%A3", "page="),
        ("page=99", "page=99"),
        ("page=99999999999999999999", "page="),
        ("type=shoes", "type=&#x27;shoes&#x27;"),
        ("tag=env", "tag=&#x27;env&#x27;"),
        ("format=pdf", "format=&#x27;pdf&#x27;"),
        ("q=" + "x" * 501, "501 characters"),
        ("owner=" + "x" * 501, "owner has a value of over 500 characters"),
        ("&".join(f"region=r{number}" for number in range(51)), "51 values"),
    ],
)
def test_a_bad_query_value_is_a_400_that_names_it(client: Client, query: str, named: str) -> None:
    response = client.get(f"/resources?{query}")
    assert response.status == 400
    assert named in response.text


@pytest.mark.parametrize(
    "path", ["/nowhere", "/resources/shoes", "/resources/instances/1/eu-west-1/i-0", "/resources/"]
)
def test_an_unknown_path_is_a_friendly_404(client: Client, path: str) -> None:
    response = client.get(path)
    if path == "/resources/":  # a trailing slash is forgiven
        assert response.status == 200
        return
    assert response.status == 404
    assert response.text.startswith("<!doctype html>")
    assert "All resources" in response.text


def test_the_api_answers_errors_as_problem_json(client: Client) -> None:
    response = client.get("/api/resources?sort=shoesize")
    assert response.status == 400
    assert response.header("Content-Type") == "application/problem+json"
    assert response.json()["detail"] == "sort='shoesize' is no column"
    assert client.get("/api/nothing").json()["status"] == 404


def test_an_unforeseen_error_is_answered_without_its_text_and_logged_with_it(
    console: Callable[..., Client], caplog: pytest.LogCaptureFixture
) -> None:
    class Broken:
        notice = ""

        def current(self) -> Any:
            raise RuntimeError("secret detail")

    response = console(estate=Broken()).get("/api/resources")
    assert response.status == 500
    assert "secret detail" not in response.text
    assert "secret detail" in caplog.text


def test_data_that_cannot_be_read_is_a_page_that_says_where(console: Callable[..., Client]) -> None:
    class Unreadable:
        notice = ""

        def current(self) -> Any:
            raise DataFileError("data/local_data.json:3:14: Expecting value", "inv sync")

    response = console(estate=Unreadable()).get("/")
    assert response.status == 500
    assert "data/local_data.json:3:14" in response.text


@pytest.mark.parametrize("path", ["/prod/", "/prod/resources", "/prod" + DETAIL, "/prod/nowhere"])
def test_under_a_stage_every_link_has_its_prefix(console: Callable[..., Client], path: str) -> None:
    page = console(instance("i-001"), stage="prod").get(path).text
    links = [
        part.split('"')[0]
        for name in ("href", "src", "action", "hx-get")
        for part in page.split(f'{name}="')[1:]
    ]
    local = [link for link in links if link.startswith("/") and link != "/auth/logout"]  # as it is set
    assert len(local) > 10
    assert [link for link in local if not link.startswith("/prod/")] == []


def test_csv_has_all_rows_and_no_formulas(console: Callable[..., Client]) -> None:
    documents = [instance(f"i-{number:03d}", cost="10.50") for number in range(70)]
    odd = instance("i-x", name="=cmd|' /C calc'!A0", owner="@sum(1)", zone="a\0b", cost=None)
    client = console(*documents, odd)
    response = client.get("/resources/instances?format=csv&sort=-id")
    rows = list(csv.DictReader(io.StringIO(response.text)))
    assert response.header("Content-Disposition") == 'attachment; filename="instances.csv"'
    assert len(rows) == 71
    assert (rows[0]["name"], rows[0]["owner"], rows[0]["cost"]) == ("'=cmd|' /C calc'!A0", "'@sum(1)", "")
    assert rows[0]["zone"] == "a\ufffdb"
    assert (rows[1]["id"], rows[1]["cost"], rows[1]["instance_type"]) == ("i-069", "10.50", "r6i.2xlarge")


def test_large_answers_are_compressed_for_those_who_ask(client: Client) -> None:
    response = client.get("/resources", headers={"Accept-Encoding": "gzip, br"})
    assert response.header("Content-Encoding") == "gzip"
    assert gzip.decompress(response.body).startswith(b"<!doctype html>")


def test_an_answer_beyond_what_lambda_may_send_says_how_to_get_less(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(encoding, "BODY_LIMIT", 4_000)
    response = client.get("/api/resources")
    assert response.status == 413
    assert "filter the list first" in response.text


@pytest.mark.parametrize(("accepted", "status"), [("identity", 413), ("gzip", 200)])
def test_six_megabytes_of_text_are_sent_if_they_get_smaller(
    console: Callable[..., Client], accepted: str, status: int
) -> None:
    client = console(instance("i-001", raw={"odd": "\x01" * 1_000_000}))  # six bytes each in JSON
    for path in (f"/api{DETAIL}", DETAIL):
        assert client.get(path, headers={"Accept-Encoding": accepted}).status == status


def test_head_answers_as_get_without_a_body(client: Client) -> None:
    response = client.request("HEAD", "/resources")
    assert (response.status, response.body) == (200, b"")


@pytest.mark.parametrize("id", ["a/b", "/aws/lambda/x", "a b+c%2F", "ü💥", "..", "a?b#c", '"><script>'])
def test_any_id_has_a_detail_page_that_its_list_links_to(console: Callable[..., Client], id: str) -> None:
    client = console(instance(id))
    path = f"/resources/instances/111122223333/eu-west-1/{quote(id, safe='')}"
    if id != "..":  # browsers and gateways resolve it away before any handler sees it
        assert client.get(path).status == 200
        assert client.get(f"/api{path}").json()["resource"]["id"] == id
    assert f'href="{path}"' in client.get("/resources").text


def test_the_demo_estate_is_called_so_and_a_notice_is_shown(console: Callable[..., Client]) -> None:
    client = console(instance("i-1"))
    assert "Showing the demo estate" not in client.get("/").text


def test_rows_are_json_text_that_survives(console: Callable[..., Client]) -> None:
    client = console(volume("vol-1", name="ü\u2028</script>", tags={"k": "\U0001f4a5"}))
    assert json.loads(client.get("/api/resources").text)["resources"][0]["name"] == "ü\u2028</script>"
