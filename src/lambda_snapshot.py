"""Build the read models of the tables, for every console to load: now and then, and when one asks for it.

infra:
  schedule: rate(30 minutes)
  memory: 1769
  timeout: 900
  tables: {resource: read, report: read}
  buckets: {data: read-write}
  environment: [ENV]
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from errors import PoloError, SettingsError
from services.read.snapshot_build import publish
from services.releases.kept_assets import keep
from settings import Settings
from wiring.bucket import bucket_of
from wiring.published import MODELS
from wiring.table import TableBackend

logger = Logger()
metrics = Metrics()


@logger.inject_lambda_context(clear_state=True)
@metrics.log_metrics
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """A schedule's event, or {"model": name} -> the object of each model that consoles load from now on, None
    where nothing has changed. Raises PoloError once all of them were tried.

    Keeps the static files of this release too, for pages that are still open when the next one comes.
    """
    settings = Settings.from_environment()
    if not settings.data_bucket_name:
        raise SettingsError("DATA_BUCKET_NAME is not set", "deploy the stack, which has the bucket")
    asked = [name for name in MODELS if name == event.get("model")]
    files, errors = _publish(TableBackend(settings, logger.info), asked or MODELS)
    if not asked:
        keep(bucket_of(settings.data_bucket_name), datetime.now(UTC))
    made = sum(file is not None for file in files.values())
    metrics.add_metric(name="Snapshots", unit=MetricUnit.Count, value=made)
    if errors:
        raise errors[0]
    return files


def _publish(backend: TableBackend, names: Iterable[str]) -> tuple[dict[str, str | None], list[PoloError]]:
    """One that fails holds up no other."""
    files: dict[str, str | None] = {}
    errors: list[PoloError] = []
    for name in names:
        now = datetime.now(UTC)
        try:
            pointer = publish(MODELS[name](backend, now), Path(tempfile.gettempdir()), now)
        except PoloError as error:
            logger.error("not published", model=name, reason=str(error))
            errors.append(error)
            continue
        files[name] = pointer.file if pointer else None
        logger.info("published" if pointer else "unchanged", model=name, file=files[name] or "")
    return files, errors
