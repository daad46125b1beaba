"""Every file of a laptop that Polo reads or writes; tests/damage.py has what may be wrong with one.

A new file is added to FILES: the tests over it then hold for it too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import partial
from pathlib import Path

from services.collect.again_local import LocalCollector
from services.cop.judge.lifecycles import read_lifecycles
from services.cop.judge.limits import read_limits
from services.cop.patrol.local_findings import LocalFindings
from services.cop.patrol.world import world
from services.cop.registry import RULES
from services.cop.store.findings import Findings
from services.cop.store.local import LocalFindingStore
from services.costs.local_store import LocalCostStore
from services.costs.source import StoredCosts
from services.daily_store import Fetched
from services.data_service import Collected
from services.local_data_service import LocalDataService
from services.models import RESOURCE_TYPES
from services.models.all import Everything
from services.models.domain.costs import Outlook, PeriodCosts, ResourceCosts
from services.models.domain.finding import Entry, Mute
from services.models.domain.findings import FindingQuery
from services.models.domain.report import Column, Figure, Latest, Report, latest_of
from services.models.domain.told import Told
from services.models.kit.base import Document
from services.models.kit.scope import Account, Scope
from services.notify.channels import read_routes
from services.prices.files import read_part
from services.read.read_model import ReadModel
from services.reports import made
from services.reports.local_store import LocalReportStore
from services.reports.payer import Recorded
from services.store.cached import is_cached
from services.store.estate import Estate
from services.store.local_daily import LocalDaily
from tooling.demo.payer import write_payer

ACCOUNT = "111122223333"
VOLUMES = Scope(ACCOUNT, "eu-west-1", "volumes")
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
DAY, AT, LATER = "2026-11-20", "2026-11-20T12:00:00Z", "2026-12-20T12:00:00Z"
GENERATION = int(NOW.timestamp() * 1000)
ENTRY = Entry(
    rule="EBS-GP2",
    type="volumes",
    account=ACCOUNT,
    region="eu-west-1",
    id="vol-a",
    name="data",
    arn="arn:vol-a",
    owner="search",
    severity="low",
    confidence="certain",
    message="100 GiB of gp2",
    saving=Decimal("2.00"),
    formula="100 GiB x $0.02",
    scope_type="volumes",
    scope_region="eu-west-1",
    first_seen=AT,
    tags={"Env": "dev"},
)
MUTE = Mute("m1", "a test", "ada", AT, LATER, rule="EBS-GP2")
COSTS = PeriodCosts(
    "2026-11-19", "unblended", AT, Decimal("12.34"), {"services": {("1", "EC2"): Decimal(12)}}
)
RESOURCES = ResourceCosts(ACCOUNT, "unblended", "2026-11-12", DAY, {"EC2": {"vol-a": Decimal(7)}})
REPORT = Report(
    "waste", "Waste", DAY, AT, (Column("id", "Id"),), 1, (("vol-a",),),
    (Figure("saving", "Saving", 1, "money"),), (),
)  # fmt: skip


@dataclass(frozen=True)
class LocalFile:
    """path: in the data folder; "*" for what depends on the content. module: that reads or writes it.

    fill: write one. read: read it. write: write over it; None for what only people or `inv demo` write.
    remade: what is wrong with it harms nobody, for it can be made again. schema: it has a number of its own.
    """

    path: str
    module: str
    fill: Callable[[Path], object]
    read: Callable[[Path], object]
    write: Callable[[Path], object] | None = None
    remade: bool = False
    schema: bool = True

    def at(self, folder: Path) -> Path:
        (found,) = folder.glob(self.path)
        return found


def volume(id: str) -> Document:
    kind = RESOURCE_TYPES["volumes"]
    return kind.model.from_aws({**kind.sample, "VolumeId": id}, VOLUMES).to_json()


def volumes(number: int, ids: str) -> Collected:
    return Collected(VOLUMES, GENERATION + number, tuple(map(volume, ids)))


def data(folder: Path) -> LocalDataService:
    return LocalDataService(folder / "local_data.json", NOW.timestamp)


def collect(folder: Path, number: int = 0, ids: str = "ab") -> None:
    data(folder).replace_scope(volumes(number, ids))


def save(folder: Path, number: int = 0, ids: str = "ab") -> None:
    data(folder).save_type("volumes", [volumes(number, ids)])


def daily(folder: Path) -> LocalDaily:
    return LocalDaily(folder / "local_daily.json")


def keep_daily(folder: Path, value: float = 1.0) -> None:
    yesterday = date(2026, 11, 19)
    found = Fetched(VOLUMES, yesterday, {"a": {"VolumeReadOps.Sum": {yesterday: value}}})
    daily(folder).keep([found], date(2026, 11, 20))


def costs(folder: Path) -> LocalCostStore:
    return LocalCostStore(folder / "local_costs.json", folder / "cost_requests.json")


def findings(folder: Path) -> LocalFindingStore:
    return LocalFindingStore(folder)


def keep_findings(folder: Path, message: str = "100 GiB of gp2") -> None:
    store = findings(folder)
    store.keep(store.ledger(ACCOUNT), [replace(ENTRY, message=message)], AT)


def tell(folder: Path, week: str = "W47") -> None:
    store = findings(folder)
    known = store.told("default")
    store.tell(known, replace(Told("default"), week=week))


def reports(folder: Path) -> LocalReportStore:
    return LocalReportStore(folder / "reports", lambda: NOW)


def model(folder: Path) -> Everything:
    if not (folder / "local_data.json").exists():
        collect(folder)
    file = folder / "local_data.json"
    return ReadModel(file, folder / ".cache", fallback=file).current()


def judged(folder: Path) -> object:
    everything = model(folder)
    if not findings(folder).versions():
        keep_findings(folder)
    found: Findings = LocalFindings(
        findings(folder), folder / ".cache", lambda now: world(now, daily(folder))
    ).current(everything, NOW)
    return found.totals(FindingQuery())


def added_up(folder: Path) -> object:
    if not (folder / "local_costs.json").exists():
        costs(folder).keep([COSTS])
    return StoredCosts(lambda: costs(folder), folder / ".cache", poll=0.0).current()


def reported(folder: Path) -> Report | Latest:
    path = made.file_of(folder / ".cache", "state")
    if not is_cached(path):
        made.write_made(path, [REPORT])
    return made.read_made(path, REPORT.name)


def again(folder: Path) -> LocalCollector:
    return LocalCollector(
        folder / "local_data.json",
        _Estate(folder),
        folder,
        lambda command, log: None,
    )


@dataclass
class _Estate:
    folder: Path
    notice: str = ""

    def current(self) -> Everything:
        return model(self.folder)


def ask(folder: Path) -> None:
    again(folder).ask(Account(ACCOUNT, "prod"), [Scope(ACCOUNT, "eu-west-1", "volumes")])


def write_last(folder: Path) -> None:
    (folder / ".again").mkdir(exist_ok=True)
    (folder / ".again/last.json").write_text('{"account": "prod", "code": 1, "ended": 0, "said": "no"}')


def text(name: str, content: str) -> Callable[[Path], object]:
    return lambda folder: (folder / name).write_text(content)


STORE = "services/local_data_service.py"
COST_STORE, COP_STORE = "services/costs/local_store.py", "services/cop/store/local.py"
REPORT_STORE = "services/reports/local_store.py"
FILES: Mapping[str, LocalFile] = {
    "the estate": LocalFile(
        "local_data.json", STORE, collect, lambda f: data(f).heads(), partial(collect, number=1, ids="abc")
    ),
    "a type": LocalFile(
        "volumes.json", STORE, save, lambda f: data(f).check(), partial(save, number=1, ids="abc")
    ),
    "daily values": LocalFile(
        "local_daily.json",
        "services/store/local_daily.py",
        keep_daily,
        lambda f: daily(f).asked(ACCOUNT),
        partial(keep_daily, value=2.0),
    ),
    "costs": LocalFile(
        "local_costs.json",
        COST_STORE,
        lambda f: costs(f).keep([COSTS]),
        lambda f: [costs(f).mark(), costs(f).kept(), costs(f).costs(COSTS.period), costs(f).outlook()],
        lambda f: costs(f).keep_outlook(Outlook(AT, DAY, Decimal(1), (), {})),
    ),
    "costs of resources": LocalFile(
        "local_costs_of_resources.json",
        COST_STORE,
        lambda f: costs(f).keep_resources([RESOURCES]),
        lambda f: costs(f).resources(ACCOUNT),
        lambda f: costs(f).keep_resources([replace(RESOURCES, end="2026-11-21")]),
    ),
    "requests to Cost Explorer": LocalFile(
        "cost_requests.json",
        COST_STORE,
        lambda f: costs(f).spend(DAY, 60),
        lambda f: costs(f).spent(DAY),
        lambda f: costs(f).spend(DAY, 60),
    ),
    "findings": LocalFile(
        "findings.json",
        COP_STORE,
        keep_findings,
        lambda f: [findings(f).versions(), findings(f).ledger(ACCOUNT)],
        lambda f: findings(f).keep(findings(f).ledger(ACCOUNT), [], LATER),
    ),
    "mutes": LocalFile(
        "state.json",
        COP_STORE,
        lambda f: findings(f).mute(MUTE),
        lambda f: findings(f).mutes(),
        lambda f: findings(f).mute(replace(MUTE, id="m2")),
    ),
    "what Slack has heard": LocalFile(
        "notified.json", COP_STORE, tell, lambda f: findings(f).told("default"), partial(tell, week="W48")
    ),
    "a report": LocalFile(
        f"reports/waste/{DAY}.json",
        REPORT_STORE,
        lambda f: reports(f).keep(REPORT),
        lambda f: reports(f).report("waste", DAY),
        lambda f: reports(f).keep(replace(REPORT, title="Less waste")),
        remade=True,
    ),
    "a report's days": LocalFile(
        "reports/waste/summary.json",
        REPORT_STORE,
        lambda f: reports(f).keep(REPORT),
        lambda f: [reports(f).latest(), reports(f).trend("waste")],
        lambda f: reports(f).note(replace(latest_of(REPORT), status="failed", error="it broke")),
    ),
    "what the payer answered": LocalFile(
        "local_payer.json",
        "services/reports/payer.py",
        lambda f: write_payer(f / "local_payer.json", data(f).take_in(Estate()), NOW),
        lambda f: Recorded.of(f / "local_payer.json"),
        schema=False,
    ),
    "prices": LocalFile(
        "prices.json",
        "services/prices/files.py",
        text("prices.json", '[{"as_of": "2026-11-20", "source": "AWS", "prices": {"r": {"a": 0.5}}}]'),
        lambda f: read_part(f / "prices.json"),
        schema=False,
    ),
    "ends of support": LocalFile(
        "lifecycles.json",
        "services/cop/judge/lifecycles.py",
        text(
            "lifecycles.json",
            '{"products": {"eks": {"title": "Kubernetes", "as_of": "2026-08-22", "source": "AWS",'
            ' "after": "", "versions": {"1.31": {"standard": "2025-11-26"}}}}}',
        ),
        lambda f: read_lifecycles(f / "lifecycles.json"),
        schema=False,
    ),
    "limits": LocalFile(
        "cop.toml",
        "services/cop/judge/limits.py",
        text("cop.toml", "[EC2-IDLE]\ndays = 7\n"),
        lambda f: read_limits(f / "cop.toml", RULES),
        schema=False,
    ),
    "routes to Slack": LocalFile(
        "cop.toml",
        "services/notify/channels.py",
        text("cop.toml", '[[route]]\nowner = "search"\nwebhook = "search"\n'),
        lambda f: read_routes(f / "cop.toml"),
        schema=False,
    ),
    "a collection that runs": LocalFile(
        ".again/running.json",
        "services/collect/again_local.py",
        ask,
        lambda f: [again(f).under_way(), again(f).trouble()],
        lambda f: [(f / ".again/running.json").unlink(missing_ok=True), ask(f)],
        remade=True,
        schema=False,
    ),
    "the last collection": LocalFile(
        ".again/last.json",
        "services/collect/again_local.py",
        write_last,
        lambda f: again(f).trouble(),
        remade=True,
        schema=False,
    ),
    "Everything": LocalFile(
        ".cache/everything-*.sqlite", "services/read/read_model.py", model, lambda f: model(f).totals(),
        model, remade=True, schema=False,
    ),
    "judged findings": LocalFile(
        ".cache/findings-*.sqlite", "services/cop/store/findings_writer.py", judged, judged, judged,
        remade=True, schema=False,
    ),
    "reports of today": LocalFile(
        ".cache/reports-*.sqlite", "services/reports/made.py", reported, reported, reported,
        remade=True, schema=False,
    ),
    "added-up costs": LocalFile(
        ".cache/costs-*.sqlite", "services/costs/writer.py", added_up, added_up, added_up,
        remade=True, schema=False,
    ),
}  # fmt: skip
