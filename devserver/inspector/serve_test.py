"""The inspector of a real dev server."""

from __future__ import annotations

import http.client
import json
import re
import sys
from typing import Any
from urllib.parse import urlencode

import pytest

from devserver.conftest import DEADLINE, DevServer, Start, until

pytestmark = [
    pytest.mark.integration,
    pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc"),
]

HOME = "/__polo__/"
JOB = '''"""Job.

infra:
  schedule: rate(1 hour)
"""


def lambda_handler(event, context):
    print("would have sent: 3 findings")
    return {"kind": event["detail-type"]}
'''


def ask(
    server: DevServer, target: str, method: str = "GET", form: dict[str, str] | None = None, **headers: str
) -> tuple[int, dict[str, str], str]:
    connection = http.client.HTTPConnection("localhost", server.port, timeout=DEADLINE)
    lines = {"Content-Type": "application/x-www-form-urlencoded"} if form else {}
    connection.request(method, target, urlencode(form) if form else None, lines | headers)
    response = connection.getresponse()
    return response.status, dict(response.getheaders()), response.read().decode()


def listed(server: DevServer) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(ask(server, f"{HOME}invocations.json")[2])["invocations"]
    return found


def test_invocations_outlive_the_code_that_made_them(start: Start) -> None:
    server = start("print('one'); return {'body': 'one'}")
    server.get("/first?a=b")
    server.write("return {'body': 'two'}")
    until(lambda: server.get("/second") == (200, "two"), "the new code")
    until(lambda: {"GET /first?a=b", "GET /second"} <= {each["title"] for each in listed(server)}, "both")
    first = next(each for each in listed(server) if each["title"] == "GET /first?a=b")
    page = ask(server, f"{HOME}invocations/{first['id']}")[2]
    assert "one" in json.loads(ask(server, f"{HOME}invocations/{first['id']}.json")[2])["logs"]
    assert "Replay" in page


def test_a_handler_that_is_cut_off_has_its_log(start: Start) -> None:
    server = start("print('last words'); import time; time.sleep(60)")
    text = (server.root / "src/lambda_function.py").read_text()
    (server.root / "src/lambda_function.py").write_text(text.replace("  routes", "  timeout: 1\n  routes"))
    until(lambda: "1 s, 256 MB" in ask(server, f"{HOME}functions")[2], "the new limit")
    assert server.get("/slow")[0] == 502
    until(lambda: any(each["failure"] for each in listed(server)), "it to be written")
    (seen,) = listed(server)
    assert seen["failure"] == "PoloFunction: Task timed out after 1.00 seconds"
    assert json.loads(ask(server, f"{HOME}invocations/{seen['id']}.json")[2])["logs"] == ["last words"]


def test_a_scheduled_function_runs_at_one_click(start: Start) -> None:
    server = start("return {'body': ''}")
    (server.root / "src/lambda_job.py").write_text(JOB)
    until(lambda: "JobFunction" in ask(server, f"{HOME}functions")[2], "the new function")
    _, headers, page = ask(server, f"{HOME}functions")
    token = re.search(r'name="token" value="(\w+)"', page)
    assert token
    cookie = headers["Set-Cookie"].partition(";")[0]
    form = {"token": token[1], "sample": "schedule"}
    target = f"{HOME}functions/lambda_job"
    assert ask(server, target, "POST", form)[0] == 403
    assert ask(server, target, "POST", form, Cookie=cookie, Origin="http://evil.example")[0] == 403
    assert ask(server, HOME, Host="rebound.example")[0] == 403
    origin = f"http://localhost:{server.port}"
    status, headers, _ = ask(server, target, "POST", form, Cookie=cookie, Origin=origin)
    assert status == 303
    shown = ask(server, headers["Location"])[2]
    assert "would have sent: 3 findings" in shown
    assert "Scheduled Event" in shown
    assert "would have sent: 3 findings" in server.output
