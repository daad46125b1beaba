"""The demo estate of today: alive, true to what is committed, and there even where nothing can be written."""

from __future__ import annotations

import json
import re
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from devserver.gateway.gateway import Client
from services.cop.store.local import LocalFindingStore
from services.costs.local_store import LocalCostStore
from services.models.domain.daily import DAY
from services.models.domain.finding import Entry, Mute
from services.models.kit.values import iso
from services.reports.local_store import LocalReportStore
from services.reports.registry import REPORTERS
from services.store.local_daily import NAME as DAILY
from services.store.local_daily import LocalDaily
from settings import Settings
from tooling.demo import move as demo_move
from tooling.demo import today
from tooling.demo.demo import write_demo
from tooling.demo.file import DemoFile
from tooling.demo.past import BACK, MUTES
from tooling.demo.today import data_folder, demo_of_today
from wiring.web import web_app

MOMENT = re.compile(r'"(\w+)":\s*"(20\d\d-\d\d-\d\dT[^"]+)"')
ENDS = {"expires", "NotAfter", "EndDateTime", "endDateTime"}  # what lies ahead
ROOT = Path(__file__).resolve().parent.parent.parent
# few days of the month, so that the costs need those of the one before; and no hour for costs yet
NOW = datetime(2027, 3, 4, 0, 59, tzinfo=UTC)
FILES = ("local_data.json", "local_daily.json", "local_costs.json", "local_payer.json")


@pytest.fixture(scope="module")
def committed() -> dict[str, bytes]:
    return {name: (ROOT / name).read_bytes() for name in FILES}


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory, committed: dict[str, bytes]) -> Path:
    """The data file of the demo estate at NOW."""
    return demo_of_today(ROOT, tmp_path_factory.mktemp("cache"), NOW, whole=True)


@pytest.fixture(scope="module")
def entries(demo: Path) -> list[Entry]:
    store = LocalFindingStore(demo.parent)
    return [entry for account in store.versions() for entry in store.ledger(account).entries]


def test_what_is_committed_stays_as_it_is(demo: Path, committed: dict[str, bytes]) -> None:
    assert demo.parent.name == "demo"
    assert {name: (ROOT / name).read_bytes() for name in FILES} == committed
    assert all((demo.parent / name).read_bytes() != content for name, content in committed.items())


def test_findings_have_ages_and_some_are_resolved(entries: list[Entry], demo: Path) -> None:
    ages = {entry.first_seen[:10] for entry in entries}
    assert len(ages) > 30
    assert min(ages) < str(NOW.date() - 60 * DAY)
    assert max(ages) > str(NOW.date() - 8 * DAY), "some are new"
    resolved = [entry for entry in entries if entry.resolved]
    assert len(resolved) >= 8
    assert all(entry.first_seen < entry.resolved <= (iso(NOW) or "") for entry in resolved)
    created = {
        (item["type"], item["account"], item["region"], item["id"]): item["created"] or ""
        for item in json.loads(demo.read_text(encoding="utf-8"))["items"]
    }
    assert all(entry.first_seen >= created.get(tuple(entry.key), "") for entry in entries)
    jumps = {entry.first_seen[:10] for entry in entries if entry.rule == "COST-JUMP"}
    assert jumps == {str(NOW.date() - DAY)}, "they began a week ago"


def test_nothing_has_happened_later_than_now(demo: Path) -> None:
    seen: set[str] = set()
    for file in demo.parent.rglob("*.json"):
        for name, text in MOMENT.findall(file.read_text(encoding="utf-8")):
            seen.add(name)
            assert name in ENDS or datetime.fromisoformat(text) <= NOW, f"{file.name}: {name} {text}"
    assert seen >= ENDS | {"taken", "created", "synced_at"}


def test_some_findings_are_muted_with_a_reason_until_a_day(entries: list[Entry], demo: Path) -> None:
    now = iso(NOW) or ""
    mutes = LocalFindingStore(demo.parent).mutes()
    open_ones = [entry for entry in entries if not entry.resolved]
    assert len(mutes) == len(MUTES)
    for mute in mutes:
        assert mute.reason and mute.author and mute.created < now
        covered = [entry for entry in open_ones if mute.covers(entry, now)]
        assert covered or mute.expires < now, mute
    assert any(mute.expires < now for mute in mutes), "one has expired"


def test_costs_and_daily_values_end_yesterday(demo: Path) -> None:
    yesterday = NOW.date() - DAY
    costs = LocalCostStore(demo.with_name("local_costs.json"), demo.with_name("requests.json"))
    days = [period for period in costs.kept() if len(period) > 7]
    assert (max(days), len(days) >= 35) == (str(yesterday), True), "a jump is judged by 35 days"
    outlook = costs.outlook()
    assert outlook is not None and outlook.day == str(NOW.date()) and outlook.anomalies
    store = LocalDaily(demo.with_name(DAILY))
    asked = {day for account in ("412233445883", "640172958264") for day in store.asked(account).values()}
    assert asked == {yesterday}


def test_every_report_has_earlier_days(demo: Path) -> None:
    store = LocalReportStore(demo.parent / "reports", lambda: NOW)
    for name in REPORTERS:
        days = [summary.day for summary in store.trend(name)]
        assert days == [str(NOW.date() - back * DAY) for back in BACK], name
        assert store.report(name, days[-1]) is not None
    inventory = [dict(summary.figures) for summary in store.trend("inventory")]
    assert len({str(figures) for figures in inventory}) > 2, "the estate has grown"


