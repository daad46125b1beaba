"""POST /theme."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from devserver.gateway.gateway import Client
from routes.csrf import HOST_ONLY

ORIGIN = {"Origin": "https://localhost:2200", "Cookie": f"{HOST_ONLY}=token-1"}


def test_the_theme_is_kept_and_the_page_follows_it(client: Client) -> None:
    form = {"csrf": "token-1", "theme": "dark", "next": "/resources?q=web"}
    response = client.post("/theme", headers=ORIGIN, form=form)
    assert (response.status, response.header("Location")) == (303, "/resources?q=web")
    assert response.header("Set-Cookie").startswith("theme=dark; Path=/;")
    page = client.get("/", headers={"Cookie": "theme=dark"}).text
    assert 'data-theme="dark"' in page


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
