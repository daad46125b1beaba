"""Whatever is lost of what is stored: one notice on the pages that it concerns, and all else is as before."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest

from devserver.gateway.gateway import Client
from routes.conftest import ACCOUNT, NOW, REGION
from routes.conftest import PATHS as ROUTES
from services.conformance_test import make_table, moto_client
from services.cop.store.dynamo import DynamoFindingStore
from services.cop.store.local import LocalFindingStore
from services.cop.store.port import FindingStore
from services.cop.store.port_test import ENTRY
from services.costs.dynamo_store import DynamoCostStore
from services.costs.local_store import LocalCostStore
from services.costs.store import CostStore
from services.costs.store_test import COSTS
from services.daily_store import Fetched
from services.data_service import Collected, DataService
from services.dynamo_data_service import DynamoDataService
from services.local_data_service import LocalDataService
from services.models.all_test import instance
from services.models.kit.base import Document
from services.models.kit.scope import Scope
from services.reports.dynamo_store import DynamoReportStore
from services.reports.local_store import LocalReportStore
from services.reports.store import ReportStore
from services.reports.store_test import REPORT
from services.store.dynamo_table import Table
from settings import Settings
from wiring.web import web_app

pytestmark = pytest.mark.usefixtures("aws")

INSTANCES, VOLUMES = (Scope(ACCOUNT, REGION, type) for type in ("instances", "volumes"))
DETAIL = f"/resources/instances/{ACCOUNT}/{REGION}/i-1"
MARKED = ("/", "/resources", "/resources/instances", DETAIL)
COP = ("/cop", "/cop/findings", "/cop/mutes", "/cop/rules/EC2-IDLE")
EVERY = ("every page",)
WHY = DETAIL.replace("/resources", "/cop/why")
REPORTS = ("/reports/waste", "/reports/waste?date=2026-11-19")
PATHS = (*ROUTES, REPORTS[1])
NOTICE = re.compile(r'<div class="notice"[^>]*>([^<]*)')


@dataclass(frozen=True)
class Loss:
    """what: partition or file. said: by the notice. on: the pages that it concerns. instead: by errors."""

    what: str
    said: str
    on: tuple[str, ...]
    instead: tuple[str, ...] = ()


PARTS = (
    Loss(
        f"SCOPE#{ACCOUNT}#volumes#{REGION}", f"parts of volumes of {ACCOUNT} in {REGION} are missing", EVERY
    ),
    Loss(f"F#{ACCOUNT}", f"parts of the findings of {ACCOUNT} are missing", MARKED + COP),
    Loss("C#2026-11", "parts of the costs of 2026-11-19 are missing", ("/", "/costs")),
    Loss("R#waste", "parts of the report waste of 2026-11-20 are missing", ("/reports/waste",)),
    Loss(
        f"M#{ACCOUNT}", f"the daily values of instances of {ACCOUNT} in {REGION} are missing", (DETAIL, WHY)
    ),
)
FILES = (
    Loss("local_data.json", "local_data.json:1:2", EVERY, ("/health", "/api/health")),
    Loss("findings.json", "findings.json:1:2", MARKED + COP),
    Loss("state.json", "state.json:1:2", tuple({*MARKED, *COP} - {"/cop/mutes"}), ("/cop/mutes",)),
    Loss("local_costs.json", "local_costs.json:1:2", (*MARKED, *COP, "/reports"), ("/costs",)),
    Loss("reports/waste/2026-11-19.json", "2026-11-19.json:1:2", REPORTS[1:]),
    Loss("reports/waste/summary.json", "summary.json:1:2", REPORTS),
    Loss("local_daily.json", "local_daily.json:1:2", (*MARKED, *COP, WHY)),
)


def resource(scope: Scope, id: str) -> Document:
    common = {"account": ACCOUNT, "region": REGION, "id": id, "arn": f"arn:{id}", "type": scope.type}
    return instance(id) | common


def fill(data: DataService, findings: FindingStore, costs: CostStore, reports: ReportStore) -> None:
    generation = int((NOW - timedelta(minutes=5)).timestamp() * 1000)
    data.replace_scope(Collected(INSTANCES, generation, (resource(INSTANCES, "i-1"),)))
    data.replace_scope(Collected(VOLUMES, generation, tuple(resource(VOLUMES, f"v-{n}") for n in range(2))))
    day = NOW.date() - timedelta(days=1)
    values = {f"i-{n}": {"CPUUtilization.Average": {day: n / 7}} for n in range(60)}
    data.daily.keep([Fetched(INSTANCES, day, values)], NOW.date())
    entry = replace(ENTRY, account=ACCOUNT, region=REGION, rule="EC2-IDLE", type="instances", id="i-1")
    findings.keep(findings.ledger(ACCOUNT), [entry], "2026-11-20T20:00:00Z")
    costs.keep(replace(COSTS, period=f"2026-11-{number:02d}") for number in range(1, 20))
    for made in ("2026-11-19", "2026-11-20"):
        reports.keep(replace(REPORT, day=made))


@pytest.fixture
def deployed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], Client]]:
    monkeypatch.setattr("services.store.dynamo_daily.PART", 400)
    for name in ("polo", "polo-reports"):
        make_table(moto_client(), name)
    table, reports = (Table(name, moto_client(), now=NOW.timestamp) for name in ("polo", "polo-reports"))
    stores = DynamoFindingStore(table), DynamoCostStore(reports), DynamoReportStore(reports)
    fill(DynamoDataService(table), *stores)
    monkeypatch.setenv("USE_LOCAL_DATA", "false")
    monkeypatch.setenv("DATA_BUCKET_NAME", "")
    monkeypatch.setenv("DYNAMODB_TABLE_NAME", "polo")
    monkeypatch.setenv("DYNAMODB_REPORT_TABLE_NAME", "polo-reports")
    yield opened(tmp_path, monkeypatch)


@pytest.fixture
def local(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], Client]]:
    folder = tmp_path / "data"
    costs = LocalCostStore(folder / "local_costs.json", folder / "requests.json")
    data, reports = (
        LocalDataService(folder / "local_data.json"),
        LocalReportStore(folder / "reports", lambda: NOW),
    )
    fill(data, LocalFindingStore(folder), costs, reports)
    (folder / "state.json").write_text('{"schema":1}')
    monkeypatch.setenv("LOCAL_DATA_PATH", str(data.path))
    monkeypatch.setenv("PATIENCE", "60")
    yield opened(tmp_path, monkeypatch)


def opened(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], Client]:
    """Another console each time, with a cache of its own."""
    count = iter(range(100))

    def console() -> Client:
        monkeypatch.setenv("CACHE_PATH", str(folder / f"cache-{next(count)}"))
        return Client(web_app(Settings.from_environment(), clock=lambda: NOW))

    return console


def answers(client: Client) -> dict[str, tuple[int, str]]:
    found = {}
    for path in PATHS:
        answer = client.get(path)
        found[path] = answer.status, html.unescape(answer.text)
    return found


def check(before: dict[str, tuple[int, str]], after: dict[str, tuple[int, str]], loss: Loss) -> None:
    for path, (status, text) in after.items():
        if path in loss.instead and "health" in path:
            continue
        if path in loss.instead or path.startswith("/api/"):
            assert status in (200, before[path][0]) or loss.said in text, path
            continue
        assert status == before[path][0], (path, text[:500])
        expected = path in loss.on or (loss.on == EVERY and "<h1" in text)
        assert (loss.said in text) is expected, (path, loss.said)
        assert "".join(NOTICE.findall(text)).count(loss.said) <= 1, path


@pytest.mark.parametrize("loss", PARTS, ids=lambda loss: loss.what)
def test_lost_parts_are_one_notice_where_they_matter(deployed: Callable[[], Client], loss: Loss) -> None:
    before = answers(deployed())
    assert before["/"][0] == before[DETAIL][0] == before["/costs"][0] == 200
    table = Table("polo-reports" if loss.what[0] in "CR" else "polo", moto_client(), now=NOW.timestamp)
    parts = [each for each in table.query(loss.what) if not each["sk"].endswith("#0000")]
    lost = parts if loss.what[0] == "M" else parts[-1:]  # of daily values one resource is in one part alone
    table.write(deletes=[(each["pk"], each["sk"]) for each in lost])
    check(before, answers(deployed()), loss)


@pytest.mark.parametrize("loss", FILES, ids=lambda loss: loss.what)
def test_a_broken_file_is_one_notice_where_it_matters(
    local: Callable[[], Client], loss: Loss, tmp_path: Path
) -> None:
    client = local()
    before = answers(client)
    assert before["/"][0] == before[DETAIL][0] == before["/costs"][0] == 200
    (tmp_path / "data" / loss.what).write_text("{broken")
    check(before, answers(client if loss.what == "local_data.json" else local()), loss)