def test_the_console_shows_it_alive(demo: Path, tmp_path: Path) -> None:
    settings = Settings(
        use_local_data="true", local_data_path=str(demo), cache_path=str(tmp_path), patience="60"
    )
    app = web_app(settings, clock=lambda: NOW)
    client = Client(lambda event, context: app(event, context))
    pages = {path: client.get(path) for path in ("/", "/changes", "/cop", "/costs", "/reports/inventory")}
    assert {answer.status for answer in pages.values()} == {200}
    text = {path: answer.text for path, answer in pages.items()}
    assert re.search(r"Collected .*?1\d min ago", text["/"])
    assert "3 Mar 2027" in text["/changes"]
    assert "up to 3 Mar 2027" in text["/costs"]
    assert "COST-JUMP" in text["/cop"]
    compared = text["/reports/inventory"].partition("More than a week ago")[2].partition("<form")[0]
    assert compared and "unknown" not in compared


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project of a small demo estate."""
    write_demo(tmp_path / "project" / "local_data.json", 60)
    return tmp_path / "project"


@pytest.fixture
def moves(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """When it was moved as a whole: here in this process."""
    made: list[datetime] = []

    def move(source: Path, target: Path, now: datetime, *, whole: bool) -> str:
        made.append(now)
        demo_move.move(source, target, now)
        return ""

    monkeypatch.setattr(today, "_move", move)
    return made


def test_a_run_within_the_half_hour_changes_nothing_and_a_later_one_collects_again(
    project: Path, tmp_path: Path, moves: list[datetime]
) -> None:
    demo = demo_of_today(project, tmp_path, NOW)
    before = {file: file.stat().st_mtime_ns for file in demo.parent.iterdir()}
    demo_of_today(project, tmp_path, NOW + timedelta(minutes=20))
    assert {file: file.stat().st_mtime_ns for file in demo.parent.iterdir()} == before
    later = NOW + timedelta(hours=5)
    assert demo_of_today(project, tmp_path, later) == demo
    changed = {file.name for file, then in before.items() if file.stat().st_mtime_ns != then}
    assert changed == {"local_data.json", "moved.json"}
    head = demo.read_text(encoding="utf-8").partition("\n")[0]
    assert f'"synced_at":"{iso(later - timedelta(minutes=1))}"' in head
    assert moves == [NOW]


def test_it_is_moved_once_a_day_and_when_the_committed_one_is_another(
    project: Path, tmp_path: Path, moves: list[datetime]
) -> None:
    days = [NOW, NOW + timedelta(hours=1), NOW + DAY, NOW + DAY + timedelta(hours=2)]
    for now in days:
        demo_of_today(project, tmp_path, now)
    assert moves == [days[0], days[2]]
    write_demo(project / "local_data.json", 120)
    demo = demo_of_today(project, tmp_path, days[3])
    assert moves == [days[0], days[2], days[3]]
    assert len(json.loads(demo.read_text(encoding="utf-8"))["items"]) > 100


def test_one_that_was_not_finished_is_made_again(
    project: Path, tmp_path: Path, moves: list[datetime], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(demo_move, "write_past", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            demo_of_today(project, tmp_path, NOW)
    demo = demo_of_today(project, tmp_path, NOW)
    assert len(moves) == 2
    assert LocalFindingStore(demo.parent).versions()


def test_what_somebody_has_muted_stays_muted_the_next_day(
    project: Path, tmp_path: Path, moves: list[datetime]
) -> None:
    store = LocalFindingStore(demo_of_today(project, tmp_path, NOW).parent)
    mine = Mute("mine", "I know", "me", iso(NOW) or "", iso(NOW + 90 * DAY) or "", rule="EBS-GP2")
    store.mute(mine)
    demo_of_today(project, tmp_path, NOW + DAY)
    assert len(moves) == 2
    assert mine in store.mutes()
    assert len(store.mutes()) == len(MUTES) + 1


def test_where_nothing_can_be_written_the_committed_one_is_shown(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The process that moves it says why; its way out is a folder of caches elsewhere."""
    cache = tmp_path / "file"
    cache.touch()
    assert demo_of_today(project, cache, NOW) == project / "local_data.json"
    assert data_folder(project, cache, NOW) == project / "data"
    said = capsys.readouterr().err
    assert said.count("\n") == 2
    assert f"can't write {cache}" in said and "CACHE_PATH names another folder" in said
    elsewhere = demo_of_today(project, tmp_path / "elsewhere", NOW, whole=True)
    assert elsewhere == tmp_path / "elsewhere" / "demo" / "local_data.json"
    assert elsewhere.exists()


@pytest.mark.parametrize("content", ["", "{}", '{"meta":{"synced_at":"yesterday"}}', '{"meta":'])
def test_a_committed_file_that_is_none_is_left_to_those_that_read_it(
    project: Path, tmp_path: Path, content: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "local_data.json").write_text(content, encoding="utf-8")
    assert demo_of_today(project, tmp_path, NOW) == project / "local_data.json"
    assert capsys.readouterr().err.startswith("The demo estate is shown as of its own day: ")


@pytest.mark.parametrize("own", ["local_data.json", "local_costs.json"])
def test_tasks_take_the_data_of_ones_own(
    project: Path, tmp_path: Path, own: str, moves: list[datetime]
) -> None:
    assert data_folder(project, tmp_path, NOW) == tmp_path / "demo"
    (project / "data").mkdir()
    (project / "data" / own).touch()
    assert data_folder(project, tmp_path, NOW) == project / "data"
    assert len(moves) == 1


def test_a_server_that_runs_for_days_moves_it_by_itself(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, again = [], threading.Event()

    def demo_of_now(root: Path, cache: Path) -> Path:
        asked.append(root)
        if len(asked) > 2:
            again.set()
        return root / "moved.json"

    monkeypatch.setattr("tooling.demo.file.demo_of_today", demo_of_now)
    found = DemoFile(project, tmp_path, pause=0.001)
    assert found() == project / "moved.json"
    assert again.wait(60), "nobody has moved it again"
