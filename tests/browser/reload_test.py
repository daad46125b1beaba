"""What a save does to the pages that are open."""

from __future__ import annotations

import socket
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from devserver.conftest import DEADLINE, DevServer, Start, until

BODY = (
    "return {'headers': {'Content-Type': 'text/css'}, 'body': open(SHEET).read()}"
    " if event['path'].endswith('.css') else"
    " {'headers': {'Content-Type': 'text/html'}, 'body': PAGE}\n\n\n"
    "SHEET = __file__.replace('lambda_function.py', 'static/dist/main.css')\n"
    "PAGE = '<!doctype html><link rel=stylesheet href=/static/main.css><h1>%s</h1>'"
)


def open_tabs(browser: Browser, server: DevServer) -> list[Page]:
    tabs = [browser.new_page() for _ in range(2)]
    for tab in tabs:
        tab.goto(f"http://localhost:{server.port}/")
        _listening(tab)
    return tabs


def _listening(tab: Page) -> None:
    tab.wait_for_function("window.LiveReload?.connector?.protocol === 7")


def sheet(root: Path, colour: str) -> None:
    (root / "src/static/dist").mkdir(parents=True, exist_ok=True)
    (root / "src/static/dist/main.css").write_text(f"h1 {{ color: {colour} }}")


def test_every_tab_shows_the_save_and_swaps_its_style_sheet(
    start: Start, tmp_path: Path, browser: Browser
) -> None:
    sheet(tmp_path, "rgb(1, 2, 3)")
    server = start(BODY % "one")
    tabs = open_tabs(browser, server)
    server.write(BODY % "two")
    for tab in tabs:
        expect(tab.locator("h1")).to_have_text("two")
        _listening(tab)
        tab.evaluate("window.stays = true")
    sheet(tmp_path, "rgb(4, 5, 6)")
    for tab in tabs:
        expect(tab.locator("h1")).to_have_css("color", "rgb(4, 5, 6)")
        assert tab.evaluate("window.stays"), "the page was reloaded for a style sheet"
        tab.close()


def test_a_bad_save_is_laid_over_every_tab_until_the_next_good_one(
    start: Start, tmp_path: Path, browser: Browser
) -> None:
    sheet(tmp_path, "red")
    server = start(BODY % "one")
    tabs = open_tabs(browser, server)
    server.write("return {")
    for tab in tabs:
        problem = tab.get_by_role("alert")
        expect(problem).to_contain_text("src/lambda_function.py:11")
        expect(problem).to_contain_text("'{' was never closed")
        expect(tab.locator("h1")).to_have_text("one")
    server.write(BODY % "two")
    for tab in tabs:
        expect(tab.locator("h1")).to_have_text("two")
        expect(tab.get_by_role("alert")).to_have_count(0)
        tab.close()


def test_a_tab_finds_the_server_again(start: Start, tmp_path: Path, browser: Browser) -> None:
    with socket.create_server(("127.0.0.1", 0)) as first, socket.create_server(("127.0.0.1", 0)) as second:
        ports = [str(each.getsockname()[1]) for each in (first, second)]
    options = ("--port", ports[0], "--livereload-port", ports[1])
    sheet(tmp_path, "red")
    server = start(BODY % "one", *options)
    tabs = open_tabs(browser, server)
    server.process.terminate()
    server.process.wait(DEADLINE)
    until(lambda: tabs[0].evaluate("window.LiveReload.connector.protocol") == 0, "the tab to notice")
    again = start(BODY % "one", *options)
    assert again.get()[0] == 200
    for tab in tabs:
        _listening(tab)
    again.write(BODY % "two")
    for tab in tabs:
        expect(tab.locator("h1")).to_have_text("two")
        tab.close()
