from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from errors import SettingsError
from services.cop.judge.limits import read_limits
from services.cop.registry import RULES
from services.cop.store.port_test import ENTRY
from services.notify.channels import Route, by_channel, read_routes, read_webhooks

SECRET = "https://hooks.slack.test/services/T/B/secret"


def test_one_address_is_that_of_the_default_and_names_are_others() -> None:
    assert read_webhooks("") == {}
    assert read_webhooks(SECRET) == {"default": SECRET}
    named = read_webhooks(f"{SECRET}, search={SECRET}?a=b\ndata=http://127.0.0.1:9/x")
    assert named == {"default": SECRET, "search": f"{SECRET}?a=b", "data": "http://127.0.0.1:9/x"}


@pytest.mark.parametrize(
    ("setting", "named"),
    [
        ("secret-value", "address number 2 in"),
        ("hooks.slack.test/services/secret", "address number 2 in"),
        ("http://hooks.slack.test/secret", "address number 2 in .* does not begin with https://"),
        ("search=secret-value", "of channel search in .* does not begin with https://"),
        ("search=hooks.slack.test/secret", "of channel search in .* does not begin with https://"),
        ("search=http://slack.test/secret", "of channel search in .* does not begin with https://"),
        ("search=", "of channel search in"),
        ("search=https:///secret", "of channel search in .* names no host"),
        ("search=https://.secret", "of channel search in"),
        ("search=https://[secret", "of channel search in .* is no address"),
        ("search=https://slack.test:secret/", "of channel search in .* is no address"),
        ("=https://secret-value", "address number 2 in"),
        ("ftp://secret-value", "address number 2 in"),
    ],
)
def test_what_is_no_address_is_named_and_not_told(setting: str, named: str) -> None:
    with pytest.raises(SettingsError, match=named) as told:
        read_webhooks(f"{SECRET} {setting}")
    assert "secret" not in str(told.value)


def test_of_two_addresses_of_a_name_none_is_taken_silently() -> None:
    with pytest.raises(SettingsError, match="two addresses of default") as told:
        read_webhooks(f"{SECRET} {SECRET}/2")
    assert "secret" not in str(told.value)


def test_a_finding_goes_to_every_route_that_takes_it_else_to_the_default() -> None:
    routes = (
        Route("search", owner="search"),
        Route("prod", account="1"),
        Route("both", owner="x", account="1"),
    )
    webhooks = dict.fromkeys(("default", "search", "prod", "both"), SECRET)
    mine, other = ENTRY, replace(ENTRY, owner=None, account="2")
    assert by_channel([mine, other], routes, webhooks) == {
        "default": [other],
        "search": [mine],
        "prod": [mine],
        "both": [],
    }
    del webhooks["default"]
    assert other not in [entry for of in by_channel([other], routes, webhooks).values() for entry in of]


def test_a_route_to_nowhere_is_told_with_the_names_there_are() -> None:
    with pytest.raises(
        SettingsError, match=r"'search', which SLACK_WEBHOOK_URL does not name.*default"
    ) as told:
        by_channel([], [Route("search", owner="a")], {"default": SECRET})
    assert "secret" not in str(told.value)


def test_routes_stand_beside_limits(tmp_path: Path) -> None:
    file = tmp_path / "cop.toml"
    file.write_text('[EBS-UNATTACHED]\ndays = 3\n[[route]]\nowner = "search"\nwebhook = "search"\n')
    assert read_routes(file) == (Route("search", "search"),)
    assert read_limits(file, RULES).usual(RULES["EBS-UNATTACHED"])["days"] == 3
    assert read_routes(tmp_path / "none.toml") == ()


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[[route]]\nowner = 'a'", "give it a webhook's name"),
        ("[route]\nowner = 'a'\nwebhook = 'a'", "write [[route]]"),
        ("route = ['a']", "write [[route]]"),
        ("[[route]]\nwebhook = 'a'", "an owner or an account"),
        ("[[route]]\nwebhook = 'a'\nteam = 'b'", "'team'"),
        ("[[route", "cop.toml"),
    ],
)
def test_a_route_that_can_not_be_read_is_named(tmp_path: Path, text: str, named: str) -> None:
    file = tmp_path / "cop.toml"
    file.write_text(text)
    with pytest.raises(SettingsError, match=r".") as told:
        read_routes(file)
    assert named in str(told.value)
