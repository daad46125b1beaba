"""Every link and button of every page, clicked in a browser as a person would.

A link is followed once for each place that it can lead to: a route and the names of its parameters. Five
hundred resources are one such place. A button is pressed once for each page and what it says.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urljoin, urlsplit

import pytest
import requests
from playwright.sync_api import Browser, ConsoleMessage, Page, Response, TimeoutError

from tests.serving import DEADLINE, served
from tests.web_routes import Place, copied_demo, place_of, rule_of, rules, sampled_paths

PARAMETERS = 1  # at once; tests/links_test.py follows those that have more, without a browser
ELEMENTS = "a[href], button:not([disabled]), summary, input[type=submit]"
CLICKABLE = """selector => [...document.querySelectorAll(selector)].map((element, index) => ({
    index,
    tag: element.localName,
    href: element.getAttribute("href") || "",
    boosted: element.closest("[hx-boost]")?.getAttribute("hx-boost") === "true",
    label: (element.getAttribute("aria-label") || element.textContent || element.value || "").trim(),
    action: element.form ? element.form.getAttribute("action") || location.pathname : "",
    submits: !!element.form && element.type === "submit",
    stays: !!element.closest("[data-theme-switch]"),
}))"""
# fills in what a form must have; a mute needs a reason and a name, for one of everything is refused
CLICK = """element => {
    for (const field of element.form ? element.form.elements : [])
        if (!field.value && (field.required || ["name", "reason"].includes(field.name)))
            field.value = "followed";
    element.click();
}"""
SETTLED = """() => document.readyState === "complete"
    && !document.querySelector(".htmx-request, .htmx-swapping, .htmx-settling")"""
HEADING = 10_000  # milliseconds that a page may take to show one
REDIRECTS = (301, 302, 303)


@pytest.fixture(scope="module")
def address(styled: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A dev server over a copy of the demo, where buttons may change something."""
    folder = tmp_path_factory.mktemp("demo")
    paths = {"LOCAL_DATA_PATH": str(copied_demo(folder)), "CACHE_PATH": str(folder / "cache")}
    with served(**paths, PATIENCE="60") as address:
        yield address


@dataclass(frozen=True)
class Step:
    """A click that leads away. source: the page. place: what one gets to; each is taken once."""

    source: str
    place: Place
    csv: bool


@dataclass
class Walk:
    """A person who clicks on all that there is. complaints: what went wrong, and where."""

    page: Page
    address: str
    complaints: list[str] = field(default_factory=list)
    known: set[Place] = field(default_factory=set)
    steps: list[Step] = field(default_factory=list)
    done: set[Place] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.page.on("response", self._on_response)
        self.page.on("console", self._on_console)
        self.page.on("pageerror", lambda error: self._complain(str(error)))

    def open(self, target: str) -> None:
        """Open a page, and press or note what is on it."""
        self.known.add(("link", *place_of(target)))
        self.page.goto(target)
        self._look()

    def take(self, step: Step) -> None:
        """Click on what the step names; a page may have lost it to a step before."""
        if self.page.url != step.source:
            self.page.goto(step.source)
        for found in self.page.evaluate(CLICKABLE, ELEMENTS):
            if self._place(found) == step.place:
                self._leave(found, step)
                return

    def _look(self) -> None:
        self._check_headings()
        for found in self.page.evaluate(CLICKABLE, ELEMENTS):
            place = self._place(found)
            if not place or place in self.known:
                continue
            self.known.add(place)
            if found["tag"] == "a" or (found["submits"] and not found["stays"]):
                self.steps.append(Step(self.page.url, place, "format=csv" in found["href"]))
            else:
                self._press(found, place)

    def _press(self, found: dict[str, Any], place: Place) -> None:
        """What leaves the page where it is: menus, copies, the theme."""
        element = self.page.locator(ELEMENTS).nth(found["index"])
        if found["stays"]:
            with self.page.expect_response(lambda response: rule_of(urlsplit(response.url).path) == place[2]):
                element.evaluate(CLICK)
        else:
            element.evaluate(CLICK)
        self.done.add(place)

    def _leave(self, found: dict[str, Any], step: Step) -> None:
        element = self.page.locator(ELEMENTS).nth(found["index"])
        self.done.add(step.place)
        try:
            if step.csv:
                with self.page.expect_download() as download:
                    element.evaluate(CLICK)
                if not download.value.path().read_text(encoding="utf-8").count("\n"):
                    self._complain(f"{download.value.url} is empty")
                return
            with self.page.expect_response(lambda response: response.status not in REDIRECTS):
                element.evaluate(CLICK)
            self.page.wait_for_function(SETTLED)
        except TimeoutError:
            self._complain(f"{step} leads nowhere")
            return
        self._look()

    def _place(self, found: dict[str, Any]) -> Place:
        """What a click leads to, or does; () for another site, or another part of the same page."""
        here = rule_of(urlsplit(self.page.url).path)
        if found["tag"] != "a":
            return ("button", here, rule_of(found["action"]), re.sub(r"\d+", "#", found["label"])[:40])
        target = urljoin(self.page.url, found["href"])
        if found["href"].startswith("#"):
            return ()
        if not target.startswith(self.address):
            if not target.startswith("https://"):
                self._complain(f"{found['href']!r} leads to no page")
            return ()
        place = place_of(target)
        if len(dict(parse_qsl(urlsplit(target).query))) > PARAMETERS:
            return ()
        if place[0].startswith("/api/"):
            return ("link", place[0])
        return ("boosted" if found["boosted"] else "link", *place)

    def _check_headings(self) -> None:
        if self.page.evaluate("document.contentType") != "text/html":
            return
        for media in ("print", "screen"):
            self.page.emulate_media(media=media)  # type: ignore[arg-type]
            try:
                self.page.locator("h1:visible").first.wait_for(timeout=HEADING)
            except TimeoutError:
                self._complain(f"no heading on {media}")

    def _complain(self, what: str) -> None:
        self.complaints.append(f"{self.page.url}: {what}")

    def _on_response(self, response: Response) -> None:
        if response.status >= 400:
            self._complain(f"{response.status} of {response.request.method} {response.url}")

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self._complain(message.text)


@pytest.fixture
def walk(browser: Browser, address: str) -> Iterator[Walk]:
    context = browser.new_context(base_url=address, viewport={"width": 1440, "height": 960})
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    context.set_default_timeout(DEADLINE * 1000)
    yield Walk(context.new_page(), address)
    context.close()


def test_every_link_and_button_leads_to_a_page(walk: Walk, address: str) -> None:
    def ask(path: str) -> Any:
        answer = requests.get(address + path, timeout=DEADLINE)
        assert answer.status_code == 200, answer.text
        return answer.json()

    for path in sampled_paths("GET", ask):
        walk.open(urljoin(address, path))
    while walk.steps:
        walk.take(walk.steps.pop())
    assert not walk.complaints, "\n".join(walk.complaints)
    opened = {rule_of(path) for path in sampled_paths("GET", ask)}
    assert set(rules("GET")) <= opened
    pressed = {place[2] for place in walk.done if place[0] == "button"}
    assert {"/theme", "/cop/mutes", "/cop/mutes/<id>/delete"} <= pressed
    assert sum("format=csv" in place for place in walk.done) >= 5
