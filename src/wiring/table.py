"""TableBackend: the services over the tables that a deployment has."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from services.costs import source
from services.costs.source import StoredCosts
from services.read.builds import FOREVER
from services.read.estate_source import EstateSource
from services.reports.desk import StoredReports
from wiring.services import Backend

if TYPE_CHECKING:
    from services.cloud.asked_for import AskedFor
    from services.cloud.aws import Aws
    from services.collect.again_queue import QueueCollector
    from services.collect.kept_answers import AnswerStore
    from services.collect.worker import Worker
    from services.cop.patrol.table_findings import TableFindings
    from services.cop.store.dynamo import DynamoFindingStore
    from services.costs.dynamo_store import DynamoCostStore
    from services.costs.resource_level import Told
    from services.dynamo_data_service import DynamoDataService
    from services.models.kit.base import ResourceType, Source
    from services.read.published import Published
    from services.read.snapshots import Snapshots
    from services.read.table_history import TableHistory
    from services.read.table_read_model import TableReadModel
    from services.reports.dynamo_store import DynamoReportStore
    from services.store.dynamo_daily import DynamoDaily
    from services.store.dynamo_table import Table

SNAPSHOT_FUNCTION = "SnapshotFunction:live"  # lambda_snapshot, as both templates name it


@dataclass(frozen=True, eq=False)
class TableBackend(Backend):
    """client: of DynamoDB, for who reads an environment's tables from elsewhere; None: the function's own."""

    client: Any = None

    deployed: ClassVar[bool] = True

    def data_service(self) -> DynamoDataService:
        return self._data_service

    def estate(self) -> TableReadModel:
        """As lambda_snapshot has left it in the bucket, if there is one, and of the table what is newer."""
        from services.read.published import nobody
        from services.read.table_read_model import KIND, TableReadModel

        return TableReadModel(
            self.data_service(),
            self.settings.cache_folder,
            snapshots=self.snapshots(KIND) if self.settings.data_bucket_name else None,
            log=self.log,
            ask=self._asked_for(KIND) or nobody,
        )

    def history(self, estate: EstateSource) -> TableHistory:
        """Read when a page asks."""
        from services.read.table_history import TableHistory

        return TableHistory(self.data_service())

    def collector(self, estate: EstateSource) -> QueueCollector:
        """The queue that the deployed collection works."""
        from services.collect.again_queue import queue_collector

        return queue_collector(self.settings.sync_queue_url, self.data_service())

    def daily_store(self) -> DynamoDaily:
        from services.store.dynamo_daily import DynamoDaily

        return DynamoDaily(self._resources)

    def finding_store(self) -> DynamoFindingStore:
        from services.cop.store.dynamo import DynamoFindingStore

        return DynamoFindingStore(self._resources)

    def findings(self) -> TableFindings:
        """As the last patrol has left them."""
        from services.cop.patrol.table_findings import KIND, TableFindings

        return TableFindings(
            self.finding_store(), self.settings.cache_folder, published=self._published(KIND)
        )

    def cost_store(self) -> DynamoCostStore:
        from services.costs.dynamo_store import DynamoCostStore

        return DynamoCostStore(self._reports)

    def costs(self) -> StoredCosts:

        def published() -> Published | None:
            return self._published(source.KIND)

        return StoredCosts(self.cost_store, self.settings.cache_folder, published=published)

    def costs_for_rules(self) -> StoredCosts:
        return self.costs()

    def report_store(self) -> DynamoReportStore:
        from services.reports.dynamo_store import DynamoReportStore

        return DynamoReportStore(self._reports)

    def reports(self) -> StoredReports:
        """As lambda_report has left them."""
        return StoredReports(self.report_store)

    def payer(self, now: datetime) -> Callable[[], Source]:
        """Within what the day's costs have left of the budget."""
        from services.cloud.aws import Aws
        from services.costs.requests import Counted

        budget = self.budget(now)
        return cache(lambda: Counted(self.paying_account(Aws(who="the reports")), budget))

    def inspected(self) -> bool:
        return bool(self.finding_store().versions())

    def shows_demo_costs(self) -> bool:
        return False

    def answers(self) -> AnswerStore:
        """Where a collection keeps what AWS has told of scopes that it has not finished."""
        from services.store.dynamo_answers import DynamoAnswers

        return DynamoAnswers(self._resources)

    def worker(
        self,
        base: Aws,
        types: Mapping[str, ResourceType],
        marqo: Source | None,
        told: Callable[[str], Told],
    ) -> Worker:
        """Works the jobs of a collection. base: whose roles lead into accounts. told: as Worker has it."""
        from services.cloud.aws import following
        from services.collect.worker import Worker

        return Worker(
            self.data_service(),
            types,
            self.way_into(base),
            marqo,
            regions=self.settings.region_names,
            told=told,
            answers=self.answers(),
            following=following,
        )

    def snapshots(self, kind: str) -> Snapshots:
        """Those of a kind of read model in the bucket, as this release makes them."""
        from services.read.snapshots import Snapshots
        from services.read.table_read_model import layout_of
        from wiring.bucket import bucket_of

        bucket = bucket_of(self.settings.data_bucket_name)
        return Snapshots(bucket, kind, layout_of(*self._made_of(kind)))

    def _made_of(self, kind: str) -> tuple[str, str]:
        """The table of a kind of read model, and the module that writes it."""
        from services.read.table_read_model import KIND, WRITER

        if kind == KIND:
            return self.settings.resource_table, WRITER
        if kind == source.KIND:
            return self.settings.report_table, source.WRITER
        from services.cop.patrol import table_findings  # no console that starts waits for it

        return self.settings.resource_table, table_findings.WRITER

    def _published(self, kind: str) -> Published | None:
        """Where those of this kind are found that lambda_snapshot has made; None where there is no bucket."""
        if not self.settings.data_bucket_name:
            return None
        from services.read.published import Published

        ask = self._asked_for(kind)
        return Published(self.snapshots(kind), ask, self.log) if ask else Published(self.snapshots(kind))

    def _asked_for(self, kind: str) -> AskedFor | None:
        """Asks lambda_snapshot for what is missing; None where nobody waits."""
        if self.patience == FOREVER:
            return None
        from services.cloud.asked_for import AskedFor

        return AskedFor(f"{self.settings.env}-{SNAPSHOT_FUNCTION}", kind, self.log)

    @cached_property
    def _data_service(self) -> DynamoDataService:
        from services.dynamo_data_service import DynamoDataService

        return DynamoDataService(self._resources)

    @cached_property
    def _resources(self) -> Table:
        """One for all services, which share its client."""
        from services.store.dynamo_table import Table

        return Table(self.settings.resource_table, self.client)

    @cached_property
    def _reports(self) -> Table:
        from services.store.dynamo_table import Table

        return Table(self.settings.report_table, self.client)
