from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import parse_qsl, unquote, urlsplit

from hypothesis import given
from hypothesis import strategies as st

from services.models.everything.query import Query, Row
from views.links import links
from views.links.context import Context

CONTEXT = Context(
    now=datetime(2026, 11, 20, tzinfo=UTC), prefix="/prod", assets={"app.js": "/static/app.1a.js"}
)
TEXT = st.text(st.characters(exclude_categories=("Cs",)), min_size=1)


def test_a_list_without_filters_has_a_bare_address() -> None:
    assert links.list_url(CONTEXT, Query()) == "/prod/resources"
    assert links.list_url(CONTEXT, Query(type="instances")) == "/prod/resources/instances"
    assert links.list_url(CONTEXT, Query(type="instances"), api="/api") == "/prod/api/resources/instances"


def test_a_list_has_its_whole_state_in_its_address() -> None:
    query = Query(
        "volumes", "a b", {"tag": ("env=prod",), "account": ("1", "2")}, sort="cost", descending=True, page=3
    )
    expected = "/prod/resources/volumes?q=a+b&account=1&account=2&tag=env%3Dprod&sort=-cost&page=3"
    assert links.list_url(CONTEXT, query) == expected
    assert links.list_url(CONTEXT, query, format="csv") == expected + "&format=csv"


def test_a_sort_by_name_downwards_is_no_default() -> None:
    assert links.list_url(CONTEXT, Query(descending=True)).endswith("?sort=-name")
    assert links.list_url(CONTEXT, Query(sort="cost")).endswith("?sort=cost")


@given(TEXT, TEXT)
def test_any_filter_is_read_back_as_it_was(text: str, value: str) -> None:
    url = links.list_url(CONTEXT, Query(text=text, filters={"owner": (value,)}))
    assert parse_qsl(urlsplit(url).query, keep_blank_values=True) == [("q", text), ("owner", value)]


@given(TEXT)
def test_any_id_is_one_segment_of_its_address(id: str) -> None:
    row = Row("loggroups", "1", "eu-west-1", id, "", None, "", None, None, "")
    head, _, last = urlsplit(links.detail_url(CONTEXT, row)).path.rpartition("/")
    assert (head, unquote(last)) == ("/prod/resources/loggroups/1/eu-west-1", id)


def test_lone_surrogates_break_no_link() -> None:
    assert links.part("a\ud800") == "a%3F"
    assert links.list_url(CONTEXT, Query(text="\ud800")) == "/prod/resources?q=%3F"


def test_filters_are_added_once_and_taken_away() -> None:
    one = links.with_value(Query(page=4), "account", "1")
    assert one == Query(filters={"account": ("1",)})
    assert links.with_value(one, "account", "1") == one
    both = links.with_value(one, "account", "2")
    assert links.without_value(both, "account", "1").filters == {"account": ("2",)}
    assert links.without_value(one, "account", "1") == Query()
    assert links.only_value(both, "account", "3").filters == {"account": ("3",)}


def test_a_header_sorts_and_then_reverses() -> None:
    by_cost = links.sorted_by(Query(page=2), "cost")
    assert (by_cost.sort, by_cost.descending, by_cost.page) == ("cost", True, 1)
    assert links.sorted_by(by_cost, "cost").descending is False
    assert links.sorted_by(by_cost, "region").descending is False


def test_assets_have_their_hashed_name_if_it_is_known() -> None:
    assert links.asset(CONTEXT, "app.js") == "/prod/static/app.1a.js"
    assert links.asset(CONTEXT, "inter.woff2") == "/prod/static/inter.woff2"


def test_documents_and_accounts_have_addresses() -> None:
    document = {"type": "volumes", "account": "1", "region": "eu-west-1", "id": "vol/1"}
    assert (
        links.document_url(CONTEXT, document, api="/api") == "/prod/api/resources/volumes/1/eu-west-1/vol%2F1"
    )
    assert links.account_url(CONTEXT, "1") == "/prod/resources?account=1"
    assert (links.home_url(CONTEXT), links.accounts_url(CONTEXT, "/api")) == ("/prod/", "/prod/api/accounts")
