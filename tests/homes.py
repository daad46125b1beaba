"""One estate at two homes: in files, and in the tables of a deployment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

import boto3
import pytest
from aws_lambda_powertools.utilities.typing import LambdaContext

import lambda_cop
import lambda_report
import services.store.local_daily  # noqa: F401  its decoder takes the types of time before a test freezes them
from devserver.gateway.gateway import Client
from services.conformance_test import make_table
from services.daily_store import Fetched
from services.data_service import Collected
from services.local_data_service import LocalDataService
from services.models.domain.finding import Mute
from services.models.kit.scope import Account
from services.models.kit.values import iso
from services.store.estate import Estate
from settings import Settings
from tooling.data_folder import backend_in
from tooling.demo.costs import write_costs
from tooling.demo.daily import write_daily
from tooling.demo.demo import make_demo
from wiring.backend import backend_of
from wiring.local import LocalBackend
from wiring.services import Backend
from wiring.table import TableBackend
from wiring.web import web_app

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
RESOURCES = 150
# of which rules find much; each scope is a dozen requests to moto
TYPES = ("buckets", "databases", "functions", "instances", "marqoindexes", "volumes")
BUCKET = "polo-data"
NO_EVENT: Mapping[str, Any] = {}
OF_EVERY_FUNCTION = {
    "AWS_DEFAULT_REGION": "eu-west-1",
    "POWERTOOLS_SERVICE_NAME": "polo",
    "POWERTOOLS_METRICS_NAMESPACE": "Polo",
    "POWERTOOLS_METRICS_DISABLED": "true",
}


@dataclass(frozen=True)
class Home:
    """folder: of the files; of tables, where a laptop puts what it pulls."""

    name: str
    folder: Path
    _answers: dict[Any, Any] = field(default_factory=dict)

    @property
    def variables(self) -> Mapping[str, str]:
        """What its functions and consoles are set to."""
        return {
            "ENV": "test",
            "USE_LOCAL_DATA": str(self.in_files).lower(),
            "LOCAL_DATA_PATH": str(self.folder / "local_data.json"),
            "CACHE_PATH": str(self.folder / "cache"),
            "DATA_BUCKET_NAME": BUCKET,
            "PATIENCE": "60",
        }

    @property
    def in_files(self) -> bool:
        return self.name == "files"

    @property
    def backend(self) -> Backend:
        return backend_of(Settings.from_environment(self.variables))

    def settle(self, patch: pytest.MonkeyPatch) -> None:
        """Functions and tasks that run from now on are here; in tables the schedule has been there before."""
        for name, value in {**OF_EVERY_FUNCTION, **self.variables}.items():
            patch.setenv(name, value)
        if not self.in_files:
            self.answer_of(lambda_cop)
            self.answer_of(lambda_report)

    def answer_of(self, module: Any, event: Mapping[str, Any] = NO_EVENT) -> Any:
        """What a function answers to its schedule, or to another event; it is asked once."""
        if module not in self._answers:
            self._answers[module] = module.lambda_handler(dict(event), context(module.__name__))
        return self._answers[module]

    @cached_property
    def client(self) -> Client:
        return Client(web_app(Settings.from_environment(self.variables)))


def make_place() -> None:
    """The tables and the bucket of the environment, empty."""
    settings, client = Settings(env="test"), boto3.client("dynamodb", "eu-west-1")
    make_table(client, settings.resource_table)
    make_table(client, settings.report_table)
    place: Any = {"LocationConstraint": "eu-west-1"}
    boto3.client("s3", "eu-west-1").create_bucket(Bucket=BUCKET, CreateBucketConfiguration=place)


def furnish(files: Path) -> None:
    """Put the same into a folder and the tables: a small demo, its daily values, its costs, and a mute."""
    estate = make_demo(RESOURCES)
    estate.resources = {scope: found for scope, found in estate.resources.items() if scope.type in TYPES}
    local = backend_in(files)
    table = TableBackend(Settings(env="test"), client=boto3.client("dynamodb", "eu-west-1"))
    for collected in _attempts(estate):
        local.data_service().save_type(collected.scope.type, [collected])
        table.data_service().replace_scope(collected)
    local.data_service().combine(_accounts(estate))
    table.data_service().name_accounts(_accounts(estate))
    _furnish_beside(local, table, estate)


def context(name: str) -> LambdaContext:
    """What Lambda hands to the function of this name."""
    made = LambdaContext()
    made._function_name, made._memory_limit_in_mb = name, 512
    made._invoked_function_arn, made._aws_request_id = f"arn:aws:lambda:eu-west-1:1:function:{name}", "r-1"
    made.get_remaining_time_in_millis = lambda: 900_000  # type: ignore[method-assign]
    return made


def _attempts(estate: Estate) -> Iterator[Collected]:
    """Every scope as it was collected an hour ago, and one that could not be."""
    generation = int((NOW - timedelta(hours=1)).timestamp() * 1000)
    scopes = [scope for scope, found in estate.resources.items() if found]
    for scope in scopes:
        yield Collected(scope, generation, tuple(estate.resources[scope]), "", 1.0, 1, 0)
    refused = scopes[0]._replace(region="ap-southeast-2")
    yield Collected(refused, generation, None, "AccessDenied: not allowed")


def _furnish_beside(local: LocalBackend, table: TableBackend, estate: Estate) -> None:
    daily, costs = local.data_service().daily, local.cost_store()
    write_daily(daily, estate, NOW)
    write_costs(costs, estate, NOW)
    table.daily_store().keep(_fetched(local.data_service()), NOW.date())
    table.cost_store().keep(found for period in costs.kept() if (found := costs.costs(period)))
    if outlook := costs.outlook():
        table.cost_store().keep_outlook(outlook)
    since, until = (iso(NOW + timedelta(days=each)) or "" for each in (-1, 30))
    for backend in (local, table):
        backend.finding_store().mute(Mute("m-1", "known", "ada", since, until, rule="TAG-REQUIRED"))


def _fetched(data: LocalDataService) -> Iterator[Fetched]:
    for account in data.accounts():
        asked = data.daily.asked(account.id)
        for scope, known in data.daily.of(account.id):
            assert isinstance(known, dict)
            yield Fetched(scope, asked[scope], {id: each.by_day() for id, each in known.items()})


def _accounts(estate: Estate) -> Sequence[Account]:
    return [Account(id, name) for id, name in estate.accounts.items()]
