"""A stand-in on loopback for all that credentials come from and lead to; botocore's own chain asks it.

STS, IAM, EC2, a container's endpoint and an instance's metadata.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

ROLE = "reader"
TOKEN = "a-token-of-the-instance"
_KEY = re.compile(r"Credential=([^/]+)/")


class LoopbackAws:
    """accounts: access key -> account id. refuses: error code that STS answers, "" for none.

    asked: (access key, action) of every question. alias: of every account, None where nobody may ask for it.
    """

    def __init__(self) -> None:
        self.accounts = {
            "CONTAINERKEY": "200000000002",
            "INSTANCEKEY": "300000000003",
            "WEBKEY": "400000000004",
        }
        self.alias: str | None = ""
        self.refuses = ""
        self.asked: list[tuple[str, str]] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    @contextmanager
    def running(self) -> Iterator[LoopbackAws]:
        thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self._server.shutdown()
            self._server.server_close()
            thread.join(30)

    def get(self, path: str, authorization: str) -> tuple[int, str]:
        if path == "/container" and authorization == "of-the-container":
            return 200, json.dumps(keys("CONTAINERKEY"))
        if path == "/latest/meta-data/iam/security-credentials/":
            return 200, ROLE
        if path == f"/latest/meta-data/iam/security-credentials/{ROLE}":
            return 200, json.dumps(keys("INSTANCEKEY") | {"Code": "Success"})
        return 404, ""

    def post(self, form: dict[str, list[str]], authorization: str) -> tuple[int, str]:
        found = _KEY.search(authorization)
        action, key = form["Action"][0], found[1] if found else ""
        self.asked.append((key, action))
        if self.refuses or (action == "ListAccountAliases" and self.alias is None):
            code = self.refuses or "AccessDenied"
            return (
                403,
                f"<ErrorResponse><Error><Code>{code}</Code><Message>no</Message></Error></ErrorResponse>",
            )
        answer = getattr(self, f"_{action}", lambda key: "")(key)
        return 200, f"<{action}Response><{action}Result>{answer}</{action}Result>{answer}</{action}Response>"

    def _GetCallerIdentity(self, key: str) -> str:
        return f"<Account>{self.accounts[key]}</Account>"

    def _ListAccountAliases(self, key: str) -> str:
        member = f"<member>{self.alias}</member>" if self.alias else ""
        return f"<AccountAliases>{member}</AccountAliases><IsTruncated>false</IsTruncated>"

    def _DescribeRegions(self, key: str) -> str:
        return "<regionInfo><item><regionName>eu-west-1</regionName></item></regionInfo>"

    def _AssumeRoleWithWebIdentity(self, key: str) -> str:
        found = keys("WEBKEY")
        secret = f"<SecretAccessKey>s</SecretAccessKey><SessionToken>{found['Token']}</SessionToken>"
        return (
            f"<Credentials><AccessKeyId>WEBKEY</AccessKeyId>{secret}"
            f"<Expiration>{found['Expiration']}</Expiration></Credentials>"
        )


def keys(access_key: str) -> dict[str, str]:
    return {
        "AccessKeyId": access_key,
        "SecretAccessKey": "secret",
        "Token": "session",
        "Expiration": "2999-01-01T00:00:00Z",
    }


def _handler(aws: LoopbackAws) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer(*aws.get(self.path, self.headers.get("Authorization", "")))

        def do_PUT(self) -> None:
            self._answer(200, TOKEN)

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
            self._answer(*aws.post(parse_qs(body), self.headers.get("Authorization", "")))

        def _answer(self, status: int, body: str) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body.encode())))
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_: Any) -> None: ...

    return Handler
