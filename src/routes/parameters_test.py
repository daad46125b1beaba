"""Every route takes the parameters that it declares, and says which it takes when it gets another."""

from __future__ import annotations

from collections.abc import Callable
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest

from devserver.gateway.gateway import Client, Response
from routes.costs_test import CUTS
from routes.parameters import CLOSE, did_you_mean
from routes.theme_test import ORIGIN
from services.costs.costs_test import costs, days
from services.costs.local_store import LocalCostStore
from services.costs.source import StoredCosts
from services.models.all_test import instance, volume
from services.models.kit import bounds
from settings import Settings
from tests.web_routes import asking, copied_demo, place_of, sampled_paths
from wiring.web import web_app

PROD, OTHER = "111122223333", "222233334444"
VALID = {"/theme": {"theme": "dark"}}
# a foreign one, as trackers add it, and the misspelt name of one that many routes take
FOREIGN = ("utm_source=x", "ownr=web", "page_=2", "q[]=x", "=x", "ownr=")


@pytest.fixture
def client(console: Callable[..., Client], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Client:
    """An instance and a volume of prod, and what that account costs."""
    monkeypatch.setenv("LOCAL_DATA_PATH", str(tmp_path / "local_data.json"))
    monkeypatch.setenv("CACHE_PATH", str(tmp_path / "cache"))
    store = LocalCostStore(tmp_path / "costs.json", tmp_path / "requests.json")
    store.keep([costs("2026-10", "12.5", CUTS), *days("2026-11-01", "2026-11-19", "12", CUTS)])
    spent = StoredCosts(lambda: store, tmp_path, poll=0)
    return console(instance("i-1", owner="web"), volume("vol-1"), costs=spent)


def refused(response: Response, path: str) -> str:
    """The text of a 400 in the form of the route."""
    assert response.status == 400, path
    if path == "/health":
        assert response.body == b""
        return ""
    kind = "application/problem+json" if path.startswith("/api/") else "text/html; charset=utf-8"
    assert response.header("Content-Type") == kind
    return response.text


def test_every_route_refuses_what_it_does_not_take(client: Client) -> None:
    for path in sampled_paths("GET", asking(client)):
        assert client.get(path).status != 400, path
        for query in FOREIGN:
            text = refused(client.get(f"{path}?{query}"), path)
            assert path == "/health" or "Unknown parameter" in text, (path, query)


@pytest.mark.parametrize(("query", "field"), [("?utm_source=x", ""), ("", "ownr"), ("", "acount")])
def test_every_form_refuses_fields_that_it_does_not_take(client: Client, query: str, field: str) -> None:
    for path in sampled_paths("POST", asking(client)):
        fields = {"csrf": "token-1", **VALID.get(path, {}), **({field: "x"} if field else {})}
        response = client.post(f"{path}{query}", headers=ORIGIN, form=fields)
        assert response.status == 400, path
        assert "Unknown parameter" in response.text, path


@pytest.mark.parametrize(
    ("address", "meant"),
    [
        ("/resources?ownr=web", "owner"),
        ("/resources?Owner=web", "owner"),
        ("/resources?format=csv&ownr=web", "owner"),
        ("/resources?acount=prod", "account"),
        ("/resources/instances?instance_typ=m5.large", "instance_type"),
        ("/resources?regoin=eu-west-1", "region"),
        ("/resources?sort=nmae", "name"),
        ("/resources?type=instance", "instances"),
        ("/resources?account=prd", "prod"),
        ("/costs?servce=EC2", "service"),
        ("/costs?by=servise", "service"),
        ("/changes?kidn=changed", "kind"),
        ("/changes?kind=chnaged", "changed"),
        ("/changes?type=volume", "volumes"),
        ("/cop?by=owners", "owner"),
        ("/cop/findings?severty=high", "severity"),
        ("/cop/findings?severity=hihg", "high"),
        ("/cop/findings?rule=EC2-IDEL", "EC2-IDLE"),
        ("/cop/findings?status=opne", "open"),
        ("/cop/mutes?acccount=prod", "account"),
        ("/reports/waste?dat=2026-11-20", "date"),
        ("/sync?acount=prod", "account"),
        ("/sync?type=volume", "volumes"),
    ],
)
def test_the_near_match_is_named(client: Client, address: str, meant: str) -> None:
    assert f"did you mean {meant}?" in refused(client.get(address), address)
    if "format=" not in address and not address.startswith(("/cop?", "/cop/mutes", "/sync")):
        api = f"/api{address}"
        assert client.get(api).json()["detail"].endswith(f"did you mean {meant}?")


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("/resources?page=1&page=2", "page has 2 values"),
        ("/resources?q=a&q=b", "q has 2 values"),
        ("/resources?instance_type=m5.large", "has no column &#x27;instance_type&#x27;"),
        ("/resources/volumes?instance_type=m5.large", "of volumes has no column"),
        ("/resources/instances?image=ami-0", "it takes q, sort, page"),
        ("/api/resources?format=csv", "Unknown parameter 'format'"),
        ("/costs?from=2026-13", "is no month and no day"),
        ("/costs?region=europe", "is no region"),
        ("/reports/waste?date=today", "is no day"),
        ("/cop/mutes?days=8", "one of 7, 30, 90, 365"),
        ("/", ""),
    ],
)
def test_what_cannot_be_meant_is_a_400_that_says_what_can(client: Client, address: str, said: str) -> None:
    if address == "/":
        assert "it takes none" in client.get("/?q=x").text
        return
    assert said in refused(client.get(address), address)


