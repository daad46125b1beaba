"""POST /theme, and with it the defence of every POST."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from devserver.gateway import Client
from routes.csrf import COOKIE

ORIGIN = {"Origin": "http://localhost:2200", "Cookie": f"{COOKIE}=token-1"}


def test_the_theme_is_kept_and_the_page_follows_it(client: Client) -> None:
    form = {"csrf": "token-1", "theme": "dark", "next": "/resources?q=web"}
    response = client.post("/theme", headers=ORIGIN, form=form)
    assert (response.status, response.header("Location")) == (303, "/resources?q=web")
    assert response.header("Set-Cookie").startswith("theme=dark; Path=/;")
    page = client.get("/", headers={"Cookie": "theme=dark"}).text
    assert 'data-theme="dark"' in page


def test_a_new_visitor_gets_the_token_that_the_form_holds(client: Client) -> None:
    response = client.get("/")
    cookie = response.header("Set-Cookie")
    token = cookie.partition("=")[2].partition(";")[0]
    assert len(token) >= 24
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert f'value="{token}"' in response.text


@pytest.mark.parametrize(
    ("headers", "token"),
    [
        (ORIGIN | {"Origin": "https://evil.example"}, "token-1"),
        (ORIGIN | {"Origin": "null"}, "token-1"),
        ({"Cookie": ORIGIN["Cookie"]}, "token-1"),
        (ORIGIN, "token-2"),
        (ORIGIN, ""),
        ({"Origin": ORIGIN["Origin"]}, ""),
        ({"Origin": ORIGIN["Origin"], "Cookie": f"{COOKIE}="}, ""),
    ],
)
def test_a_form_from_elsewhere_is_refused(client: Client, headers: dict[str, str], token: str) -> None:
    response = client.post("/theme", headers=headers, form={"csrf": token, "theme": "dark"})
    assert response.status == 403
    assert "theme=dark" not in (response.header("Set-Cookie") or "")


def test_an_odd_cookie_of_another_program_is_in_nobodys_way(client: Client) -> None:
    headers = ORIGIN | {"Cookie": f'other={{"a":"b"}}; {ORIGIN["Cookie"]}; x'}
    assert client.post("/theme", headers=headers, form={"csrf": "token-1", "theme": "dark"}).status == 303


def test_bytes_that_are_no_form_are_a_400(client: Client) -> None:
    assert client.post("/theme", headers=ORIGIN, body=b"\xff\xfe").status == 400


@pytest.mark.parametrize(
    "target", ["https://evil.example", "//evil.example", "/\\evil.example", "", "/a\r\nX: y"]
)
def test_the_way_back_never_leaves_the_console(client: Client, target: str) -> None:
    response = client.post(
        "/theme", headers=ORIGIN, form={"csrf": "token-1", "theme": "light", "next": target}
    )
    assert response.header("Location") == "/"


def test_an_unknown_theme_is_named(client: Client) -> None:
    response = client.post("/theme", headers=ORIGIN, form={"csrf": "token-1", "theme": quote("<b>")})
    assert response.status == 400
