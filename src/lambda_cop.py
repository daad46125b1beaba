"""Inspect the estate twice a day: findings are opened, resolved, frozen and reopened.

infra:
  schedule: cron(30 5,17 * * ? *)
  memory: 1024
  timeout: 900
  tables: {resource: read-write, report: read}
  buckets: {data: read}
  environment: [ENV, USE_LOCAL_DATA, LOCAL_DATA_PATH, CACHE_PATH]
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from services.cop.patrol import patrol
from services.cop.rules import RULES
from settings import Settings
from wiring_console import estate_of
from wiring_cop import finding_store, world_of

logger = Logger()
metrics = Metrics()


@logger.inject_lambda_context(clear_state=True)
@metrics.log_metrics
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """A schedule's event -> how many accounts were inspected, and how many findings are open."""
    settings = Settings.from_environment()
    everything, now = estate_of(settings, logger.info).current(), datetime.now(UTC)
    accounts = found = 0
    for ledger in patrol(everything, finding_store(settings), RULES, world_of(settings)(now)):
        accounts += 1
        found += sum(entry.status == "open" for entry in ledger.entries)
    metrics.add_metric(name="FindingsOpen", unit=MetricUnit.Count, value=found)
    logger.info("patrolled", accounts=accounts, open=found, rules=len(RULES))
    return {"accounts": accounts, "open": found}
