"""The inspector's pages, as a browser on this machine gets them."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterator
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urljoin

import pytest

from devserver.functions.found import Handlers, make_api
from devserver.gateway.gateway import Request, Response
from devserver.inspector.inspector import Inspector
from devserver.record import watch
from devserver.record.capture import listen
from devserver.record.folder import keeping
from devserver.record.invocations import summaries
from devserver.record.watch import answer_recorded
from settings import ROOT
from tooling.blocks.blocks import read_functions

HOME = "/__polo__/"
HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
WEB = f'''"""Web.

infra:
  routes: ["/", "/{{proxy+}}"]
"""
import base64
import gzip


def lambda_handler(event, context):
    print("asked for", event["path"])
    if event["path"] == "/fail":
        raise KeyError({HOSTILE!r})
    if event["path"] == "/binary":
        return {{"body": base64.b64encode(bytes(range(256))).decode(), "isBase64Encoded": True}}
    if event["path"] == "/gzip":
        packed = base64.b64encode(gzip.compress(b"<p>unpacked</p>")).decode()
        return {{"headers": {{"Content-Encoding": "gzip"}}, "body": packed, "isBase64Encoded": True}}
    if event["path"] == "/no-gzip":
        return {{"headers": {{"Content-Encoding": "gzip"}}, "body": "/////w==", "isBase64Encoded": True}}
    status = int((event["queryStringParameters"] or {{}}).get("status", 200))
    headers = {{"Set-Cookie": "session=s3cr3t; Path=/", "X-Hostile": {HOSTILE!r}}}
    return {{"statusCode": status, "headers": headers, "body": '{{"ü": "{HOSTILE[:8]}"}}'}}
'''
JOB = '''"""Job.

infra:
  schedule: rate(1 hour)
  queue: work
  timeout: 1
