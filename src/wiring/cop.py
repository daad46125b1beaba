"""The wiring of Cloud Cop: beside the local data, or in the table. Imported when a page or a patrol asks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from services.cop.patrol.desk import CopDesk, Desk, FindingsSource
from settings import ROOT, Settings
from wiring.costs import costs_file, costs_of
from wiring.published import Log, published

if TYPE_CHECKING:
    from services.cop.judge.inspection import World
    from services.cop.patrol.local_findings import LocalFindings
    from services.cop.store.port import FindingStore
    from services.daily_store import DailyStore
    from services.read.builds import Builder


def desk_of(settings: Settings, builder: Builder | None = None, asks: Log | None = None) -> Desk:
    """What Cloud Cop's pages ask. builder, asks: as `findings_of` has them."""
    findings = partial(findings_of, settings, builder, asks)
    return CopDesk(partial(finding_store, settings), findings, world_of(settings, asks))


def findings_of(
    settings: Settings, builder: Builder | None = None, asks: Log | None = None
) -> FindingsSource:
    """Where pages get the findings: judged now over local data, deployed as the last patrol left them.

    builder: judges a large local estate beside the request. asks: has lambda_snapshot make the findings of a
    large one ready deployed.
    """
    if not settings.local:
        from services.cop.patrol.table_findings import TableFindings

        place = published(settings, "findings", asks)
        return TableFindings(finding_store(settings), settings.cache_folder, published=place)
    return local_findings(settings, builder)


def local_findings(settings: Settings, builder: Builder | None = None) -> LocalFindings:
    """Those of the local data, judged anew when anything that they depend on has changed."""
    from services.cop.patrol.local_findings import LocalFindings
    from services.cop.store.local import LocalFindingStore
    from services.store.local_daily import NAME as DAILY

    store = LocalFindingStore(settings.state_folder)
    beside = costs_file(settings), settings.data_file.with_name(DAILY), ROOT / DAILY
    return LocalFindings(store, settings.cache_folder, world_of(settings), *beside, builder=builder)


def finding_store(settings: Settings) -> FindingStore:
    """Where findings are kept: beside the local data, or in the table. Imported when one is needed."""
    if settings.local:
        from services.cop.store.local import LocalFindingStore

        return LocalFindingStore(settings.state_folder)
    from services.cop.store.dynamo import DynamoFindingStore
    from services.store.dynamo_table import Table

    return DynamoFindingStore(Table(settings.resource_table))


def webhooks_of(settings: Settings) -> dict[str, str]:
    """Channel -> address, which is a secret. Raises CollectError and SettingsError that do not tell it."""
    from services.cloud.secrets import REFERENCE, reveal
    from services.notify.channels import read_webhooks

    setting = settings.slack_webhook_url
    if setting.startswith(REFERENCE):
        from services.cloud.aws import Aws
        from services.models.kit.scope import GLOBAL

        setting = reveal(setting, Aws(who="Cloud Cop").source(GLOBAL))
    return read_webhooks(setting)


def world_of(settings: Settings, asks: Log | None = None) -> Callable[[datetime], World]:
    """What rules know beside the estate. asks: as `costs_of` has it."""

    def at(now: datetime) -> World:
        from services.cop.patrol.world import world

        demo = settings.local and costs_file(settings).parent == ROOT
        return world(now, daily_store(settings), costs_of(settings, asks=asks), demo=demo)

    return at


def daily_store(settings: Settings) -> DailyStore:
    """Where the daily values of metrics are: beside the local data, else beside the demo, or in the table."""
    if settings.local:
        from services.store.local_daily import NAME, LocalDaily

        return LocalDaily(settings.data_file.with_name(NAME), fallback=ROOT / NAME)
    from services.store.dynamo_daily import DynamoDaily
    from services.store.dynamo_table import Table

    return DynamoDaily(Table(settings.resource_table))
