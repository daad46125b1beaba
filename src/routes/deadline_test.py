"""Every page over a table that hangs, fails or throttles: in time, with the last state, or it asks again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import botocore.session
import pytest
from botocore.exceptions import ClientError, ConnectTimeoutError, ReadTimeoutError
from botocore.parsers import ResponseParserError
from moto import mock_aws

from devserver.gateway.gateway import Client
from routes.conftest import PATHS
from services.cloud import deadline
from services.cloud.deadline import PAUSE
from services.cloud.deadline_test import PART, shorten
from services.conformance_test import VOLUMES, make_table, moto_client
from services.data_service import Collected
from services.dynamo_data_service import DynamoDataService
from services.models.all_test import volume
from services.store.dynamo_table import Table
from settings import Settings
from tests import peers
from wiring.web import web_app

HEALTHS = ("/health", "/api/health")
HEALTH, PAGE = 2.0, 8.0  # seconds that are promised, not those that the code has
create_client = botocore.session.Session.create_client


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


class Aws:
    """What stands between Polo and a faked AWS; trouble: what a call comes to, None: it works."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.trouble: Callable[[str], Exception] | None = None

    def client(self, session: Any, service: str, *given: Any, config: Any = None, **named: Any) -> Any:
        attempts = config.retries["total_max_attempts"]
        longest = attempts * (config.connect_timeout + config.read_timeout) + (attempts - 1) * PAUSE
        return Watched(self, create_client(session, service, *given, config=config, **named), longest)


class Watched:
    """longest: seconds that a call takes that is never answered."""

    def __init__(self, aws: Aws, client: Any, longest: float) -> None:
        self._aws, self._client, self._longest = aws, client, longest

    def __getattr__(self, operation: str) -> Any:
        found = getattr(self._client, operation)
        if not callable(found) or operation.startswith(("can_", "get_paginator", "_")):
            return found

        def call(**asked: Any) -> Any:
            if self._aws.trouble is None:
                return found(**asked)
            error = self._aws.trouble(operation)
            self._aws.clock.now += self._longest if isinstance(error, ReadTimeoutError) else PAUSE
            raise error

        return call


def refused(code: str, status: int) -> Callable[[str], Exception]:
    answer = {"Error": {"Code": code, "Message": "no"}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return lambda operation: ClientError(answer, operation)  # type: ignore[arg-type]


TROUBLES: dict[str, Callable[[str], Exception]] = {
    "hangs": lambda _: ReadTimeoutError(endpoint_url="https://dynamodb.example"),
    "can not be reached": lambda _: ConnectTimeoutError(endpoint_url="https://dynamodb.example"),
    "fails": refused("InternalServerError", 500),
    "fails without a word": refused("502", 502),  # botocore's code for an answer without a body
    "is not what answers": lambda _: ResponseParserError("Unable to parse response, received body: '<html>'"),
    "is throttled": refused("ThrottlingException", 400),
    "is over its limit": refused("ProvisionedThroughputExceededException", 400),
}


@pytest.fixture(scope="module")
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="module")
def aws(clock: Clock) -> Iterator[Aws]:
    found = Aws(clock)
    with mock_aws(), pytest.MonkeyPatch.context() as patch:
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            patch.setenv(name, "testing")
        patch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
        for table in ("test-ResourceTable", "test-ReportTable"):
            make_table(moto_client(), table)
        service = DynamoDataService(Table("test-ResourceTable", moto_client()))
        service.replace_scope(Collected(VOLUMES, 1, (volume("a", account=VOLUMES.account),)))
        patch.setattr(
            botocore.session.Session,
            "create_client",
            lambda session, *given, **named: found.client(session, *given, **named),
        )
        patch.setattr("services.cloud.deadline.clock", clock)
        for module in ("read.table_read_model", "cop.patrol.table_findings", "read.table_history"):
            patch.setattr(f"services.{module}.POLL", -1.0)
        yield found


@pytest.fixture
def client(aws: Aws, tmp_path: Path) -> Client:
    """A console that has just started."""
    aws.trouble = None
    settings = Settings(
        env="test", use_local_data="false", cache_path=str(tmp_path), sync_queue_url="https://sqs.example/q"
    )
    return Client(web_app(settings))


@pytest.mark.parametrize("trouble", TROUBLES)
def test_a_console_that_has_read_nothing_asks_to_wait(
    client: Client, aws: Aws, clock: Clock, trouble: str
) -> None:
    aws.trouble = TROUBLES[trouble]
    for path in PATHS:
        began = clock.now
        answer = client.get(path)
        assert clock.now - began <= (HEALTH if path in HEALTHS else PAGE), path
        check(path, answer)


@pytest.mark.parametrize("trouble", TROUBLES)
def test_a_console_that_has_read_it_before_shows_that_and_how_old_it_is(
    client: Client, aws: Aws, clock: Clock, trouble: str
) -> None:
    shown = {path for path in PATHS if client.get(path).status == 200}
    assert {"/", "/resources", "/cop", "/changes", "/sync", "/accounts"} <= shown
    aws.trouble = TROUBLES[trouble]
    for path in PATHS:
        began = clock.now
        answer = client.get(path)
        assert clock.now - began <= (HEALTH if path in HEALTHS else PAGE), path
        check(path, answer)
        if path in ("/", "/resources", "/cop", "/cop/findings", "/accounts", "/changes"):
            assert answer.status == 200, (path, answer.text[-1500:])
            assert " ago: " in answer.text, path


def check(path: str, answer: Any) -> None:
    if path in HEALTHS:
        assert answer.status == 503
        return
    assert answer.status < 500 or answer.status == 503, (path, answer.status, answer.text[-1500:])
    if answer.status == 503:
        assert int(answer.header("Retry-After") or 0) > 0, path
        assert path.startswith("/api") or "http-equiv" in answer.text, path


FEW = ("/health", "/", "/cop", "/costs", "/deployments", "/api/resources")


@pytest.mark.filterwarnings(
    "ignore::pytest.PytestUnraisableExceptionWarning"
)  # see services/cloud/deadline_test.py
@pytest.mark.parametrize(
    ("trouble", "paths"), [(peers.DRIPS, PATHS), *((each, FEW) for each in peers.TROUBLES)]
)
def test_over_a_peer_that_goes_on_with_it_every_page_comes(
    trouble: str, paths: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With real connections, which the peer keeps for as long as the test lasts."""
    shorten(monkeypatch)
    for name, seconds in (("PAGE", deadline.PAGE), ("BUILD", deadline.BUILD), ("HEALTH", deadline.HEALTH)):
        monkeypatch.setattr(f"wiring.web.{name}", seconds * PART)
    settings = Settings(env="test", use_local_data="false", cache_path=str(tmp_path), data_bucket_name="data")
    with peers.peer(trouble) as address:
        monkeypatch.setenv("AWS_ENDPOINT_URL", address)
        client = Client(web_app(settings))
        for path in paths:
            check(path, client.get(path))
