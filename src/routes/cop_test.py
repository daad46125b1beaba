from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from html import escape
from pathlib import Path
from urllib.parse import quote

import pytest

from devserver.gateway.gateway import Client, Response
from routes.theme_test import ORIGIN
from services.cop.registry import RULES
from services.models.all_test import volume
from services.models.kit.base import Document

OLD = "2026-01-01T00:00:00Z"


def unattached(id: str, **values: object) -> Document:
    return volume(
        id, state="available", created=OLD, state_since=OLD, volume_type="gp2", size=100, iops=300, **values
    )


@pytest.fixture
def client(console: Callable[..., Client], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Client:
    """Two volumes that nothing uses, one of them tagged as a sandbox's."""
    monkeypatch.setenv("LOCAL_DATA_PATH", str(tmp_path / "local_data.json"))
    monkeypatch.setenv("CACHE_PATH", str(tmp_path / "cache"))
    return console(
        unattached("vol-1", name="alpha", owner="web"),
        unattached("vol-2", name="<beta>", tags={"Environment": "sandbox"}),
    )


def post(client: Client, path: str, **fields: str) -> Response:
    """A form of our own page, in the same browser."""
    return client.post(path, headers=ORIGIN, form={"csrf": "token-1", **fields})


@pytest.mark.parametrize("by", ["rule", "owner", "account"])
def test_the_overview_groups_what_is_open(client: Client, by: str) -> None:
    page = client.get(f"/cop?by={by}")
    assert page.status == 200
    assert "Cloud Cop" in page.text
    shown = {"rule": RULES["EBS-UNATTACHED"].title, "owner": "web", "account": "prod"}
    assert shown[by] in page.text


def test_a_rule_tells_the_prices_of_what_it_saves_and_only_then(client: Client) -> None:
    assert "list prices" in client.get("/cop/rules/EBS-UNATTACHED").text
    assert "list prices" not in client.get("/cop/rules/TAG-REQUIRED").text


def test_the_list_shows_findings_and_escapes_names(client: Client) -> None:
    page = client.get("/cop/findings?rule=EBS-UNATTACHED")
    assert "&lt;beta&gt;" in page.text
    assert "<beta>" not in page.text
    assert "EBS-GP2" in page.text, "the facet offers other rules"


def test_the_json_has_what_the_page_has(client: Client) -> None:
    found = json.loads(client.get("/api/cop/findings?rule=EBS-UNATTACHED&owner=web").text)
    assert [each["id"] for each in found["findings"]] == ["vol-1"]
    assert found["findings"][0]["status"] == "open"
    assert found["saving_cents"] == 1100


def test_the_csv_is_safe_in_a_spreadsheet(console: Callable[..., Client], client: Client) -> None:
    rows = list(csv.DictReader(io.StringIO(client.get("/cop/findings?format=csv").text)))
    assert {row["rule"] for row in rows} >= {"EBS-UNATTACHED", "EBS-GP2", "TAG-REQUIRED"}
    assert all(row["message"] for row in rows)


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_has_a_page_that_explains_it(client: Client, rule: str) -> None:
    page = client.get(f"/cop/rules/{quote(rule)}")
    assert page.status == 200
    for text in (RULES[rule].title, RULES[rule].id):
        assert escape(text) in page.text


def test_why_shows_every_verdict_on_a_resource(client: Client) -> None:
    page = client.get("/cop/why/volumes/111122223333/eu-west-1/vol-1")
    assert page.status == 200
    for rule in RULES.values():
        assert (f">{rule.id}<" in page.text) is rule.covers("volumes")


@pytest.mark.parametrize(
    ("path", "status", "named"),
    [
        ("/cop?by=mood", 400, "mood"),
        ("/cop/findings?sort=luck", 400, "luck"),
        ("/cop/findings?page=99", 400, "page=99"),
        ("/cop/findings?format=pdf", 400, "pdf"),
        ("/cop/rules/EC2-DREAMING", 404, "EC2-DREAMING"),
        ("/cop/why/volumes/1/2/3", 404, "3"),
    ],
)
def test_bad_input_is_named_with_the_way_out(client: Client, path: str, status: int, named: str) -> None:
    page = client.get(path)
    assert (page.status, named in page.text) == (status, True)


def test_a_mute_is_previewed_then_set_then_taken_back(client: Client) -> None:
    preview = client.get("/cop/mutes?tag=Environment%3Dsandbox&rule=EBS-UNATTACHED")
    assert "This mutes 1 open finding." in preview.text
    form = {"rule": "EBS-UNATTACHED", "tag": "Environment=sandbox", "reason": "a test", "days": "30"}
    done = post(client, "/cop/mutes", **form)
    assert (done.status, done.header("Location")) == (303, "/cop/mutes")
    muted = json.loads(client.get("/api/cop/findings?status=muted").text)["findings"]
    assert [(each["rule"], each["id"]) for each in muted] == [("EBS-UNATTACHED", "vol-2")]
    page = client.get("/cop/mutes").text
    assert "a test" in page
    assert "1 finding" in page
    assert post(client, f"/cop/mutes/{muted[0]['mute']}/delete").status == 303
    assert json.loads(client.get("/api/cop/findings?status=muted").text)["findings"] == []


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"reason": "r"}, "without a condition"),
        ({"rule": "EBS-GP2"}, "no reason"),
        ({"rule": "EC2-DREAMING", "reason": "r"}, "EC2-DREAMING"),
        ({"tag": "sandbox", "reason": "r"}, "sandbox"),
        ({"name": "x", "reason": "r", "days": "9999"}, "9999"),
        ({"name": "x" * 301, "reason": "r"}, "301 characters"),
    ],
)
def test_a_mute_that_can_not_be_read_is_refused(client: Client, fields: dict[str, str], named: str) -> None:
    answer = post(client, "/cop/mutes", **fields)
    assert (answer.status, named in answer.text) == (400, True)
    assert "Unmute" not in client.get("/cop/mutes").text


@pytest.mark.parametrize("path", ["/cop/mutes", "/cop/mutes/m1/delete"])
def test_a_form_of_another_site_is_refused(client: Client, path: str) -> None:
    form = {"rule": "EBS-GP2", "reason": "r", "csrf": "token-1"}
    evil = ORIGIN | {"Origin": "https://evil.test"}
    assert client.post(path, headers=evil, form=form).status == 403


def test_home_lists_the_rules_that_are_worst_off(client: Client) -> None:
    page = client.get("/").text
    assert "Cloud Cop" in page
    assert RULES["EBS-UNATTACHED"].title in page
    assert "/cop/rules/EBS-UNATTACHED" in page
