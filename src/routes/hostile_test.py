"""Names, tags and every other value that comes from AWS are inert on every page."""

from __future__ import annotations

from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from devserver.gateway.gateway import Client
from routes.conftest import NOW, Estate
from services.models.all_test import everything, instance
from services.models.kit.change import Change
from settings import Settings
from tests.examples import examples
from wiring.web import web_app

URL_ATTRIBUTES = ("href", "src", "action", "formaction", "hx-get", "hx-post")
# of an element, of whatever is shown; the bounds of a field for days, where the value is one
STATES = {"aria-current", "aria-disabled", "checked", "selected", "min", "max"}
PAGES = (
    "/",
    "/resources",
    "/resources/instances",
    "/resources?q={q}",
    "/resources?owner={q}",
    "/accounts",
    "/changes",
    "/changes?from=2026-11-01&q={q}&account={q}",
    "/sync",
    "/costs",
    "/costs?by=service&account={q}",
    "/costs?by=owner&service={q}&from={q}",
    "/cop?by=owner",
    "/cop/findings?q={q}&owner={q}",
    "/cop/rules/TAG-REQUIRED",
    "/cop/mutes?name={q}&reason={q}",
    "/reports",
    "/reports/cost-by-owner",
    "/reports/waste",
    "{why}",
    "{detail}",
)


class Elements(HTMLParser):
    """The elements of a page: names with their attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def pages(folder: Path, value: str) -> dict[str, list[tuple[str, dict[str, str | None]]]]:
    """Every page over an estate that says `value` wherever it can."""
    hostile = instance(
        "i-1", name=value, owner=value, state=value, tags={value: value, "t": value}, created=value
    )
    hostile |= {
        "instance_type": value,
        "zone": value,
        "private_ip": value,
        "arn": value,
        "raw": {value: [value]},
    }
    hostile |= {
        "region": value[:300] or "r",
        "id": value[:300] or "i",
    }  # they make an address, which has a limit
    place = (hostile["type"], hostile["account"], hostile["region"], hostile["id"])
    odd = {value: (value, {value: value}), "tags": ({value: "a"}, {value: value}), "l": ([value], [])}
    estate = everything(
        folder,
        hostile,
        instance("i-2"),
        names={"111122223333": value or "n"},
        changes=[
            Change("changed", *place, value, "1970-01-01T00:00:00Z", odd),
            Change("vanished", "instances", value, value, value, value, "1970-01-01T00:00:00Z"),
        ],
    )
    client = Client(web_app(Settings.from_environment(), estate=Estate(estate), clock=lambda: NOW))
    encoded = quote(value, safe="")
    region, id = quote(hostile["region"], safe=""), quote(hostile["id"], safe="")
    detail = f"/resources/instances/111122223333/{region}/{id}"
    shown = {}
    for page in PAGES:
        response = client.get(
            page.format(q=encoded[:400], detail=detail, why=detail.replace("/resources/", "/cop/why/"))
        )
        assert response.status in (200, 400, 404), (page, response.status)
        shown[page] = Elements(response.text).found
    return shown


@dataclass(repr=False)  # Hypothesis writes out what a test is given, for each example
class Plain:
    """What the pages have without any hostile value. scripts: by page."""

    elements: set[str]
    attributes: set[str]
    scripts: dict[str, list[dict[str, str | None]]]


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Plain:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("USE_LOCAL_DATA", "1")
        shown = pages(tmp_path_factory.mktemp("plain"), "plain")
    elements = {tag for found in shown.values() for tag, _ in found}
    attributes = {name for found in shown.values() for _, attributes in found for name in attributes}
    return Plain(elements, attributes, {page: scripts_of(found) for page, found in shown.items()})


def scripts_of(found: list[tuple[str, dict[str, str | None]]]) -> list[dict[str, str | None]]:
    return [attributes for tag, attributes in found if tag == "script"]


@settings(deadline=None, max_examples=examples(40))
@given(value=st.text(max_size=60))
@example("<script>alert(1)</script>")
@example("\"'><img src=x onerror=alert(1)>")
@example("javascript:alert(1)")
@example("</title></style></textarea><svg onload=alert(1)>")
@example("{{7*7}}${7*7}")
@example("\U0001f525\U00010348\u202e\u2028")
@example("x" * 10_000)
@example("\0\x1b[31m\r\n\t")
def test_no_value_becomes_an_element_an_attribute_or_a_script(
    tmp_path_factory: pytest.TempPathFactory,
    plain: Plain,
    value: str,
) -> None:
    for page, found in pages(
        tmp_path_factory.mktemp("hostile"), value.encode("utf-8", "replace").decode()
    ).items():
        assert {tag for tag, _ in found} <= plain.elements | {"ul", "li", "p", "section"}, page
        assert scripts_of(found) == plain.scripts[page], page
        for _, attributes in found:
            assert not [name for name in attributes if name.startswith("on") or name == "style"], page
            assert {*attributes} <= plain.attributes | STATES, page
            for name in URL_ATTRIBUTES:
                url = attributes.get(name)
                assert url is None or url.startswith(("/", "#", "https://", "data:image/")), (page, url)
