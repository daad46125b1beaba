"""The defence of every form: the routers say which there are."""

from __future__ import annotations

from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from devserver.gateway.gateway import Api, Client
from routes.conftest import NOW, Estate
from routes.csrf import HOST_ONLY, PLAIN
from services.models.all_test import everything, instance, volume
from settings import Settings
from tests.web_routes import asking, rules, sampled_paths
from wiring.web import web_app

HOST = "localhost:2200"
COOKIES = {"https": HOST_ONLY, "http": PLAIN}
SCHEMES = pytest.mark.parametrize("scheme", ["https", "http"])
BAD_ORIGINS = (
    "http://[",
    "https://[::1",
    "https://[::1]:x",
    "https://localhost:99999",
    "https://localhost:2200x",
    "https://localhost:2200.evil.example",
    "https://localhost",
    "https://localhost:2201",
    "https://evil.example",
    "https://evil.example/localhost:2200",
    "https://evil@localhost:2200",
    "https://localhost:2200@evil.example",
    "ftp://localhost:2200",
    "//localhost:2200",
    "localhost:2200",
    "null",
    "",
    " ",
    "\x00",
    "https://\u2100.example",
    "x" * 5_000,
)


@pytest.fixture
def sites(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Client]:
    """A console as it is reached over a scheme, at the root or under a stage."""
    (tmp_path / "local_data.json").touch()
    monkeypatch.setenv("LOCAL_DATA_PATH", str(tmp_path / "local_data.json"))
    monkeypatch.setenv("CACHE_PATH", str(tmp_path / "cache"))
    estate = Estate(everything(tmp_path, instance("i-1"), volume("vol-1")))
    handler = web_app(Settings.from_environment(), estate=estate, clock=lambda: NOW)

    def site(scheme: str, stage: str = "") -> Client:
        return Client(handler, api=Api(stage=stage or "local", under_stage=bool(stage), scheme=scheme))

    return site


def send(client: Client, path: str, given: str = "token-1", **headers: str) -> Any:
    fields = {"theme": "dark"} if path.endswith("/theme") else {}
    return client.post(path, headers=headers, form={"csrf": given, **fields})


def forms(client: Client) -> list[str]:
    return sampled_paths("POST", asking(client))


def own(scheme: str) -> dict[str, str]:
    return {"Origin": f"{scheme}://{HOST}", "Cookie": f"{COOKIES[scheme]}=token-1"}


def test_nothing_but_forms_is_posted_and_every_one_is_found() -> None:
    assert {"/theme", "/sync/collect", "/cop/mutes", "/cop/mutes/<id>/delete"} <= set(rules("POST"))
    assert not rules("PUT") + rules("PATCH") + rules("DELETE"), "a form has GET and POST alone"


@SCHEMES
def test_a_form_of_our_own_page_is_taken(sites: Callable[..., Client], scheme: str) -> None:
    client = sites(scheme)
    referer = {"Referer": f"{scheme}://{HOST}/resources?q=x", "Cookie": own(scheme)["Cookie"]}
    for path in forms(client):
        assert send(client, path, **own(scheme)).status in (303, 400, 404), path
        assert send(client, path, **referer).status in (303, 400, 404), path


@SCHEMES
@pytest.mark.parametrize("header", ["Origin", "Referer"])
def test_a_form_from_elsewhere_is_refused(sites: Callable[..., Client], scheme: str, header: str) -> None:
    client = sites(scheme)
    other = "http" if scheme == "https" else "https"
    for path in forms(client):
        for origin in (*BAD_ORIGINS, f"{other}://{HOST}"):
            response = send(client, path, **{header: origin, "Cookie": own(scheme)["Cookie"]})
            assert response.status == 403, (path, origin)
            assert "The form came from" in response.text
            assert "theme=" not in (response.header("Set-Cookie") or "")


@SCHEMES
def test_a_form_with_another_token_is_refused(sites: Callable[..., Client], scheme: str) -> None:
    client = sites(scheme)
    origin, cookie = {"Origin": f"{scheme}://{HOST}"}, COOKIES[scheme]
    foreign = PLAIN if scheme == "https" else HOST_ONLY
    for path in forms(client):
        for headers, token in (
            (origin | {"Cookie": f"{cookie}=token-1"}, "token-2"),
            (origin | {"Cookie": f"{cookie}=token-1"}, ""),
            (origin | {"Cookie": f"{cookie}="}, ""),
            (origin | {"Cookie": f"{foreign}=token-1"}, "token-1"),
            (origin, ""),
            ({"Cookie": f"{cookie}=token-1"}, "token-1"),
        ):
            assert send(client, path, token, **headers).status == 403, (path, headers, token)