@pytest.mark.parametrize("text", ["\0", "  ", " \0 ", "\n", "\t", "\u00a0", "\x1f"])
def test_a_search_without_a_word_is_refused_wherever_one_is_taken(client: Client, text: str) -> None:
    searched = [
        path for path in sampled_paths("GET", asking(client)) if client.get(f"{path}?q=zq").status != 400
    ]
    assert {"/resources", "/changes", "/cop/findings"} <= set(searched)
    for path in searched:
        lists = [path] if path.startswith("/api/") else [path, f"{path}?format=csv"]
        for address in lists:
            answer = client.get(f"{address}{'&' if '?' in address else '?'}q={quote(text)}")
            assert "There is nothing to search for in q='" in unescape(refused(answer, path)), address


@pytest.mark.parametrize("text", ["---", "!!!", "\U0001f600", "\u200b"])
def test_a_search_for_what_nothing_has_finds_nothing(client: Client, text: str) -> None:
    for path in ("/api/resources", "/api/resources/instances", "/api/cop/findings", "/api/changes"):
        assert client.get(f"{path}?q={quote(text)}").json()["count"] == 0, path
        assert client.get(f"{path}?q=").json() == client.get(path).json(), path


@pytest.mark.parametrize(
    "query", ["owner=gone", f"account={OTHER}", "region=ap-south-2", "state=gone", "q=gone", "tag=a=gone"]
)
def test_what_may_be_gone_matches_nothing(client: Client, query: str) -> None:
    assert client.get(f"/api/resources?{query}").json()["count"] == 0
    assert client.get(f"/resources?{query}").status == 200


def test_every_column_of_a_type_is_a_filter(client: Client) -> None:
    (row,) = client.get("/api/resources/instances").json()["resources"]
    for field in ("instance_type", "zone", "private_ip", "lifecycle"):
        value = quote(str(row[field] or "none"))
        assert client.get(f"/api/resources/instances?{field}={value}").json()["count"] == 1, field
        assert client.get(f"/api/resources/instances?{field}=other").json()["count"] == 0, field
        both = f"{field}={value}&instance_type={quote(row['instance_type'])}&q=i-1"
        page = client.get(f"/resources/instances?{both}")
        assert page.status == 200
        assert 'href="/resources/instances/111122223333/eu-west-1/i-1"' in page.text


NAMED = ("/resources", "/resources/instances", "/changes", "/cop/findings", "/costs", "/sync", "/cop/mutes")


@pytest.mark.parametrize("path", NAMED)
@pytest.mark.parametrize("name", ["prod", "PROD", PROD])
def test_an_account_is_meant_by_its_name_too_and_links_hold_its_id(
    client: Client, path: str, name: str
) -> None:
    page = client.get(f"{path}?account={name}")
    assert page.status == 200
    assert f"account={PROD}" in page.text or f'value="{PROD}"' in page.text or path == "/cop/mutes"
    assert f"account={name}&" not in page.text.replace("&amp;", "&") or name == PROD


def test_every_form_of_a_list_takes_the_name_of_an_account(client: Client) -> None:
    assert client.get("/api/resources?account=prod").json()["count"] == 2
    assert "i-1" in client.get("/resources?account=prod&format=csv").text
    assert client.get("/api/changes?account=prod").status == 200
    assert client.get("/api/cop/findings?account=prod").json()["count"] > 0
    assert client.get("/cop/findings?account=prod&format=csv").status == 200


