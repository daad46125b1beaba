"""Serve the console and its JSON API.

infra:
  routes: ["/", "/health", "/{proxy+}"]
  memory: 256
  timeout: 30
  tables: {resource: read-write, report: read}
  buckets: {data: read, releases: read}
  invokes: [snapshot]
  environment:
    - ENV
    - USE_LOCAL_DATA
    - LOCAL_DATA_PATH
    - CACHE_PATH
    - PATIENCE
    - LOGOUT_URL
    - RELEASE
    - SYNC_QUEUE_URL
    - EXCLUDED_TYPES
"""

from __future__ import annotations

from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from settings import Settings
from wiring.web import Resolver, web_app

logger = Logger()
metrics = Metrics()


@logger.inject_lambda_context(clear_state=True)
@metrics.log_metrics
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """API Gateway proxy event -> response. The app is made by the first call, or ahead of a snapshot."""
    metrics.clear_metrics()  # where metrics are switched off nobody has sent those of the call before
    answer = app()(event, context)
    metrics.add_metric(name=f"Answers{answer['statusCode'] // 100}xx", unit=MetricUnit.Count, value=1)
    return answer


@cache
def app() -> Resolver:
    return web_app(Settings.from_environment(), logger=logger)


def before_snapshot() -> None:
    app()
