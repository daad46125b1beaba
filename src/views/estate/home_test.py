from __future__ import annotations

from dataclasses import replace
from typing import Any

from services.models.all import Everything
from services.models.everything.collections import Collections
from services.models.everything.query import Totals
from services.models.kit.scope import Scope, ScopeHead
from tooling.demo.whose import ACCOUNTS
from views.conftest import collections_of
from views.estate import accounts, home
from views.links.context import Context
from views.links.format import number
from views.parts.parts import ACCOUNT_CLASSES, account_classes
from views.parts.scopes import freshness
from views.shell import problem


def shown(context: Context, everything: Everything, parse: Any) -> Any:
    groups = {f"by_{field}": everything.groups(field) for field in ("account", "type", "region", "owner")}
    return parse(
        home.view(
            context,
            totals=everything.totals(),
            newest=everything.newest(8),
            collections=everything.collections(),
            **groups,
        )
    )


def test_home_counts_what_there_is(context: Context, everything: Everything, parse: Any) -> None:
    page = shown(context, everything, parse)
    count, types = sum((context.counts or {}).values()), len(context.counts or {})
    assert f"Resources{number(count)}of {types} types" in page.text
    assert f"{context.fresh} of {context.scopes}" in page.text
    assert "1 with failing scopes" in page.text
    assert "Friday 20 Nov 2026, 20:14 UTC" in page.text


def test_home_says_how_much_cost_is_unknown(context: Context, everything: Everything, parse: Any) -> None:
    totals = everything.totals()
    text = shown(context, everything, parse).text
    assert f"${round(totals.cost / 100):,}/mo" in text
    assert f"{totals.unknown} costs unknown" in text


def test_home_leads_to_what_it_counts(context: Context, everything: Everything, parse: Any) -> None:
    links = set(shown(context, everything, parse).links())
    assert {
        "/prod/resources?owner=none",
        "/prod/resources?account=111111111111",
        "/prod/resources/volumes",
        "/prod/resources?region=eu-west-1",
        "/prod/resources?owner=search",
        "/prod/resources?sort=-created",
    } <= links


def test_bars_have_sizes_without_inline_style(context: Context, everything: Everything, parse: Any) -> None:
    page = shown(context, everything, parse)
    assert page.all("rect", width="100.00")
    assert not [attributes for _, attributes in page.tags if "style" in attributes]


def test_accounts_keep_their_colour(context: Context, everything: Everything, parse: Any) -> None:
    page = shown(context, everything, parse)
    colour = account_classes(context)["111111111111"]
    assert f'<i class="sq {colour}"></i>prod' in page.html
    assert page.all("rect", class_=colour)


def test_neither_a_new_name_nor_a_later_account_changes_colours(context: Context) -> None:
    ids = [str(number) for number in range(1, 13)]
    before = account_classes(replace(context, accounts=dict(zip(ids, "abcdefghijkl", strict=True))))
    after = account_classes(replace(context, accounts={"9999": "a", **dict.fromkeys(reversed(ids), "x")}))
    assert {id: after[id] for id in ids} == before
    assert {*before.values()} == {*ACCOUNT_CLASSES}, "no two share one while there are others"


def test_each_account_of_the_demo_has_a_strong_colour_of_its_own(context: Context) -> None:
    colours = account_classes(replace(context, accounts=ACCOUNTS))
    assert sorted(colours.values()) == sorted(ACCOUNT_CLASSES[: len(ACCOUNTS)])


def test_failures_are_told_below_the_grid(context: Context, everything: Everything, parse: Any) -> None:
    text = parse(freshness(context, everything.collections())).text
    assert "staging · Volumes · eu-west-1: AccessDenied, last good 12 min ago" in text


