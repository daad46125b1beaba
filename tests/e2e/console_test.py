"""The deployed console: its pages, with what the deployed collection found in the member accounts."""

from __future__ import annotations

import json
import re

import pytest

from services.aws import Aws
from services.models.base import Call
from tests.e2e.conftest import Console
from tooling.local_accounts import MEMBERS, REGIONS

pytestmark = pytest.mark.e2e
PAGES = ("/", "/resources", "/resources/instances", "/accounts", "/changes", "/cop", "/sync", "/deployments")


def test_strangers_are_told_that_it_is_well_and_nothing_else(console: Console) -> None:
    status, _, body = console.get("/health")
    assert (status, body) == (200, b"")


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_there_and_its_links_stay_under_the_stage(console: Console, path: str) -> None:
    page = console.page(path)
    links = re.findall(r'(?:href|src|action|hx-get)="(/[^"]*)"', page)
    assert links and [link for link in links if not link.startswith("/local/")] == []


def test_what_is_in_the_accounts_is_on_the_list(console: Console) -> None:
    for account in MEMBERS:
        there = {id for region in REGIONS for id in instances(account.name, region)}
        found = console.json(f"/resources/instances?account={account.id}")
        assert there
        assert found["count"] == len(there)
        assert {each["id"] for each in found["resources"]} <= there


def instances(profile: str, region: str) -> list[str]:
    pages = Aws(profile).source(region).pages(Call("ec2", "describe_instances", ""))
    groups = (group for page in pages for group in page["Reservations"])
    return [each["InstanceId"] for group in groups for each in group["Instances"]]


def test_a_page_that_is_not_there_says_so(console: Console) -> None:
    status, headers, body = console.get("/api/resources/nothing")
    assert (status, headers["content-type"]) == (404, "application/problem+json")
    assert json.loads(body)["title"] == "Nothing here"


def test_the_page_of_deployments_knows_this_one(console: Console) -> None:
    (place,) = console.json("/deployments")["environments"]
    assert (place["environment"], place["now"]["release"]) == ("local", "")
    assert {event["status"] for event in place["last"]["events"]} >= {"CREATE_COMPLETE"}
