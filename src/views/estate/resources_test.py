from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from dom import render
from services.models import RESOURCE_TYPES
from services.models.all import Everything
from services.models.everything.query import FacetValue, Page, Query, Row, Totals
from views.estate import resources
from views.links.context import Context

INSTANCES = RESOURCE_TYPES["instances"]
PROD = "111111111111"


def shown(context: Context, everything: Everything, parse: Any, query: Query) -> Any:
    kind = RESOURCE_TYPES[query.type] if query.type else None
    return parse(resources.results(context, everything.page(query), kind))


def test_the_page_holds_the_fragment(context: Context, everything: Everything) -> None:
    page = everything.page(Query("instances"))
    fragment = render(resources.results(context, page, INSTANCES))
    assert fragment.startswith('<section id="results"')
    assert fragment in render(resources.view(context, page, INSTANCES))


def test_a_list_says_how_many_of_how_many(context: Context, everything: Everything, parse: Any) -> None:
    page = shown(context, everything, parse, Query("instances", filters={"account": (PROD,)}))
    assert page.all("section", id="results")[0]["data-count"] == "Instances: 20 of 60"
    assert "20 of 60" in page.text


def test_fifty_rows_are_shown_with_their_sum(context: Context, everything: Everything, parse: Any) -> None:
    page = shown(context, everything, parse, Query("instances"))
    assert len(page.all("td", class_="n")) == 50
    assert "1–50 of 60" in page.text
    assert "$4,860.00 a month + 15 unknown costs" in page.text


def test_pages_turn_and_end(context: Context, everything: Everything, parse: Any) -> None:
    first = shown(context, everything, parse, Query("instances", "i-"))
    assert [each["href"] for each in first.all("a", rel="next")] == ["/prod/resources/instances?q=i-&page=2"]
    assert first.all("a", rel="prev") == []
    last = shown(context, everything, parse, Query("instances", page=2))
    assert [each["href"] for each in last.all("a", rel="prev")] == ["/prod/resources/instances"]
    assert "51–60 of 60" in last.text


def test_headers_sort_and_say_so(context: Context, everything: Everything, parse: Any) -> None:
    page = shown(context, everything, parse, Query("instances", sort="cost", descending=True))
    assert [each["class"] for each in page.all("th") if "aria-sort" in each] == ["cost r"]
    assert page.all("th", **{"aria-sort": "descending"})
    links = page.links()
    assert "/prod/resources/instances?sort=cost" in links
    assert "/prod/resources/instances?sort=instance_type" in links


def test_the_newest_first_is_the_smallest_age_first(
    context: Context, everything: Everything, parse: Any
) -> None:
    page = shown(context, everything, parse, Query("instances", sort="created", descending=True))
    assert page.all("th", **{"aria-sort": "ascending"})[0]["class"] == "age r"


@pytest.mark.parametrize(
    "link",
    [
        "?account=111111111111",
        "?state=running",
        "?region=eu-west-1",
        "?owner=search",
        "?owner=none",
        "?instance_type=r6i.2xlarge",
    ],
)
def test_every_value_is_a_filter(context: Context, everything: Everything, parse: Any, link: str) -> None:
    page = shown(context, everything, parse, Query("instances"))
    body = page.html.partition("<tbody")[2]
    facets = page.html.partition("<tbody")[0]
    assert f'href="/prod/resources/instances{link}"' in body
    assert f'href="/prod/resources/instances{link}"' in facets


def test_a_row_leads_to_its_resource(context: Context, everything: Everything, parse: Any) -> None:
    page = shown(context, everything, parse, Query("instances"))
    assert f"/prod/resources/instances/{PROD}/eu-west-1/i-0a41c9f2be77d3e10" in page.links()


def test_the_list_of_all_has_a_column_of_types(context: Context, everything: Everything, parse: Any) -> None:
    page = shown(context, everything, parse, Query())
    assert "/prod/resources?type=volumes" in page.links()
    assert page.all("td", class_="t")


