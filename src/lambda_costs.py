"""Ask Cost Explorer each night: the last days again, what is missing once, within a budget of requests.

infra:
  schedule: cron(15 4 * * ? *)
  memory: 1769
  timeout: 900
  tables: {report: read-write}
  cost-apis: true
  environment:
    - ENV
    - EXTERNAL_ID
    - CORE_ACCOUNT_ID
    - CORE_ROLE_ARN
    - CE_METRIC
    - CE_OWNER_TAG
    - CE_MAX_REQUESTS_PER_DAY
    - CE_RESOURCE_SERVICES
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from services.cloud.aws import Aws
from settings import Settings
from wiring.table import TableBackend

logger = Logger()
metrics = Metrics()


@logger.inject_lambda_context(clear_state=True)
@metrics.log_metrics
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """A schedule's event -> what was asked for. A second run of a day draws on the same budget."""
    backend = TableBackend(Settings.from_environment(), logger.info)
    done = backend.breakdown(backend.paying_account(Aws())).collect(datetime.now(UTC))
    metrics.add_metric(name="CostRequests", unit=MetricUnit.Count, value=done.requests)
    logger.info("collected", extra=asdict(done))
    if done.untold:
        logger.warning(done.untold)
    return {"periods": done.periods, "requests": done.requests, "stopped": done.stopped}
