"""Backend: every service that there is, and what makes those that are the same wherever the estate is."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from services.cop.patrol.desk import CopDesk, Desk
from services.read.builds import FOREVER
from services.releases.releases import DeploymentsSource, NoReleases
from settings import Settings
from wiring.when_asked import DailyWhenAsked, ReleasesWhenAsked

if TYPE_CHECKING:
    from services.cloud.aws import Aws
    from services.cloud.marqo import MarqoCloud
    from services.collect.again import Collector
    from services.cop.judge.inspection import World
    from services.cop.patrol.desk import FindingsSource
    from services.cop.store.port import FindingStore
    from services.cost_breakdown_service import CostBreakdownService
    from services.costs.requests import Budget
    from services.costs.source import StoredCosts
    from services.costs.store import CostStore
    from services.daily_store import DailyStore
    from services.data_service import DataService
    from services.models.all import Everything
    from services.models.kit.base import Source
    from services.models.kit.scope import Account
    from services.read.estate_source import EstateSource
    from services.read.history import HistorySource
    from services.releases.releases import Releases
    from services.reports.desk import ReportDesk
    from services.reports.report import Sources
    from services.reports.store import ReportStore

Log = Callable[[str], object]


@dataclass(frozen=True, eq=False)
class Backend(ABC):
    """The services over one estate; a method makes one, and what it needs is imported then.

    patience: seconds that a page waits for what takes long, which is made beside the request; FOREVER where
    nobody waits: then it is made here, at once. log: hears what is done about it.

    Whoever holds one calls it `backend`: by that name tooling/blocks/usage.py finds which settings are read.
    """

    settings: Settings
    log: Log = str
    patience: float = FOREVER

    deployed: ClassVar[bool]

    @abstractmethod
    def data_service(self) -> DataService:
        """Where collections store what they find."""

    @abstractmethod
    def estate(self) -> EstateSource:
        """Everything, as it was last collected."""

    @abstractmethod
    def history(self, estate: EstateSource) -> HistorySource:
        """What changed in it."""

    @abstractmethod
    def collector(self, estate: EstateSource) -> Collector:
        """How the console collects again."""

    @abstractmethod
    def daily_store(self) -> DailyStore:
        """Where the daily values of metrics are."""

    @abstractmethod
    def finding_store(self) -> FindingStore:
        """Where findings and mutes are kept."""

    @abstractmethod
    def findings(self) -> FindingsSource:
        """Where pages and reports get the findings."""

    @abstractmethod
    def cost_store(self) -> CostStore:
        """Where costs are kept, and requests to Cost Explorer are counted."""

    @abstractmethod
    def costs(self) -> StoredCosts:
        """Where pages get the costs."""

    @abstractmethod
    def costs_for_rules(self) -> StoredCosts:
        """Where rules and reports get the costs."""

    @abstractmethod
    def report_store(self) -> ReportStore:
        """Where reports are kept."""

    @abstractmethod
    def reports(self) -> ReportDesk:
        """What the reports' pages ask."""

    @abstractmethod
    def payer(self, now: datetime) -> Callable[[], Source] | None:
        """The account that pays, as reports ask it; None: it is not asked. Raises SettingsError."""

    @abstractmethod
    def inspected(self) -> bool:
        """Whether the findings are those of an inspection at all."""

    @abstractmethod
    def shows_demo_costs(self) -> bool:
        """Whether the costs are the demo's, whose days do not move on."""

    def daily(self) -> DailyWhenAsked:
        """Where pages get a resource's daily values."""
        return DailyWhenAsked(self.daily_store)

    def releases(self) -> DeploymentsSource:
        """What was released and deployed, as `inv push` and `inv deploy` have written it down."""
        return ReleasesWhenAsked(self._releases) if self.settings.releases_bucket_name else NoReleases()

    def _releases(self) -> Releases:
        from wiring.bucket import bucket_of, releases_in

        return releases_in(bucket_of(self.settings.releases_bucket_name))

    def cop(self) -> Desk:
        """What Cloud Cop's pages ask."""
        return CopDesk(self.finding_store, self.findings, self.world)

    def world(self, now: datetime) -> World:
        """What rules know beside the estate. Raises SettingsError when cop.toml can't be read."""
        from services.cop.patrol.world import world

        return world(now, self.daily_store(), self.costs_for_rules(), demo=self.shows_demo_costs())

    def webhooks(self) -> dict[str, str]:
        """Channel -> address, a secret. Raises CollectError and SettingsError that do not tell it."""
        from services.cloud.secrets import REFERENCE, reveal
        from services.notify.channels import read_webhooks

        setting = self.settings.slack_webhook_url
        if setting.startswith(REFERENCE):
            from services.cloud.aws import Aws
            from services.models.kit.scope import GLOBAL

            setting = reveal(setting, Aws(who="Cloud Cop").source(GLOBAL))
        return read_webhooks(setting)

    def sources(
        self,
        everything: Everything,
        now: datetime,
        store: ReportStore,
        payer: Callable[[], Source] | None,
        findings: FindingsSource | None = None,
    ) -> Sources:
        """What reports are made of. payer: None: it is not asked. findings: by default this backend's."""
        from services.reports.sources import sources

        found, daily, costs = findings or self.findings(), self.daily_store(), self.costs_for_rules()
        return sources(everything, now, found, self.inspected, daily, store, costs, payer)

    def breakdown(self, source: Source, store: CostStore | None = None) -> CostBreakdownService:
        """Brings the costs up to date. source: the account that pays. Raises SettingsError."""
        from services.cost_breakdown_service import CostBreakdownService, metric_of
        from services.costs.requests import whole_number

        metric = metric_of(self.settings.ce_metric)
        services = whole_number("CE_RESOURCE_SERVICES", self.settings.ce_resource_services, "5")
        tag, most = self.settings.ce_owner_tag, self.requests_a_day()
        return CostBreakdownService(source, store or self.cost_store(), metric, tag, most, services)

    def requests_a_day(self) -> int:
        """To Cost Explorer, at most. Raises SettingsError."""
        from services.costs.requests import whole_number

        return whole_number("CE_MAX_REQUESTS_PER_DAY", self.settings.ce_max_requests_per_day, "60")

    def budget(self, now: datetime) -> Budget:
        """Of the day's requests to Cost Explorer what is left. Raises SettingsError."""
        from services.costs.requests import Budget

        return Budget(self.cost_store(), str(now.date()), self.requests_a_day())

    def paying_account(self, base: Aws) -> Source:
        """Where Cost Explorer is asked: through CORE_ROLE_ARN or in CORE_ACCOUNT_ID, else `base` itself."""
        from services.costs.core import core_source

        arn, account = self.settings.core_role_arn, self.settings.core_account_id
        return core_source(base, arn, account, self._session(), self.settings.external_id)

    def way_into(self, base: Aws) -> Callable[[Account], Aws]:
        """Into an account, through the role that it has for Polo."""
        from services.cloud.accounts import role_arn
        from services.cloud.aws import Role

        name, session, external_id = (
            self.settings.destination_role_name,
            self._session(),
            self.settings.external_id,
        )

        def open_way(account: Account) -> Aws:
            return base.assumed(account, Role(role_arn(account.id, name, base.home()), session, external_id))

        return open_way

    def marqo(self, key: str) -> MarqoCloud:
        """Marqo Cloud, with a key for it."""
        from services.cloud.marqo import MarqoCloud

        return MarqoCloud(key, self.settings.marqo_url)

    def _session(self) -> str:
        """As whom Polo assumes roles."""
        return f"polo-{self.settings.env}"
