from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

from dom import x
from services.models.everything.query import Query
from views.links.context import Context
from views.shell import layout


def test_a_page_has_title_content_and_account_of_itself(context: Context, parse: Any) -> None:
    page = parse(layout.page(context, "Instances", x.p("content")))
    assert "Instances · Polo" in page.text
    assert "content" in page.text
    assert page.all("html") == [{"lang": "en"}]


def test_a_page_needs_nothing_that_the_csp_forbids(context: Context, parse: Any) -> None:
    page = parse(layout.page(context, "Home", None))
    assert not [
        name for _, attributes in page.tags for name in attributes if name.startswith(("on", "style"))
    ]
    assert all(script["src"] for script in page.all("script"))
    config = json.loads(page.all("meta", name="htmx-config")[0]["content"])
    assert (config["allowEval"], config["includeIndicatorStyles"], config["historyCacheSize"]) == (
        False,
        False,
        0,
    )


def test_every_address_stands_under_the_prefix(context: Context, parse: Any) -> None:
    page = parse(layout.page(context, "Home", None))
    assert [link for link in page.links() if not link.startswith(("/prod/", "/auth/", "#main"))] == []
    assert all(script["src"].startswith("/prod/static/") for script in page.all("script"))
    assert page.all("link", rel="preload")[0]["href"] == "/prod/static/inter.woff2"


def test_assets_go_by_their_hashed_names(context: Context, parse: Any) -> None:
    hashed = replace(context, assets={"dist/main.css": "/static/dist/main.1a2b.css"})
    page = parse(layout.page(hashed, "Home", None))
    assert page.all("link", rel="stylesheet")[0]["href"] == "/prod/static/dist/main.1a2b.css"


def test_a_chosen_theme_overrides_the_system(context: Context, parse: Any) -> None:
    page = parse(layout.page(replace(context, theme="dark"), "Home", None))
    assert page.all("html")[0]["data-theme"] == "dark"


def test_the_theme_switch_is_a_form_that_comes_back(context: Context, parse: Any) -> None:
    query = Query("instances", filters={"owner": ("ml",)})
    page = parse(layout.page(context, "Instances", None, query=query))
    assert page.all("form", method="post")[0]["action"] == "/prod/theme"
    hidden = {each["name"]: each["value"] for each in page.all("input", type="hidden")}
    assert (hidden["csrf"], hidden["next"]) == ("token-1", "/resources/instances?owner=ml")
    assert {each["value"] for each in page.all("button", name="theme")} == {"dark", "light"}


def test_search_works_without_scripts_and_keeps_the_filters(context: Context, parse: Any) -> None:
    query = Query("instances", "web", {"account": ("1",)}, sort="cost", page=3)
    page = parse(layout.page(context, "Instances", None, query=query))
    form = page.all("form", role="search")[0]
    assert (form["method"], form["action"]) == ("get", "/prod/resources/instances")
    assert (form["hx-get"], form["hx-sync"]) == ("/prod/resources/instances", "this:replace")
    assert page.all("input", name="q")[0]["value"] == "web"
    hidden = {each["name"]: each["value"] for each in page.all("input", type="hidden")}
    assert (hidden["account"], hidden["sort"], "page" in hidden) == ("1", "cost", False)


def test_search_elsewhere_leads_to_all_resources(context: Context, parse: Any) -> None:
    page = parse(layout.page(replace(context, search="a"), "Home", None))
    form = page.all("form", role="search")[0]
    assert (form["action"], form.get("hx-get")) == ("/prod/resources", None)
    assert page.all("input", name="q")[0]["value"] == "a"


def test_the_account_scope_says_what_is_chosen(context: Context, parse: Any) -> None:
    def shown(*chosen: str) -> str:
        query = Query("instances", filters={"account": chosen} if chosen else {})
        text: str = parse(layout.page(context, "", None, query=query)).text
        return text

    assert "prod" in shown("111111111111").partition("All accounts")[0]
    assert "2 accounts" in shown("111111111111", "222222222222")
    assert "2 accounts" not in shown()


def test_account_links_stay_in_the_list(context: Context, parse: Any) -> None:
    query = Query("instances", filters={"account": ("1",), "owner": ("ml",)})
    links = parse(layout.page(context, "", None, query=query)).links()
    assert "/prod/resources/instances?account=222222222222&owner=ml" in links
    assert "/prod/resources/instances?owner=ml" in links
    assert "/prod/resources?account=222222222222" in parse(layout.page(context, "", None)).links()


def test_demo_notice_and_identity_are_shown(context: Context, parse: Any) -> None:
    odd = replace(context, demo=True, notice="The data file is broken", identity="ana.ruiz@example.com")
    page = parse(layout.page(odd, "Home", None))
    assert "demo" in page.text
    assert "The data file is broken" in page.text
    assert "AR" in page.text
    assert "/auth/logout" in page.links()


def test_the_foot_says_on_a_phone_what_the_side_bar_hides_there(context: Context, parse: Any) -> None:
    shown = replace(context, demo=True)
    foot = str(layout.page(shown, "Home", None)).partition('<footer class="foot">')[2]
    assert "demo" in foot
    assert re.search(r"Collected .+ago|Nothing collected yet", foot)


def test_without_a_sign_out_address_there_is_no_such_link(context: Context, parse: Any) -> None:
    assert "Sign out" not in parse(layout.page(replace(context, logout_url=""), "Home", None)).text


def test_the_side_bar_marks_where_one_is(context: Context, parse: Any) -> None:
    def current(path: str) -> list[str]:
        page = parse(layout.page(replace(context, path=path), "", None))
        return [each["href"] for each in page.all("a", **{"aria-current": "page"})]

    assert current("/") == ["/prod/"]
    assert current("/resources") == ["/prod/resources"]
    assert current("/resources/instances") == ["/prod/resources/instances"]
    assert current("/resources/instances/1/eu-west-1/i-1") == ["/prod/resources/instances"]
    assert current("/accounts") == ["/prod/accounts"]


def test_types_without_resources_are_folded(context: Context, parse: Any) -> None:
    page = parse(layout.page(replace(context, counts={"instances": 1284}), "", None))
    assert "1,284" in page.text
    assert f"{len(context.counts or {}) - 1} more types" in page.text


def test_the_side_bar_says_how_old_the_data_is(context: Context, parse: Any) -> None:
    text = parse(layout.page(context, "", None)).text
    assert "Collected 12 min ago" in text
    assert f"{context.fresh} of {context.scopes} scopes fresh" in text
    empty = Context(now=context.now, counts={})
    assert "Nothing collected yet" in parse(layout.page(empty, "", None)).text
    assert "Not read yet" in parse(layout.page(replace(empty, counts=None), "", None)).text
