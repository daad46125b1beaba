"""The whole system on a local AWS: deployed once, as `inv deploy -e local` does, and destroyed."""

from __future__ import annotations

import http.client
import json
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import pytest

from settings import ROOT
from tests.integration.conftest import free_port, started
from tooling import zip_build
from tooling.deploy import Order
from tooling.deploy_local import deploy_local
from tooling.deploy_record import carry_out, releases_at
from tooling.deployed_functions import invoke
from tooling.destroy import destroy
from tooling.local_aws import PORT_VARIABLE, LocalAws
from tooling.target import Target, target

PATIENCE = 60.0  # seconds that a condition may take to come true
Answer = tuple[int, dict[str, str], bytes]


@dataclass(frozen=True)
class Console:
    """A deployed console, asked over HTTP. url: with a slash at the end."""

    target: Target
    url: str

    def get(self, path: str) -> Answer:
        """Status, headers by lower-case name, and body."""
        parts = urlsplit(self.url)
        connection = http.client.HTTPConnection("127.0.0.1", parts.port, timeout=30)
        try:
            connection.request(
                "GET", parts.path.rstrip("/") + path, headers={"Host": parts.netloc, "Accept": "*/*"}
            )
            answer = connection.getresponse()
            return answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read()
        finally:
            connection.close()

    def page(self, path: str) -> str:
        status, _, body = self.get(path)
        assert status == 200, (path, status, body[:500])
        return body.decode()

    def json(self, path: str) -> Any:
        return json.loads(self.page(f"/api{path}"))

    def invoke(self, function: str) -> Any:
        """What a function answers to its schedule."""
        return invoke(self.target, function, {"source": "aws.events", "detail-type": "Scheduled Event"})


def until(condition: Callable[[], Any], patience: float = PATIENCE) -> Any:
    """What the condition answers once it is true. Fails when it is not in time."""
    deadline = time.monotonic() + patience
    while not (found := condition()):
        assert time.monotonic() < deadline, f"not true within {patience:.0f} s"
        time.sleep(0.2)
    return found


@pytest.fixture(autouse=True)
def environment() -> None:
    """That of the deployment: the accounts of the local AWS."""


@pytest.fixture(scope="session")
def local_aws() -> Iterator[LocalAws]:
    shell = dict(os.environ)
    yield from started(LocalAws(ROOT / ".local" / "ministack", free_port()))
    os.environ.clear()
    os.environ.update(shell)


@pytest.fixture(scope="session")
def console(local_aws: LocalAws) -> Iterator[Console]:
    os.environ[PORT_VARIABLE] = str(local_aws.port)
    here = target(ROOT, "local")
    done = carry_out(
        ROOT,
        Order(here),
        releases_at(here),
        lambda order: deploy_local(ROOT, order, lambda: zip_build.build(ROOT)),
    )
    yield Console(here, done.url)
    told: list[str] = []
    destroy(ROOT, here, force=True, tell=told.append)
    assert "stopped" in told[-1], told
    local_aws.start()  # what `started` stops