"""
import json
import threading


def lambda_handler(event, context):
    print(json.dumps({"level": "INFO", "message": "would have sent", "to": "#<b>cop</b>", "service": "x"}))
    if event.get("hang"):
        threading.Event().wait()
    return {"batchItemFailures": []} if "Records" in event else {"done": event["source"]}
'''
Ask = Callable[..., Response]


class Browser:
    """Sends what a browser at localhost sends, with the cookie and the token that pages have given it."""

    def __init__(self, root: Path, stage: str = "") -> None:
        functions = read_functions(root)
        self.handlers = Handlers(functions, lambda _: None)
        self.api = make_api(functions, 2200, stage)
        self.inspector = Inspector(root, functions, self.api, lambda _: None)
        self.cookie = self.token = ""

    def console(self, target: str, method: str = "GET", body: bytes = b"") -> Response:
        listen()
        lines = (
            ("Host", "localhost:2200"),
            ("Cookie", "theme=dark; session=s3cr3t"),
            ("Authorization", "Bearer s3cr3t"),
        )
        request = Request(method, target, lines, body)
        return answer_recorded(self.api, request, self.handlers.invoke, lambda text: None)

    def get(self, target: str = HOME, method: str = "GET", *lines: tuple[str, str]) -> Response:
        headers = (("Host", "localhost:2200"), ("Cookie", self.cookie), *lines)
        response = self.inspector.respond(Request(method, target, headers))
        assert response is not None
        self.cookie = (response.header("Set-Cookie") or self.cookie).partition(";")[0]
        found = re.search(r'name="token" value="(\w+)"', response.text) if response.status == 200 else None
        self.token = found[1] if found else self.token
        return response

    def post(self, target: str, **form: str) -> Response:
        listen()
        lines = (("Host", "localhost:2200"), ("Origin", "http://localhost:2200"), ("Cookie", self.cookie))
        body = urlencode({"token": self.token} | form).encode()
        response = self.inspector.respond(Request("POST", target, lines, body))
        assert response is not None
        return response

    def follow(self, response: Response) -> str:
        assert response.status == 303, response.text
        page = self.get(response.header("Location") or "")
        assert page.status == 200
        return page.text

    def last(self) -> str:
        return f"{HOME}invocations/{summaries()[0].id}"


@pytest.fixture
def browser(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Browser]:
    (tmp_path / "src").mkdir()
    (tmp_path / "src/lambda_inspected_web.py").write_text(WEB)
    (tmp_path / "src/lambda_inspected_job.py").write_text(JOB)
    monkeypatch.syspath_prepend(tmp_path / "src")
    monkeypatch.setattr(watch, "_warm", set())
    with keeping():
        yield Browser(tmp_path)
    for name in ("lambda_inspected_web", "lambda_inspected_job"):
        sys.modules.pop(name, None)


def rows(page: str) -> list[str]:
    """The titles in the list."""
    return [
        unescape(title) for title in re.findall(r'<a href="/__polo__/invocations/\w+" title="([^"]*)"', page)
    ]


def test_the_list_has_what_was_asked_newest_first(browser: Browser) -> None:
    browser.console("/a?b=c")
    browser.console("/fail")
    page = browser.get().text
    assert rows(page) == ["GET /fail", "GET /a?b=c"]
    assert "502" in page
    assert "KeyError" in page
    assert "1 failed · 1 cold" in page


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", ["/fail", "/b?status=404", "/a"]),
        ("?q=B%3FSTAT", ["/b?status=404"]),
        ("?q=keyerror", ["/fail"]),
        ("?status=4xx", ["/b?status=404"]),
        ("?status=404", ["/b?status=404"]),
        ("?errors=1", ["/fail"]),
        ("?function=InspectedWebFunction&start=cold", ["/a"]),
        ("?function=Other", []),
        ("?source=replay", []),
        ("?unknown=1&q=%FF", []),
    ],
)
def test_filters_stand_in_the_url(browser: Browser, query: str, shown: list[str]) -> None:
    for target in ("/a", "/b?status=404", "/fail"):
        browser.console(target)
    assert rows(browser.get(HOME + query).text) == [f"GET {path}" for path in shown]
    listed = browser.get(f"{HOME}invocations.json{query}").json()["invocations"]
    assert [each["title"] for each in listed] == [f"GET {path}" for path in shown]


def test_without_invocations_the_page_says_what_to_do(browser: Browser) -> None:
    assert "Nothing was invoked yet" in browser.get().text


def test_a_page_tells_all_of_one_invocation(browser: Browser) -> None:
    browser.console("/a?b=c", "POST", b'{"sent": 1}')
    page = unescape(browser.get(browser.last()).text)
    for part in (
        "POST /a?b=c",
        "asked for /a",
        "X-Hostile",
        "cold",
        '"sent": 1',
        "src/lambda_inspected_web.py",
    ):
        assert part in page
    assert "from lambda_inspected_web import lambda_handler" in page
    assert "curl -i --path-as-is -X POST" not in page  # --data says it
    assert "--data-raw '{\"sent\": 1}'" in page


def test_secrets_are_masked_until_asked_for(browser: Browser) -> None:
    browser.console("/a")
    shown = browser.get(browser.last()).text
    assert "s3cr3t" not in shown
    assert "Bearer (hidden)" in shown
    assert "session=(hidden)" in shown
    assert "s3cr3t" in browser.get(f"{browser.last()}?reveal=1").text
    assert "s3cr3t" not in browser.get(f"{browser.last()}.json").text
    assert "s3cr3t" in browser.get(f"{browser.last()}.json?reveal=1").text


def test_a_failure_shows_where(browser: Browser) -> None:
    browser.console("/fail")
    page = unescape(browser.get(browser.last()).text)
    assert "lambda_inspected_web.py&quot;, line" in browser.get(browser.last()).text
    assert "with pytest.raises(KeyError):" in page


def test_bytes_are_not_shown_as_text(browser: Browser) -> None:
    browser.console("/binary")
    assert "binary, 256 bytes" in browser.get(browser.last()).text


def test_a_packed_body_is_shown_unpacked(browser: Browser) -> None:
    browser.console("/gzip")
    page = browser.get(browser.last()).text
    assert "&lt;p&gt;unpacked&lt;/p&gt;" in page
    assert "from base64 and gzip" in page
    browser.console("/no-gzip")
    assert "binary, 4 bytes" in browser.get(browser.last()).text


def test_a_replay_asks_the_same_again(browser: Browser) -> None:
    browser.console("/a?b=c")
    browser.get(first := browser.last())
    page = browser.follow(browser.post(f"{first}/replay"))
    assert "replayed" in page
    once, again = (
        browser.get(f"{first}.json?reveal=1").json(),
        browser.get(f"{browser.last()}.json?reveal=1").json(),
    )
    assert again["event"] == once["event"]
    assert again["id"] != once["id"]
    assert again["context"]["aws_request_id"] != once["context"]["aws_request_id"]
    assert (again["status"], again["source"]) == (200, "replay")


def test_an_event_that_was_cut_is_not_replayed(browser: Browser) -> None:
    browser.console("/a", "POST", b"x" * 200_000)
    page = browser.get(browser.last()).text
    assert "Replay" not in page
    assert "event.body: 266668 characters, the first 100000 kept" in page
    browser.get(f"{HOME}functions")
    assert browser.post(f"{browser.last()}/replay").status == 409


def test_scheduled_and_queue_functions_run_at_one_click(browser: Browser) -> None:
    page = browser.get(f"{HOME}functions").text
    assert page.index("InspectedJobFunction") < page.index("InspectedWebFunction")
    shown = browser.follow(browser.post(f"{HOME}functions/lambda_inspected_job", sample="schedule"))
    assert "aws.events" in shown
    assert "would have sent" in shown
    assert "#&lt;b&gt;cop&lt;/b&gt;" in shown
    shown = browser.follow(browser.post(f"{HOME}functions/lambda_inspected_job", sample="queue"))
    assert "batchItemFailures" in shown
    assert rows(browser.get().text) == ["SQS, 1 record", "Scheduled Event"]


def test_an_event_may_be_edited_before(browser: Browser) -> None:
    browser.get(f"{HOME}functions")
    shown = browser.follow(browser.post(f"{HOME}functions/lambda_inspected_job", event='{"source": "me"}'))
    assert "&quot;done&quot;: &quot;me&quot;" in shown
    refused = browser.post(f"{HOME}functions/lambda_inspected_job", event='{"a":\n }')
    assert (refused.status, refused.text) == (400, "event:2:2: Expecting value. Go back, and mend it.\n")


def test_a_function_that_hangs_is_given_up_at_its_timeout(browser: Browser) -> None:
    browser.get(f"{HOME}functions")
    shown = browser.follow(browser.post(f"{HOME}functions/lambda_inspected_job", event='{"hang": 1}'))
    assert "Task timed out after 1.00 seconds" in shown
    assert "lambda_inspected_job.py" in shown
    assert "would have sent" in shown


def test_hostile_values_stay_text(browser: Browser) -> None:
    browser.console(f"/{HOSTILE}?{HOSTILE}")
    browser.console("/fail")
    pages = [
        browser.get(path).text for path in (HOME, f"{HOME}?q={HOSTILE}", browser.last(), f"{HOME}functions")
    ]
    pages += [browser.get(f"{HOME}invocations/{each.id}?reveal=1").text for each in summaries()]
    for page in pages:
        assert "<script>" not in page
        assert "<img" not in page
        assert not re.search(r'\son\w+="|\sstyle="', page)


def test_nothing_inline_may_run_and_no_other_site_may_read(browser: Browser) -> None:
    for target in (HOME, f"{HOME}invocations.json", f"{HOME}inspector.js", f"{HOME}nothing"):
        response = browser.get(target)
        policy = response.header("Content-Security-Policy") or ""
        assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'")
        assert "unsafe" not in policy
        assert not [name for name, _ in response.headers if name.lower().startswith("access-control-")]
        assert response.header("Cross-Origin-Resource-Policy") == "same-origin"
        assert response.header("Cache-Control") == "no-store"


def test_dns_rebinding_gets_nothing(browser: Browser) -> None:
    for target in (HOME, f"{HOME}invocations.json", f"{HOME}inspector.js"):
        response = browser.inspector.respond(Request("GET", target, (("Host", "rebound.example:2200"),)))
        assert response is not None
        assert response.status == 403
        assert response.text.count("\n") == 1
        assert response.header("Set-Cookie") is None


def test_json_is_not_there_for_other_sites(browser: Browser) -> None:
    lines = (("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Mode", "no-cors"))
    assert browser.get(f"{HOME}invocations.json", "GET", *lines).status == 403


def test_a_post_without_the_token_runs_nothing(browser: Browser) -> None:
    browser.get(f"{HOME}functions")
    browser.token = ""
    assert browser.post(f"{HOME}functions/lambda_inspected_job", sample="schedule").status == 403
    assert summaries() == []


def test_a_post_from_another_site_runs_nothing(browser: Browser) -> None:
    browser.get(f"{HOME}functions")
    lines = (("Host", "localhost:2200"), ("Origin", "https://evil.example"), ("Cookie", browser.cookie))
    body = urlencode({"token": browser.token, "sample": "schedule"}).encode()
    response = browser.inspector.respond(
        Request("POST", f"{HOME}functions/lambda_inspected_job", lines, body)
    )
    assert response is not None
    assert response.status == 403
    assert summaries() == []


@pytest.mark.parametrize(
    "target", ["/", "/__polo__x", "/__polo__/livereload.js?port=1", "/__polo__/overlay.css"]
)
def test_what_is_not_the_inspectors_is_left_to_others(browser: Browser, target: str) -> None:
    assert browser.inspector.respond(Request("GET", target)) is None


@pytest.mark.parametrize(
    ("target", "status"),
    [
        ("/__polo__", 200),
        (f"{HOME}nothing", 404),
        (f"{HOME}invocations/{'0' * 20}", 404),
        (f"{HOME}invocations/..%2Fkey", 404),
        (f"{HOME}static/../../local_data.json", 404),
        (f"{HOME}static/dist/main.css", 404),
        (f"{HOME}inspector.css", 200),
    ],
)
def test_every_path_has_an_answer(browser: Browser, target: str, status: int) -> None:
    assert browser.get(target).status == status


@pytest.mark.parametrize("target", ["nothing", "functions/lambda_none", f"invocations/{'0' * 20}/replay"])
def test_a_post_to_nothing_is_not_found(browser: Browser, target: str) -> None:
    browser.get(f"{HOME}functions")
    assert browser.post(HOME + target).status == 404


def test_other_methods_are_refused(browser: Browser) -> None:
    assert browser.get(HOME, "DELETE").status == 405


def test_the_theme_and_the_stage_are_the_consoles(browser: Browser) -> None:
    browser.cookie = "theme=dark"
    assert 'data-theme="dark"' in browser.get().text
    browser.cookie = f"theme={HOSTILE}"
    assert "data-theme" not in browser.get().text
    assert 'href="/prod/"' in Browser(browser.inspector.root, "prod").get().text


def test_a_function_that_is_gone_still_shows_what_it_did(browser: Browser, tmp_path: Path) -> None:
    browser.console("/a")
    (tmp_path / "src/lambda_inspected_web.py").unlink()
    later = Browser(tmp_path)
    page = later.get(later.last()).text
    assert "gone from src" in page
    assert "Replay" not in page
    json.dumps(later.get(f"{later.last()}.json").json())


def test_styles_and_font_are_the_consoles(browser: Browser, tmp_path: Path) -> None:
    (tmp_path / "src/static/dist").mkdir(parents=True)
    (tmp_path / "src/static/dist/main.css").write_text("a{}")
    response: Any = browser.get(f"{HOME}static/dist/main.css")
    assert (response.status, response.text, response.content_type) == (200, "a{}", "text/css")
    (tmp_path / "src/static/inter.woff2").write_bytes(b"wOF2")
    (loaded,) = re.findall(r'url\("([^"]+)"\)', (ROOT / "src/static/css/main.css").read_text())
    assert browser.get(urljoin(f"{HOME}static/dist/main.css", loaded)).body == b"wOF2"
