"""Inspect the estate twice a day: findings are opened, resolved, frozen and reopened, and told in Slack.

infra:
  schedule: cron(30 5,17 * * ? *)
  memory: 1024
  timeout: 900
  tables: {resource: read-write, report: read}
  buckets: {data: read}
  secrets: [slack-webhook-url]
  environment: [ENV, USE_LOCAL_DATA, LOCAL_DATA_PATH, CACHE_PATH, CONSOLE_URL]
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from errors import PoloError
from services.cop.judge.limits import FILE as LIMITS
from services.cop.patrol.patrol import patrol
from services.cop.registry import RULES
from services.cop.store.default_mutes import DEFAULT_MUTES
from services.cop.store.port import FindingStore
from services.models.domain.finding import Entry
from services.notify.channels import by_channel, read_routes
from services.notify.notify import Around, findings_link, notify, poster, wanted
from settings import Settings
from wiring.backend import backend_of

logger = Logger()
metrics = Metrics()


@logger.inject_lambda_context(clear_state=True)
@metrics.log_metrics
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """A schedule's event -> how many accounts were inspected, and how many findings are open, not muted."""
    settings = Settings.from_environment()
    backend = backend_of(settings, logger.info)
    everything, now = backend.estate().current(), datetime.now(UTC)
    store = backend.finding_store()
    accounts = 0
    found: list[Entry] = []
    mutes = (*store.mutes(), *DEFAULT_MUTES)
    for ledger in patrol(everything, store, RULES, backend.world(now)):
        accounts += 1
        found += wanted(ledger.entries, mutes, now)
    metrics.add_metric(name="FindingsOpen", unit=MetricUnit.Count, value=len(found))
    logger.info("patrolled", accounts=accounts, open=len(found), rules=len(RULES))
    around = Around(now, RULES, everything.accounts(), findings_link(settings.console_url))
    messages = _tell(backend.webhooks(), found, store, around)
    return {"accounts": accounts, "open": len(found), "messages": messages}


def _tell(webhooks: Mapping[str, str], entries: list[Entry], store: FindingStore, around: Around) -> int:
    """How many messages were sent. Raises PoloError when one did not arrive: Lambda then tries again."""
    sent = list(notify(by_channel(entries, read_routes(LIMITS), webhooks), store, around, poster(webhooks)))
    for each in sent:
        if each.error:
            logger.error("not told", channel=each.channel, reason=each.error)
    if failed := [each.error for each in sent if each.error]:
        raise PoloError("; ".join(failed))
    return sum(each.message is not None for each in sent)