def test_a_refused_form_keeps_what_was_entered_and_says_why_beside_the_field(
    sites: Callable[..., Client],
) -> None:
    client = sites("http")
    shown = [client.get(path) for path in sampled_paths("GET", asking(client))]
    pages = [Page(page.text) for page in shown if "text/html" in (page.header("Content-Type") or "")]
    filled = {form.action: form for page in pages for form in page.forms if form.posts and form.entered}
    assert "/cop/mutes" in filled
    described = set()
    for action, form in filled.items():
        for entered in [{name: f"zq {name}"} for name in form.entered] + [
            dict.fromkeys(form.entered, "zq" * 300)
        ]:
            answer = client.post(action, headers=own("http"), form={"csrf": "token-1", **entered})
            page = Page(answer.text)
            assert answer.status == 400, (action, entered)
            (again,) = (each for each in page.forms if each.action == action and each.entered)
            assert {name: value for name, value in again.entered.items() if value} == entered
            for name, by in again.invalid.items():
                assert len(page.by_id[by]) > 20, (action, name)
                described.add((action, name))
    assert {("/cop/mutes", name) for name in ("rule", "account", "tag", "reason")} <= described


class Form:
    """entered: the value of each field that one types into. invalid: those refused, with the id of why."""

    def __init__(self, attributes: dict[str, str]) -> None:
        self.action, self.posts = attributes.get("action", ""), attributes.get("method") == "post"
        self.entered: dict[str, str] = {}
        self.invalid: dict[str, str] = {}

    def take(self, field: dict[str, str]) -> None:
        if field.get("type", "text") not in ("hidden", "submit", "button"):
            self.entered[field["name"]] = field.get("value", "")
            if field.get("aria-invalid") == "true":
                self.invalid[field["name"]] = field["aria-describedby"]


class Page(HTMLParser):
    """The forms of a page, and the text of its paragraphs that have an id."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.by_id: dict[str, str] = {}
        self._open = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Form(attributes))
        if tag in ("input", "textarea") and self.forms and "name" in attributes:
            self.forms[-1].take(attributes)
        if tag == "p":
            self._open = attributes.get("id", "")

    def handle_data(self, data: str) -> None:
        if self._open:
            self.by_id[self._open] = self.by_id.get(self._open, "") + data

    def handle_endtag(self, tag: str) -> None:
        if tag == "p":
            self._open = ""


@SCHEMES
@pytest.mark.parametrize("stage", ["", "prod"])
def test_a_new_visitor_gets_the_token_that_the_form_holds(
    sites: Callable[..., Client], scheme: str, stage: str
) -> None:
    prefix = f"/{stage}" if stage else ""
    response = sites(scheme, stage).get(f"{prefix}/accounts")
    line = response.header("Set-Cookie")
    name, _, rest = line.partition("=")
    token, _, attributes = rest.partition("; ")
    secure = ["Secure"] if scheme == "https" else []
    assert name == COOKIES[scheme]
    assert attributes.split("; ") == ["Path=/", "HttpOnly", "SameSite=Strict", *secure]
    assert len(token) >= 24
    assert f'value="{token}"' in response.text
    again = sites(scheme, stage).get(f"{prefix}/accounts", headers={"Cookie": f"{name}={token}"})
    assert again.header("Set-Cookie") is None
    assert f'value="{token}"' in again.text


@pytest.mark.parametrize("stage", ["", "prod"])
def test_the_cookie_of_an_earlier_release_is_replaced(sites: Callable[..., Client], stage: str) -> None:
    prefix = f"/{stage}" if stage else ""
    client = sites("https", stage)
    old = {"Cookie": f"{PLAIN}=token-1"}
    lines = [value for name, value in client.get(f"{prefix}/", headers=old).headers if name == "Set-Cookie"]
    assert lines[0].startswith(f"{HOST_ONLY}=")
    gone = {line.split("; ")[1] for line in lines[1:] if line.startswith(f"{PLAIN}=; ")}
    assert gone == {"Path=/", f"Path={prefix or '/'}"}
    assert all("Max-Age=0" in line for line in lines[1:])
    refused = send(client, f"{prefix}/theme", Origin=f"https://{HOST}", **old)
    assert (refused.status, "reload the page" in refused.text) == (403, True)
    token = lines[0].partition("=")[2].partition(";")[0]
    after = {"Origin": f"https://{HOST}", "Cookie": f"{HOST_ONLY}={token}"}
    assert send(client, f"{prefix}/theme", token, **after).status == 303
