"""Make the dated reports, once a day after Cloud Cop's first patrol; a second run replaces the day's.

infra:
  schedule: cron(15 6 * * ? *)
  memory: 1024
  timeout: 900
  tables: {resource: read, report: read-write}
  buckets: {data: read}
  cost-apis: true
  environment:
    - ENV
    - USE_LOCAL_DATA
    - LOCAL_DATA_PATH
    - CACHE_PATH
    - EXTERNAL_ID
    - CORE_ACCOUNT_ID
    - CORE_ROLE_ARN
    - CE_MAX_REQUESTS_PER_DAY
"""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from services.reports.registry import REPORTERS
from services.reports.run import make_reports
from settings import Settings
from wiring.backend import backend_of

logger = Logger()
metrics = Metrics()


@logger.inject_lambda_context(clear_state=True)
@metrics.log_metrics
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """A schedule's event -> how many reports are ok, unknown (their data is missing) and failed."""
    backend = backend_of(Settings.from_environment(), logger.info)
    everything, now = backend.estate().current(), datetime.now(UTC)
    store = backend.report_store()
    sources = backend.sources(everything, now, store, backend.payer(now))
    ended: Counter[str] = Counter(ok=0, unknown=0, failed=0)
    for latest in make_reports(REPORTERS.values(), sources, store, logger.exception):
        ended[latest.status] += 1
        if latest.error:
            logger.warning("no report", report=latest.name, status=latest.status, reason=latest.error)
    metrics.add_metric(name="ReportsFailed", unit=MetricUnit.Count, value=ended["failed"])
    logger.info("reported", extra=dict(ended))
    return dict(ended)
