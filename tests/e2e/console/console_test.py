"""The deployed console: its pages, with what the deployed collection found in the member accounts."""

from __future__ import annotations

import json

import pytest

from services.cloud.aws import Aws
from services.models.kit.base import Call
from tests.e2e.utils.system import System
from tests.e2e.utils.waiting import until

PAGES = ("/", "/resources", "/resources/instances", "/accounts", "/changes", "/cop", "/sync", "/deployments")


def test_strangers_are_told_that_it_is_well_and_nothing_else(system: System) -> None:
    until(lambda: system.get("/health")[0] == 200)  # a cold start has two seconds, on a busy machine too
    assert system.get("/health")[2] == b""


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_there_and_its_links_stay_under_the_stage(system: System, path: str) -> None:
    links = system.links(system.page(path))
    assert links and [link for link in links if not link.startswith(f"{system.stage}/")] == []


def test_what_is_in_the_accounts_is_on_the_list(system: System) -> None:
    for account in system.members:
        there = {id for region in system.regions for id in instances(account.name, region)}
        found = system.json(f"/resources/instances?account={account.id}")
        assert there or not system.target.environment.local
        assert found["count"] == len(there)
        assert {each["id"] for each in found["resources"]} <= there


def instances(profile: str, region: str) -> list[str]:
    pages = Aws(profile).source(region).pages(Call("ec2", "describe_instances", ""))
    groups = (group for page in pages for group in page["Reservations"])
    return [each["InstanceId"] for group in groups for each in group["Instances"]]


def test_a_page_that_is_not_there_says_so(system: System) -> None:
    status, headers, body = system.get("/api/resources/nothing")
    assert (status, headers["content-type"]) == (404, "application/problem+json")
    assert json.loads(body)["title"] == "Nothing here"