def test_the_name_of_several_accounts_is_refused_with_their_ids(console: Callable[..., Client]) -> None:
    client = console(instance("i-1"), names={PROD: "shop", OTHER: "shop", "333344445555": "Shop"})
    text = client.get("/resources?account=shop").text
    assert "is the name of 2 accounts" in text
    assert f"one of {PROD}, {OTHER}" in text
    assert client.get("/api/resources?account=Shop").json()["count"] == 0  # as it stands, it is one account's
    assert client.get(f"/api/resources?account={PROD}&account={PROD}").json()["count"] == 1


LISTS = ("/resources", "/resources/instances", "/changes", "/cop/findings")


@pytest.mark.parametrize("path", LISTS)
def test_a_search_has_at_most_twenty_words_and_repeated_ones_count_once(client: Client, path: str) -> None:
    words = [f"w{number}" for number in range(20)]
    for form in (path, f"/api{path}", f"{path}?format=csv"):
        mark = "&" if "?" in form else "?"
        assert client.get(f"{form}{mark}q={'+'.join(words * 3)}").status == 200
        text = refused(client.get(f"{form}{mark}q={'+'.join([*words, 'more'])}"), form)
        assert "The search has 21 different words" in text


@pytest.mark.parametrize("path", [*LISTS, "/costs"])
def test_what_is_too_broad_is_a_400_in_every_form(
    client: Client, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    client.get(path)
    for name, value in (("STEPS", 0), ("EXPORTED", 0), ("EVERY", 1)):
        monkeypatch.setattr(bounds, name, value)
    query = "by=service" if path == "/costs" else "q=web"
    for form in (f"{path}?{query}", f"/api{path}?{query}", f"{path}?format=csv&{query}"):
        assert "looks at too many rows" in refused(client.get(form), form)


def test_a_mute_that_is_being_written_says_what_is_wrong_with_it(client: Client) -> None:
    page = client.get("/cop/mutes?rule=EBS-GP3")
    assert page.status == 200
    assert "is no rule: did you mean EBS-GP2?" in page.text
    assert "findings." not in page.text.partition('id="preview"')[2].partition("</p>")[0]


def test_a_preview_does_not_write_the_token_into_an_address(client: Client) -> None:
    form = client.get("/cop/mutes").text.partition('class="mute-form"')[2].partition("</form>")[0]
    assert '<input type="hidden" name="csrf"' not in form
    assert 'name="csrf"' in form.partition(">Preview<")[2]


def test_near_names() -> None:
    assert did_you_mean("image", ["page", "state"], CLOSE) == ""
    assert did_you_mean("OWNR", ["owner", "region"]) == ": did you mean owner?"
    assert did_you_mean("utm_source", ["owner", "region", "sort", "state"]) == ""
    assert did_you_mean("x" * 10_000, ["owner"]) == ""


class Page(HTMLParser):
    """The forms of a page, filled in: where those lead that GET, and what those send that POST."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.forms: set[str] = set()
        self.posts: list[tuple[str, dict[str, str]]] = []
        self._form: tuple[str, str, list[tuple[str, str]]] | None = None
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        if tag == "form":
            self._form = (given.get("method", "get"), given["action"], [])
        if self._form and tag in ("input", "select", "button") and given.get("name"):
            typed = tag == "input" and given.get("type", "text") in ("text", "search")
            self._form[2].append((given["name"], given.get("value") or ("web" if typed else "")))

    def handle_endtag(self, tag: str) -> None:
        if tag != "form" or not self._form:
            return
        method, action, fields = self._form
        if method == "get":
            self.forms.add(f"{action}?{urlencode(fields)}")
        else:
            self.posts.append((action, dict(fields)))
        self._form = None


def test_every_form_of_every_page_is_accepted(tmp_path: Path) -> None:
    settings = Settings(
        use_local_data="true",
        local_data_path=str(copied_demo(tmp_path)),
        cache_path=str(tmp_path / "cache"),
        patience="60",
    )
    demo = Client(web_app(settings))
    todo = sampled_paths("GET", asking(demo))
    seen = {place_of(path) for path in todo}
    forms = 0
    for address in todo:
        response = demo.get(address)
        assert response.status < 400, address
        page = Page(response.text if "html" in str(response.header("Content-Type")) else "")
        for target in sorted(page.forms):
            place = place_of(target)
            if place not in seen:
                seen.add(place)
                todo.append(target)
                forms += 1
        for action, fields in page.posts:
            answered = demo.post(action, headers=ORIGIN, form=fields | {"csrf": "token-1"})
            assert answered.status != 403, (address, action)
            assert "Unknown parameter" not in answered.text, (address, action)
    assert forms >= 5
