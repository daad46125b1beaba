"""Collect all accounts every hour: the schedule sends a job for each account and group, the queue works them.

infra:
  schedule: rate(1 hour)
  queue: sync
  memory: 512
  timeout: 900
  tables: {resource: read-write, report: read}
  assume: [PoloReader]
  secrets: [marqo-api-key]
  environment:
    - ENV
    - ACCOUNTS
    - DESTINATION_ROLE_NAME
    - EXTERNAL_ID
    - REGIONS
    - EXCLUDED_TYPES
    - SYNC_QUEUE_URL
    - MARQO_URL
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from errors import CollectError, PoloError
from services.cloud.accounts import known
from services.cloud.aws import Aws
from services.cloud.secrets import reveal
from services.collect.jobs import jobs, metrics_jobs, send
from services.collect.worker import Delivery, Worker, delivery_of
from services.costs.resource_level import Told, nothing_told, told_by
from services.models import RESOURCE_TYPES
from services.models.kit.base import ResourceType
from services.models.kit.scope import GLOBAL, Account
from settings import Settings
from wiring.table import TableBackend

PAUSE = 120  # seconds until a message that failed comes again; by itself it would after 6 timeouts
METRICS_HOUR = "02"  # UTC: once a day, when CloudWatch has most of the day before; each series costs money
logger = Logger()
metrics = Metrics()


@logger.inject_lambda_context(clear_state=True)
@metrics.log_metrics
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """A schedule's event sends the jobs; an SQS event works them and answers which to deliver again."""
    if "Records" not in event:
        return {"jobs": dispatch(metrics_too=_hour(event) == METRICS_HOUR)}
    failed = [record for record in event["Records"] if not _worked(record, context)]
    metrics.add_metric(name="JobsFailed", unit=MetricUnit.Count, value=len(failed))
    for record in failed:
        _again_soon(record)
    return {"batchItemFailures": [{"itemIdentifier": record["messageId"]} for record in failed]}


def dispatch(*, metrics_too: bool = False) -> int:
    """Send a job for each account and group; answer how many. Raises SettingsError, CollectError."""
    settings = Settings.from_environment()
    source = own().source(GLOBAL)
    accounts: Sequence[Account] = known(settings.accounts, source) or (own().account(),)
    backend().data_service().name_accounts(accounts)
    marqo = marqo_api_key(settings)
    wanted = [kind for kind in types(settings).values() if kind.scope != "marqo" or marqo]
    todo = jobs(wanted, accounts) + (metrics_jobs(wanted, accounts) if metrics_too else ())
    calls = send(todo, settings.sync_queue_url, source)
    metrics.add_metric(name="Jobs", unit=MetricUnit.Count, value=len(todo))
    logger.info("sent", accounts=len(accounts), jobs=len(todo), calls=calls)
    return len(todo)


def worker() -> Worker:
    settings = Settings.from_environment()
    key = marqo_api_key(settings)
    return backend().worker(own(), types(settings), backend().marqo(key) if key else None, told)


def told(account: str) -> Told:
    """What Cost Explorer says that the account's resources cost; list prices where that can't be read."""
    try:
        return told_by(backend().cost_store().resources(account), datetime.now(UTC).date())
    except PoloError as error:
        logger.error("costs of resources are left out", reason=str(error))
        return nothing_told


def types(settings: Settings) -> dict[str, ResourceType]:
    """Those that are collected; what was collected of the others stays as it was."""
    left_out = settings.excluded_type_names
    return {name: kind for name, kind in RESOURCE_TYPES.items() if name not in left_out}


def marqo_api_key(settings: Settings) -> str:
    """Empty when there is none, or when it can't be read: the accounts are collected all the same."""
    try:
        return _revealed(settings.marqo_api_key)
    except CollectError as error:
        logger.error("Marqo is left out", reason=str(error))
        return ""


@cache
def own() -> Aws:
    """The function's own account: it may assume roles and send messages, and reads nothing."""
    return Aws(who="the sync function")


@cache
def backend() -> TableBackend:
    """Made once: its tables keep their client from one delivery to the next."""
    return TableBackend(Settings.from_environment(), logger.info)


@cache
def _revealed(setting: str) -> str:
    return reveal(setting, own().source(GLOBAL))


def _hour(event: Mapping[str, Any]) -> str:
    """Of a schedule's event, in UTC: "02"; "" when it does not tell."""
    return str(event.get("time", ""))[11:13]


def _worked(record: Mapping[str, Any], context: LambdaContext) -> bool:
    """Whether the message is done with; what can't be read ends among the dead letters, where it is seen."""
    delivery: Delivery | None = None
    try:
        delivery = delivery_of(record, lambda: context.get_remaining_time_in_millis() / 1000)
        outcome = worker()(delivery)
        if outcome.unfinished and outcome.progressed:
            _go_on(delivery)
    except PoloError as error:
        logger.error("job failed", reason=str(error), **_named(record, delivery))
        return False
    except Exception:
        logger.exception("job failed", **_named(record, delivery))
        return False
    collected = len(outcome.heads) - outcome.failed - outcome.closed
    metrics.add_metric(name="ScopesCollected", unit=MetricUnit.Count, value=collected)
    metrics.add_metric(name="ScopesFailed", unit=MetricUnit.Count, value=outcome.failed)
    logger.info(
        "job ended",
        scopes=len(outcome.heads),
        failed=outcome.failed,
        closed=outcome.closed,
        unfinished=outcome.unfinished,
        resources=outcome.resources,
        lists_begun_again=[f"{scope.type} {scope.region}" for scope in outcome.begun_again],
        **_named(record, delivery),
    )
    return not outcome.unfinished or outcome.progressed


def _go_on(delivery: Delivery) -> None:
    """Let a message of its own go on where this delivery stopped: a new one has all its deliveries before it.

    Raises CollectError; then this one is delivered again.
    """
    job = replace(delivery.job, generation=delivery.generation)
    send([job], Settings.from_environment().sync_queue_url, own().source(GLOBAL))


def _again_soon(record: Mapping[str, Any]) -> None:
    """Else the next hour's job would be there before it."""
    handle, queue = record["receiptHandle"], Settings.from_environment().sync_queue_url
    try:
        own().source(GLOBAL).call(
            "sqs",
            "change_message_visibility",
            QueueUrl=queue,
            ReceiptHandle=handle,
            VisibilityTimeout=PAUSE,
        )
    except PoloError as error:
        logger.warning("message comes again late", reason=str(error), message_id=record["messageId"])


def _named(record: Mapping[str, Any], delivery: Delivery | None) -> dict[str, Any]:
    job = delivery and {"account": delivery.job.account.id, "group": delivery.job.group}
    return {"message_id": record["messageId"], **(job or {})}