def test_failures_that_are_alike_are_told_once(context: Context, parse: Any) -> None:
    scopes = [Scope("111111111111", region, "volumes") for region in ("eu-west-1", "us-east-1")]
    heads = [ScopeHead(scope, status="error", error="Denied") for scope in scopes]
    page = parse(freshness(context, collections_of(heads)))
    assert page.text.count("Denied") == 1
    assert "eu-west-1, us-east-1" in page.text
    assert "last good never" in page.text
    assert page.all("td", class_="cell error")[0]["title"] == "prod · Volumes: failed, never collected"


def test_a_held_scope_says_what_it_waits_for(context: Context, parse: Any) -> None:
    scope = Scope("111111111111", "eu-west-1", "volumes")
    head = ScopeHead(scope, status="held", count=40, held_count=3)
    assert (
        "3 found after 40; a second run must agree" in parse(freshness(context, collections_of([head]))).text
    )
    unsure = parse(freshness(context, collections_of([replace(head, held_count=None)])))
    assert "fewer found after 40" in unsure.text


def test_many_failures_are_cut_short(context: Context, parse: Any) -> None:
    heads = [
        ScopeHead(Scope("111111111111", "eu-west-1", "volumes"), status="error", error=f"E{n}")
        for n in range(6)
    ]
    assert "and 2 more" in parse(freshness(context, collections_of(heads))).text


def test_an_empty_estate_says_how_to_fill_it(context: Context, parse: Any) -> None:
    empty: dict[str, Any] = dict.fromkeys(("by_account", "by_type", "by_region", "by_owner", "newest"), ())
    page = parse(home.view(Context(now=context.now), totals=Totals(), collections=Collections(), **empty))
    assert "inv sync" in page.text
    assert "inv run --demo" in page.text


def test_an_estate_whose_first_collection_failed_shows_why(context: Context, parse: Any) -> None:
    head = ScopeHead(Scope("111111111111", "eu-west-1", "volumes"), status="error", error="Denied")
    none: dict[str, Any] = dict.fromkeys(("by_account", "by_type", "by_region", "by_owner", "newest"), ())
    page = parse(home.view(context, totals=Totals(), collections=collections_of([head]), **none))
    assert "Denied" in page.text
    assert "unknown" not in page.text.partition("Known cost")[2].partition("Accounts")[0].replace(
        "unknown", "", 1
    )


def test_every_account_has_a_line(context: Context, everything: Everything, parse: Any) -> None:
    page = parse(accounts.view(context, everything.groups("account"), everything.collections()))
    assert "1 failing" in page.text
    assert "222222222222" in page.text
    assert "/prod/resources?account=222222222222" in page.links()
    assert "/prod/api/accounts" in page.links()
    assert "$" in page.text


def test_accounts_without_resources_stay_in_the_list(context: Context, parse: Any) -> None:
    page = parse(accounts.view(context, (), Collections()))
    assert page.text.count("unknown") >= 3, "nothing was ever collected of them"
    assert "No accounts yet" in parse(accounts.view(Context(now=context.now), (), Collections())).text


def test_a_problem_names_the_way_out(context: Context, parse: Any) -> None:
    page = parse(problem.view(context, 404, "Nothing here", "There is no page /x", "start at Home"))
    assert "Status 404Nothing hereThere is no page /xWay out: start at Home" in page.text
    assert {"/prod/", "/prod/resources"} <= set(page.links())
    assert "Way out" not in parse(problem.view(Context(now=context.now), 500, "Polo failed", "", "")).text


def test_a_type_that_only_some_accounts_have_leaves_cells_empty(context: Context, parse: Any) -> None:
    heads = [
        ScopeHead(Scope("111111111111", "eu-west-1", "volumes"), generation=1),
        ScopeHead(Scope("222222222222", "eu-west-1", "buckets"), generation=1),
    ]
    page = parse(freshness(context, collections_of(heads)))
    assert len(page.all("td", class_="cell")) == 2
    assert "failed" not in page.text


def test_the_sums_are_those_of_the_heads(everything: Everything) -> None:
    assert everything.collections() == collections_of(everything.heads())
