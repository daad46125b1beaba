"""Names, tags and owners are written by whoever has an account: on every page they must stay text."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dom import Element
from services.models import RESOURCE_TYPES
from services.models.domain.release import Deployment, Deployments, Place, Release, Run, StackEvent
from services.models.everything.history import ChangePage, ChangeQuery
from services.models.everything.query import Detail, FacetValue, Group, Page, Query, Row, Totals
from services.models.kit.change import Change
from services.models.kit.scope import Scope, ScopeHead
from tests.examples import examples
from views.conftest import collections_of
from views.costs import costs
from views.costs.costs_test import cost_pages, spending
from views.estate import accounts, changes, deployments, detail, home, resources, sync
from views.estate.collecting import Again
from views.links.context import Context
from views.shell import problem

INSTANCES = RESOURCE_TYPES["instances"]
HOSTILE = st.one_of(
    st.text(alphabet="<>&\"'`=/ \0\n:;()#javscript-![]{}\ud800\U0001f600é"),
    st.sampled_from(
        [
            "<script>alert(1)</script>",
            '"><img src=x onerror=alert(1)>',
            "' onmouseover='alert(1)",
            "javascript:alert(1)",
            "</title></textarea></style>",
            "<x" * 5000,
            "\U0001f600" * 2560,
        ]
    ),
)


def pages(context: Context, value: str) -> list[Element]:
    """Every page with the value wherever an account's owner can put one."""
    row = Row("instances", value, value, value, value, value, value, None, 1, value, (value,) * 8)
    totals = Totals(1, 1, 0)
    group = (Group(value, totals),)
    head = ScopeHead(Scope(value, value, "instances"), status="error", error=value)
    filters = {"account": (value,), "owner": (value,), "tag": (value,), "type": (value,)}
    facets = {name: (FacetValue(value, 1, True),) for name in ("type", "state", "account", "owner")}
    odd = replace(
        context,
        accounts={value: value},
        search=value,
        notice=value,
        identity=value,
        path="/" + value,
        logout_url="/" + value,
    )
    document: dict[str, Any] = INSTANCES.model.from_aws(
        INSTANCES.sample, Scope("1", "r", "instances")
    ).to_json()
    texts = dict.fromkeys(
        ("account", "region", "id", "arn", "name", "owner", "state", "image", "created"), value
    )
    fields = {value: (value, {value: [value]}), "tags": ({}, {value: value}), "l": ([], [value, "b"])}
    change = Change(
        "changed", "instances", value, value, value, value, value, fields | dict.fromkeys("abcdef", (1, 2))
    )
    gone = Change("vanished", value, value, value, value, value, value)
    query = ChangeQuery(value, value, value, {"account": (value,), "kind": (value,)})
    days = {value[:10]: {"changed": 2, value: 1}}
    page = ChangePage(query, (change, gone), 2, 3, days, {"kind": facets["type"]}, frozenset([change.key]))
    document |= {
        **texts,
        "tags": {value: value},
        "raw": {value: [value]},
        "volumes": [value],
        "platform": value,
    }
    build = Release(value, value, value, value, value, (value,), 1, 1)
    event = StackEvent(value, value, value, value, value)
    place = Place(value, (Run(value, value),), Deployment(value, value, value, value, (event,)))
    return [
        resources.view(odd, Page(Query(None, value, filters), (row,), totals, 2, facets), None),
        resources.view(odd, Page(Query("instances", value, filters), (row,), totals, 2, facets), INSTANCES),
        resources.view(odd, Page(Query("instances", value, filters), (), Totals(), 2, facets), INSTANCES),
        detail.view(odd, Detail(document, head, (row,)), INSTANCES, (change, gone)),
        changes.view(odd, page, page.query, value),
        accounts.view(odd, group, collections_of([head])),
        deployments.view(odd, Deployments((build,), 2, value, (place,)), value),
        sync.view(odd, (head,), Again(value, value, value, value, "", 1, (head,), True)),
        sync.view(odd, (head,), Again("", "", value, value, "instances", 1, (replace(head, attempted=2),))),
        problem.view(odd, 400, value, value, value),
        *(costs.view(odd, each) for each in cost_pages(value)),
        home.view(
            odd,
            totals=totals,
            by_account=group,
            by_type=group,
            by_region=group,
            by_owner=group,
            newest=(row,),
            collections=collections_of([head]),
            changes=(change, gone),
            spending=spending(value),
        ),
    ]


@pytest.fixture(scope="session")
def harmless(context: Context, parse: Any) -> list[set[tuple[str, str]]]:
    """The tags and attributes that each page has with ordinary values."""
    both = zip(pages(context, "ordinary-1"), pages(context, "a"), strict=True)
    return [markup(parse(first)) | markup(parse(second)) for first, second in both]


def markup(page: Any) -> set[tuple[str, str]]:
    return {(tag, name) for tag, attributes in page.tags for name in ("", *attributes)}


@settings(max_examples=examples(60), deadline=None)
@given(value=HOSTILE)
def test_no_value_becomes_markup_on_any_page(
    value: str, context: Context, parse: Any, harmless: list[set[tuple[str, str]]]
) -> None:
    for made, known in zip(pages(context, value), harmless, strict=True):
        page = parse(made)
        assert markup(page) <= known
        for link in page.links():
            assert link.startswith(("/prod/", "/", "#main", "https://"))