def test_active_filters_are_chips_that_can_go(context: Context, everything: Everything, parse: Any) -> None:
    query = Query("instances", "i-", {"account": (PROD, "222222222222"), "tag": ("Team=search",)})
    page = shown(context, everything, parse, query)
    gone = {each["aria-label"]: each["href"] for each in page.all("a", class_="chip-x")}
    rest = "/prod/resources/instances?q=i-"
    assert gone["Remove account prod"] == f"{rest}&account=222222222222&tag=Team%3Dsearch"
    assert gone["Remove tag Team=search"] == f"{rest}&account={PROD}&account=222222222222"
    assert gone["Remove search i-"].startswith("/prod/resources/instances?account=")
    assert gone["Remove type Instances"].startswith("/prod/resources?q=i-")
    assert "/prod/resources/instances" in page.links()


def test_a_chosen_facet_value_is_marked_and_taken_away(
    context: Context, everything: Everything, parse: Any
) -> None:
    page = shown(context, everything, parse, Query("instances", filters={"account": (PROD,)}))
    chosen = page.all("a", **{"aria-current": "true"})
    assert "/prod/resources/instances" in [each["href"] for each in chosen]


def test_long_facets_are_folded_and_choices_stay_in_sight(context: Context, parse: Any) -> None:
    values = tuple(FacetValue(f"v{n}", 20 - n, n == 15) for n in range(20))
    row = Row("instances", PROD, "eu-west-1", "i-1", "a", None, "", None, None, "", ())
    page = Page(
        Query("instances", filters={"owner": ("v15",)}), (row,), Totals(1, 0, 1), 20, {"owner": values}
    )
    html = render(resources.results(context, page, INSTANCES))
    before, _, folded = html.partition("13 more")
    assert "v15</span>" in before
    assert "v19</span>" in folded
    assert "cost unknown" in html


def test_truth_values_are_words(context: Context, everything: Everything, parse: Any) -> None:
    page = shown(context, everything, parse, Query("snapshots", filters={"encrypted": ("1",)}))
    assert page.all("a", class_="chip-x")[-1]["aria-label"] == "Remove encrypted yes"


def test_csv_and_json_have_the_same_state(context: Context, everything: Everything, parse: Any) -> None:
    links = shown(context, everything, parse, Query("instances", filters={"owner": ("none",)})).links()
    assert "/prod/resources/instances?owner=none&format=csv" in links
    assert "/prod/api/resources/instances?owner=none" in links


def test_an_empty_search_offers_wider_ones(context: Context, everything: Everything, parse: Any) -> None:
    page = shown(context, everything, parse, Query("instances", "zzzz"))
    assert "Nothing matches" in page.text
    assert {"/prod/resources/instances", "/prod/resources?q=zzzz"} <= set(page.links())


@pytest.mark.parametrize(("kind", "command"), [(INSTANCES, "inv sync -r instances"), (None, "inv sync")])
def test_an_empty_estate_says_how_to_fill_it(context: Context, parse: Any, kind: Any, command: str) -> None:
    nothing = Page(Query(kind and kind.name), (), Totals(), 0, {})
    assert f"AWS accounts: {command}" in parse(resources.view(context, nothing, kind)).text


def test_ages_and_costs_are_written_short(context: Context, everything: Everything, parse: Any) -> None:
    page = shown(replace(context, prefix=""), everything, parse, Query("instances"))
    assert page.all("td", class_="age r q")[0]["title"] == "4 Mar 2026, 09:12 UTC"
    assert "8 mo" in page.text
    assert "unknown" in page.text
    assert "no owner" in page.text


def test_an_estimate_is_called_one(context: Context, everything: Everything, parse: Any) -> None:
    page = everything.page(Query("instances", filters={"account": (PROD,)}))
    shown = parse(resources.results(context, replace(page, about=True), INSTANCES))
    assert shown.all("section", id="results")[0]["data-count"] == "Instances: about 20 of 60"
    assert "1–20 of about 20about $" in shown.text
    assert "prod~20" in shown.text
