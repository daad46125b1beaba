"""Build Everything of the table after a collection, for every console that starts cold to load.

infra:
  schedule: rate(30 minutes)
  memory: 1769
  timeout: 900
  tables: {resource: read}
  buckets: {data: read-write}
  environment: [ENV]
"""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from errors import SettingsError
from services.dynamo_data_service import DynamoDataService
from services.dynamo_table import Table
from services.kept_assets import keep
from services.snapshot_build import publish
from services.table_read_model import bucket_of, snapshots_of
from settings import Settings

logger = Logger()
metrics = Metrics()


@logger.inject_lambda_context(clear_state=True)
@metrics.log_metrics
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answers the object that consoles load from now on, None when nothing has changed. Raises PoloError.

    Keeps the static files of this release too, for pages that are still open when the next one comes.
    """
    settings = Settings.from_environment()
    if not settings.data_bucket_name:
        raise SettingsError("DATA_BUCKET_NAME is not set", "deploy the stack, which has the bucket")
    service = DynamoDataService(Table(settings.resource_table))
    snapshots = snapshots_of(settings.resource_table, settings.data_bucket_name)
    pointer = publish(service, snapshots, Path(tempfile.gettempdir()), datetime.now(UTC))
    keep(bucket_of(settings.data_bucket_name), datetime.now(UTC))
    metrics.add_metric(name="Snapshots", unit=MetricUnit.Count, value=int(pointer is not None))
    logger.info("published" if pointer else "unchanged", file=pointer.file if pointer else "")
    return {"file": pointer.file if pointer else None}
