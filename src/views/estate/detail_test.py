from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from services.models import RESOURCE_TYPES
from services.models.all import Everything
from services.models.everything.query import Detail, Query
from views.estate import detail
from views.links.context import Context
from views.parts.facts import owner_tag

INSTANCES = RESOURCE_TYPES["instances"]
PROD = "111111111111"


@pytest.fixture
def instance(everything: Everything) -> Detail:
    found = everything.detail("instances", PROD, "eu-west-1", "i-0a41c9f2be77d3e10")
    assert found is not None
    return found


def with_values(found: Detail, **values: Any) -> Detail:
    return replace(found, document={**found.document, **values})


def test_a_resource_shows_what_is_known_of_it(context: Context, instance: Detail, parse: Any) -> None:
    text = parse(detail.view(context, instance, INSTANCES)).text
    for line in (
        "Staterunning",
        "Accountprod 111111111111",
        "Created4 Mar 2026, 09:12 UTC 8 mo old",
        "Cost$0 a month",
        "Ownersearch from tag Team",
        "Private IP10.20.14.87",
        "Security groupssg-01a2b3c4d5e6f7a8b",
    ):
        assert line in text
    assert "Not setPublic IP" in text


def test_every_typed_field_is_told(context: Context, everything: Everything, parse: Any) -> None:
    for kind in RESOURCE_TYPES.values():
        sample = next(row for row in everything.page(Query(kind.name)).rows)
        found = everything.detail(kind.name, sample.account, sample.region, sample.id)
        assert found is not None
        text = parse(detail.view(context, found, kind)).text
        for column in kind.columns:
            assert column.label in text


def test_unknown_values_are_words(context: Context, instance: Detail, parse: Any) -> None:
    bare = with_values(
        instance, cost=None, owner=None, created=None, state="", tags={}, arn="", raw={}, name=""
    )
    page = parse(detail.view(context, replace(bare, head=None), INSTANCES))
    assert "Costunknown" in page.text
    assert "Ownerno owner" in page.text
    assert "Createdunknown" in page.text
    assert "no tags" in page.text
    assert "Copy ARN" not in page.text
    assert "Raw JSON" not in page.text
    assert "Collected" not in page.text.rpartition("fresh")[2]


def test_what_aws_did_not_answer_is_named(context: Context, instance: Detail, parse: Any) -> None:
    marked = with_values(
        instance,
        denied=["tag:GetResources", "ec2:DescribeVolumes"],
        unanswered=["s3 GetBucketAcl: InvalidToken"],
        vpc=None,
        owner=None,
        tags={},
    )
    text = parse(detail.view(context, marked, INSTANCES)).text
    assert "Not readabletag:GetResources, ec2:DescribeVolumes denied" in text
    assert "Not answereds3 GetBucketAcl: InvalidToken" in text
    assert "UnknownVPC" in text
    assert "Ownerunknown" in text
    assert "tags unknown" in text
    assert "no tags" not in text


def test_tags_are_known_where_another_question_failed(context: Context, instance: Detail, parse: Any) -> None:
    marked = with_values(instance, denied=["ec2:DescribeVolumes"], owner=None, tags={})
    text = parse(detail.view(context, marked, INSTANCES)).text
    assert "no tags" in text and "Ownerno owner" in text


def test_an_unknown_cost_says_why_where_that_is_known(context: Context, instance: Detail, parse: Any) -> None:
    for why, said in (("billed by request", "unknown · billed by request"), ("", "unknown")):
        changed = with_values(instance, cost=None, cost_source=why)
        text = parse(detail.view(context, changed, INSTANCES)).text
        assert re.search(rf"Cost\s*{said}\s*Owner", text)


def test_costs_round_as_in_the_lists(context: Context, instance: Detail, parse: Any) -> None:
    assert "$0.13 a month" in parse(detail.view(context, with_values(instance, cost="0.125"), INSTANCES)).text


def test_tags_filter(context: Context, instance: Detail, parse: Any) -> None:
    assert "/prod/resources?tag=Team%3Dsearch" in parse(detail.view(context, instance, INSTANCES)).links()


def test_related_resources_are_linked(context: Context, instance: Detail, parse: Any) -> None:
    page = parse(detail.view(context, instance, INSTANCES))
    volume = f"/prod/resources/volumes/{PROD}/eu-west-1/vol-0c2d3e4f5a6b7c8d9"
    assert page.links().count(volume) == 2  # in its field, and among the related


def test_crumbs_and_actions(context: Context, instance: Detail, parse: Any) -> None:
    page = parse(detail.view(context, instance, INSTANCES))
    links = page.links()
    assert f"/prod/resources/instances?account={PROD}&region=eu-west-1" in links
    assert f"/prod/api/resources/instances/{PROD}/eu-west-1/i-0a41c9f2be77d3e10" in links
    console = page.all("a", target="_blank")[0]
    assert console["href"].startswith("https://eu-west-1.console.aws.amazon.com/ec2/home?region=eu-west-1#")
    assert console["rel"] == "noopener noreferrer"
    assert page.all("button", **{"data-copy": instance.document["arn"]})


def test_console_addresses_are_made_of_quoted_parts(instance: Detail) -> None:
    odd = {**instance.document, "id": "a/b?c#d", "region": "evil.example/"}
    url = detail.console_url(odd, INSTANCES)
    assert "a%2Fb%3Fc%23d" in url
    assert url.startswith("https://evil.example%2F.console.aws.amazon.com/")
    assert detail.console_url(odd, None) == ""
    assert detail.console_url(odd, replace(INSTANCES, console="")) == ""


def test_a_marqo_index_opens_where_it_is_kept(context: Context, instance: Detail, parse: Any) -> None:
    assert "Open in AWS" in parse(detail.view(context, instance, INSTANCES)).text
    assert "Open in Marqo Cloud" in parse(detail.view(context, instance, RESOURCE_TYPES["marqoindexes"])).text


def test_a_failed_collection_says_why(context: Context, instance: Detail, parse: Any) -> None:
    assert instance.head is not None
    head = replace(instance.head, status="error", error="AccessDenied", generation=0)
    text = parse(detail.view(context, replace(instance, head=head), INSTANCES)).text
    assert "Last goodneverResultfailedLast try12 min agoReasonAccessDeniedTook1.2 s" in text
    held = replace(head, status="held", held_count=1)
    assert "held back" in parse(detail.view(context, replace(instance, head=held), INSTANCES)).text


def test_a_type_that_is_gone_still_shows(context: Context, instance: Detail, parse: Any) -> None:
    page = parse(detail.view(context, with_values(instance, type="gone"), None))
    assert "Instance typer6i.2xlarge" in page.text
    assert not page.all("a", target="_blank")


def test_the_owner_tag_is_named_as_it_is_spelled() -> None:
    assert owner_tag({"TEAM": "a", "x": "y"}, "a") == "TEAM"
    assert owner_tag({"Owner": " ", "squad": "b "}, "b") == "squad"
    assert owner_tag({}, "a") is None
