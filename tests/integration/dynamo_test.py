"""DynamoDataService on two more judges: a local AWS (ministack) and npm's dynalite."""

from __future__ import annotations

import inspect
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from services import conformance_test, dynamo_data_service_test
from services.conformance_test import RandomSyncs, make_table
from services.dynamo_data_service import DynamoDataService
from services.dynamo_data_service_test import Meddled, TroubledSyncs, service_of
from services.store.dynamo_table import Table
from services.store.parts_machine_test import Meeting, meet
from settings import ROOT
from tests.integration.conftest import free_port, started
from tests.kept_parts import KEPT
from tests.turns import paused_files
from tooling.local.aws import LocalAws

pytestmark = pytest.mark.integration

FOLDER = ROOT / ".local" / "dynalite"
VERSION = "4.0.0"
SERVER = """
const server = require('dynalite')({createTableMs: 0, deleteTableMs: 0, updateTableMs: 0})
server.listen(Number(process.argv[1]), '127.0.0.1')
process.stdin.on('end', () => process.exit()).resume()
"""
START_SECONDS = 60


def ministack() -> Iterator[str]:
    for local in started(LocalAws(ROOT / ".local" / "ministack", free_port())):
        yield local.url


def dynalite() -> Iterator[str]:
    """Ends with this process, as its input does."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("no dynalite: there is no node here")
    _install_dynalite()
    port = free_port()
    with subprocess.Popen(
        [node, "-e", SERVER, str(port)], cwd=FOLDER, stdin=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        _wait_until_open(port, process)
        yield f"http://127.0.0.1:{port}"
        process.terminate()


def _install_dynalite() -> None:
    if (FOLDER / "node_modules" / "dynalite").exists():
        return
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("no dynalite: there is no npm to install it")
    FOLDER.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(
        [npm, "install", "--prefix", FOLDER, "--no-audit", "--no-fund", f"dynalite@{VERSION}"],
        capture_output=True,
        text=True,
    )
    if done.returncode != 0:
        assert os.environ.get("CI") != "true", done.stderr
        pytest.skip("no dynalite: npm could not install it")


def _wait_until_open(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        assert process.poll() is None, "dynalite ended at once"
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
    pytest.fail(f"dynalite did not answer within {START_SECONDS} s")


@pytest.fixture(scope="module", params=[ministack, dynalite], ids=["ministack", "dynalite"])
def server(request: pytest.FixtureRequest) -> Iterator[Any]:
    """A client of an empty DynamoDB."""
    for url in request.param():
        yield boto3.client(
            "dynamodb",
            "eu-west-1",
            endpoint_url=url,
            aws_access_key_id="111111111111",
            aws_secret_access_key="x",
            config=Config(retries={"total_max_attempts": 1}),
        )


@pytest.fixture
def client(server: Any) -> Meddled:
    if "polo" in server.list_tables()["TableNames"]:
        server.delete_table(TableName="polo")
        gone = server.get_waiter("table_not_exists")
        gone.wait(TableName="polo", WaiterConfig={"Delay": 0, "MaxAttempts": 5000})
    make_table(server, "polo")
    return Meddled(server)


@pytest.fixture
def service(client: Meddled) -> DynamoDataService:
    return service_of(client)


def suites() -> Iterator[tuple[str, Callable[..., None]]]:
    for module in (conformance_test, dynamo_data_service_test):
        for name, test in inspect.getmembers(module, inspect.isfunction):
            if name.startswith("test_") and "service" in inspect.signature(test).parameters:
                yield name, test


globals().update(suites())  # the very tests that run on moto


def test_random_syncs_on_a_server(server: Any) -> None:
    class OnServer(RandomSyncs):
        def open(self) -> DynamoDataService:
            name = f"polo-{Path(self.folder.name).name}"
            make_table(server, name)
            return DynamoDataService(Table(name, server))

    run(OnServer, examples=5, steps=12)


def test_troubled_syncs_on_a_server(server: Any) -> None:
    class OnServer(TroubledSyncs):
        client = staticmethod(lambda: server)

    run(OnServer, examples=8, steps=8)


@pytest.mark.parametrize("name", KEPT)
def test_writers_that_meet_on_a_server(server: Any, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    class OnServer(Meeting):
        client = staticmethod(lambda: server)

    with paused_files(monkeypatch):
        meet(OnServer, name, 2, 8)


def run(machine: Any, examples: int, steps: int) -> None:
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
