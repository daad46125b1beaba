"""What is copied from the inspector works as pasted."""

from __future__ import annotations

import ast
import http.server
import shlex
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devserver.gateway.gateway import Api, Request, handle
from devserver.inspector.export import as_curl, as_test, literal
from devserver.record.invocation import Invocation
from tooling.blocks.blocks import Function

ROOT = Path(__file__).resolve().parent.parent.parent
POLO = Function("PoloFunction", "lambda_function", routes=("/{proxy+}",))
NOW = datetime(2026, 3, 4, 5, 6, tzinfo=UTC)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


def event_of(request: Request) -> Any:
    kept: list[Any] = []
    handle(Api(scheme="http", port=2200), request, lambda function, event, context: kept.append(event))
    return kept[0]


def made(event: Any, response: Any = None, **values: Any) -> Invocation:
    return Invocation("0" * 20, "PoloFunction", NOW, event, {}, response, **values)


@given(JSON)
def test_a_literal_is_the_value(value: Any) -> None:
    assert ast.literal_eval(literal(value)) == value


def test_a_test_reads_like_one_written_by_hand() -> None:
    text = as_test(made({"path": "/", "httpMethod": "GET"}, {"statusCode": 200}), POLO)
    assert (
        text
        == '''"""GET /, as PoloFunction was asked on 2026-03-04 05:06 UTC."""

from __future__ import annotations

from devserver.gateway.gateway import LambdaFunction, make_context
from lambda_function import lambda_handler

FUNCTION = LambdaFunction("PoloFunction", 256, 30)
EVENT = {
    "path": "/",
    "httpMethod": "GET",
}


def test_get() -> None:
    answer = lambda_handler(EVENT, make_context(FUNCTION))
    assert answer["statusCode"] == 200
'''
    )


HOSTILE = '"""\\\'{x}\n\r\u2028\ud800<script>'


OUTCOMES: list[tuple[Any, str | None]] = [
    ({"statusCode": 404}, None),
    ({"batchItemFailures": [{"itemIdentifier": HOSTILE}]}, None),
    ({HOSTILE: 1}, None),
    (None, None),
    ([HOSTILE], None),
    (None, "builtins.KeyError"),
    (None, "json.decoder.JSONDecodeError"),
    (None, "lambda_probe.<locals>.Odd"),
]


def probe(response: Any, raised: str | None) -> str:
    """A handler with that outcome, for an event that has HOSTILE in it."""
    act = f"return {literal(response)}"
    if raised:
        act = "json.loads('{')" if "json" in raised else "raise KeyError('x')"
    begin = f"import json\ndef lambda_handler(event, context):\n    assert {literal(HOSTILE)} in event\n"
    return begin + "".join(f"    {line}\n" for line in act.splitlines())


@pytest.mark.integration
def test_pasted_tests_pass_while_the_outcome_is_the_same(tmp_path: Path) -> None:
    request = Request("POST", "/a?" + "x=%22%22%22", (("X-Hostile", HOSTILE),), b"\xff\0")
    event = event_of(request) | {HOSTILE: 1}
    for place, (response, raised) in enumerate(OUTCOMES):
        (tmp_path / f"lambda_probe{place}.py").write_text(probe(response, raised))
        function = Function("ProbeFunction", f"lambda_probe{place}")
        text = as_test(made(event, response, raised=raised), function)
        (tmp_path / f"pasted{place}_test.py").write_text(text, encoding="utf-8")
    (tmp_path / "pytest.ini").write_text(
        f"[pytest]\npythonpath = {tmp_path} {ROOT}\npython_files = *_test.py\n"
    )
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tmp_path)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert f"{len(OUTCOMES)} passed" in done.stdout, done.stdout


def test_a_cut_event_is_told_in_the_test() -> None:
    text = as_test(made({"a": 1}, cut=("event.body: 9 characters", "response.body: 9")), POLO)
    assert "Not whole: event.body: 9 characters." in text
    assert "response.body" not in text


def test_a_curl_command_is_the_request() -> None:
    event = event_of(Request("GET", "/a%2Fb?q=it's&q=%26", (("Host", "localhost:2200"), ("X-A", "it's"))))
    assert as_curl(event, "http://localhost:2200") == (
        "curl -i --path-as-is 'http://localhost:2200/a%2Fb?q=it%27s&q=%26' \\\n  -H 'X-A: it'\"'\"'s'"
    )


class Echo(http.server.BaseHTTPRequestHandler):
    seen: tuple[str, str, dict[str, str], bytes]

    def do_ANY(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        Echo.seen = (self.command, self.path, dict(self.headers.items()), body)
        self.send_response(204)
        self.end_headers()

    do_GET = do_POST = do_PUT = do_HEAD = do_ANY  # noqa: N815

    def log_message(self, *_: Any) -> None:
        """Quiet."""


@pytest.fixture
def echo() -> Iterator[str]:
    with http.server.HTTPServer(("127.0.0.1", 0), Echo) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.mark.skipif(shutil.which("curl") is None or shutil.which("sh") is None, reason="needs curl")
@pytest.mark.integration
@pytest.mark.parametrize(
    ("method", "target", "body"),
    [
        ("GET", "/a/../b?x=%00&y=%C3%BC&x=%5B1-3%5D", b""),
        ("HEAD", "/", b""),
        ("POST", "/{a}[b]", b"@/etc/passwd"),
        ("POST", "/", b"it's $HOME `id` \\ \n%0a"),
        ("PUT", "/", bytes(range(256))),
    ],
)
def test_curl_sends_it_again(echo: str, method: str, target: str, body: bytes) -> None:
    headers = (("X-Empty", ""), ("X-Odd", "$(id) '\"`"), ("Content-Type", "text/x"))
    first = event_of(Request(method, target, headers, body))
    subprocess.run(["sh", "-c", as_curl(first, echo)], check=True, capture_output=True)  # noqa: S607
    sent_method, sent_target, sent_headers, sent_body = Echo.seen
    second = event_of(Request(sent_method, sent_target, tuple(sent_headers.items()), sent_body))
    for key in ("httpMethod", "multiValueQueryStringParameters", "body"):
        assert second[key] == first[key]
    assert sent_headers["X-Odd"] == "$(id) '\"`"
    assert sent_headers["X-Empty"] == ""
    if "{" not in target:
        assert second["path"] == first["path"]


def test_a_shell_reads_one_command() -> None:
    event = event_of(Request("GET", "/;id", (("X-A", "\n; id"),)))
    assert len([word for word in shlex.split(as_curl(event, "http://x")) if word == "id"]) == 0
