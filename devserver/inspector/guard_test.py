"""Who is let in to the inspector, and who is not."""

from __future__ import annotations

import pytest

from devserver.gateway.http_message import Request
from devserver.inspector.guard import (
    cookie_name,
    derived,
    forgery,
    is_foreign,
    is_same_machine,
    own_hosts,
    refusal,
    set_cookie,
)

PORT = 2200
SECRET = "s" * 64
Lines = tuple[tuple[str, str], ...]


def get(*lines: tuple[str, str], ip: str = "127.0.0.1", host: str = "localhost:2200") -> Request:
    return Request("GET", "/__polo__/", (("Host", host), *lines), source_ip=ip)


@pytest.mark.parametrize("host", ["localhost:2200", "127.0.0.1:2200", "[::1]:2200", "LOCALHOST:2200"])
@pytest.mark.parametrize("ip", ["127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1"])
def test_this_machine_is_let_in(host: str, ip: str) -> None:
    assert refusal(get(host=host, ip=ip), PORT) is None


@pytest.mark.parametrize(
    "ip", ["10.0.0.7", "192.168.1.2", "::2", "::ffff:10.0.0.1", "169.254.169.254", "", "localhost"]
)
def test_other_machines_are_not(ip: str) -> None:
    assert refusal(get(ip=ip), PORT) == f"The inspector answers this machine only, not {ip}."


@pytest.mark.parametrize(
    "host",
    [
        "rebound.example:2200",
        "localhost",
        "localhost:80",
        "localhost:22000",
        "127.0.0.1.nip.io:2200",
        "localhost:2200.evil.example",
        "evil@localhost:2200",
        "localhost.:2200",
        "",
    ],
)
def test_a_name_that_is_not_ours_is_dns_rebinding(host: str) -> None:
    assert "is at http://localhost:2200/__polo__/" in (refusal(get(host=host), PORT) or "")


@pytest.mark.parametrize(
    ("host", "foreign"),
    [
        ("localhost:2200", False),
        ("LOCALHOST", False),
        ("polo.localhost:2200", False),
        ("127.0.0.1", False),
        ("[::1]:2200", False),
        ("localhost.:2200", True),
        ("rebound.example:2200", True),
        ("127.0.0.1.nip.io", True),
        ("localhost.evil.example", True),
        ("2130706433:2200", True),
        ("0.0.0.0:2200", True),  # noqa: S104
        ("[::1", True),
        (":2200", True),
    ],
)
def test_a_page_is_answered_under_this_machines_names_only(host: str, foreign: bool) -> None:
    assert is_foreign(host) is foreign


@pytest.mark.parametrize(
    ("origin", "host", "same"),
    [
        ("http://localhost:2200", "localhost:35729", True),
        ("http://[::1]:2200", "[::1]:35729", True),
        ("http://127.0.0.1:2200", "localhost:35729", False),
        ("https://evil.example", "localhost:35729", False),
        ("http://localhost.evil.example:2200", "localhost:35729", False),
        ("null", "localhost:35729", False),
        ("", "", False),
        ("file://localhost/x", "localhost:35729", False),
        ("http://[::1", "localhost:35729", False),
    ],
)
def test_a_page_of_another_machine_hears_nothing(origin: str, host: str, same: bool) -> None:
    assert is_same_machine(origin, host) is same


def test_one_host_is_sent_not_none_and_not_two() -> None:
    assert refusal(Request("GET", "/__polo__/"), PORT)
    assert refusal(get(("Host", "localhost:2200")), PORT)


def test_the_port_may_be_left_out_where_browsers_do() -> None:
    assert "localhost" in own_hosts(80)
    assert "localhost" not in own_hosts(PORT)


@pytest.mark.parametrize("name", ["X-Forwarded-For", "Forwarded"])
def test_a_proxy_on_this_machine_lets_nobody_in(name: str) -> None:
    assert "no proxy" in (refusal(get((name, "8.8.8.8")), PORT) or "")


@pytest.mark.parametrize(
    ("lines", "open"),
    [
        ((("Sec-Fetch-Site", "same-origin"),), True),
        ((("Sec-Fetch-Site", "none"), ("Sec-Fetch-Mode", "navigate")), True),
        ((("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Mode", "navigate")), True),
        ((("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Mode", "no-cors")), False),
        ((("Sec-Fetch-Site", "same-site"), ("Sec-Fetch-Mode", "cors")), False),
        ((("Sec-Fetch-Site", "cross-site"),), False),
    ],
)
def test_another_site_may_link_here_but_not_fetch(lines: Lines, open: bool) -> None:
    assert (refusal(get(*lines), PORT) is None) is open


def test_another_site_may_not_send_a_form_here() -> None:
    lines = (("Host", "localhost:2200"), ("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Mode", "navigate"))
    assert refusal(Request("POST", "/__polo__/", lines), PORT)


COOKIE = ("Cookie", f"a=b; {cookie_name(PORT)}={derived(SECRET, 'cookie')}")
ORIGIN = ("Origin", "http://localhost:2200")
TOKEN = derived(SECRET, "form")


def post(*lines: tuple[str, str]) -> Request:
    return Request("POST", "/__polo__/", (("Host", "localhost:2200"), *lines))


@pytest.mark.parametrize("lines", [(COOKIE, ORIGIN), (COOKIE,)])
def test_a_form_of_ours_is_accepted(lines: Lines) -> None:
    assert forgery(post(*lines), TOKEN, SECRET, PORT) is None


@pytest.mark.parametrize(
    ("lines", "token"),
    [
        ((COOKIE, ORIGIN), ""),
        ((COOKIE, ORIGIN), "x"),
        ((COOKIE, ORIGIN), "ü"),
        ((COOKIE, ORIGIN), derived(SECRET, "cookie")),
        ((COOKIE, ORIGIN), derived("of another run", "form")),
        ((ORIGIN,), TOKEN),
        ((("Cookie", f"{cookie_name(PORT)}={TOKEN}"), ORIGIN), TOKEN),
        ((("Cookie", f"{cookie_name(2201)}={derived(SECRET, 'cookie')}"), ORIGIN), TOKEN),
        ((COOKIE, ("Origin", "https://evil.example")), TOKEN),
        ((COOKIE, ("Origin", "http://localhost:3000")), TOKEN),
        ((COOKIE, ("Origin", "null")), TOKEN),
        ((COOKIE, ORIGIN, ("Origin", "https://evil.example")), TOKEN),
    ],
)
def test_any_other_form_is_not(lines: Lines, token: str) -> None:
    assert forgery(post(*lines), token, SECRET, PORT)


def test_the_cookie_stays_with_the_inspector() -> None:
    line = set_cookie(SECRET, PORT)
    assert line.endswith("; Path=/__polo__/; HttpOnly; SameSite=Strict")
    assert TOKEN not in line
