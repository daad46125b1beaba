"""What a query may cost is bounded in every read model, by instructions counted, not by time."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from services.cop.judge.rule import NOW
from services.cop.store.findings import Findings
from services.cop.store.findings_writer import write_findings
from services.cop.store.port import Ledger
from services.cop.store.port_test import ENTRY
from services.costs.costs import Costs
from services.costs.costs_test import costs
from services.costs.local_store import LocalCostStore
from services.costs.source import StoredCosts
from services.models.all import Everything
from services.models.all_test import everything, instance
from services.models.domain.costs import CostQuery
from services.models.domain.findings import FindingQuery
from services.models.everything.history import ChangeQuery
from services.models.everything.query import Query
from services.models.kit import bounds
from services.models.kit.bounds import TooBroad, bounded
from services.models.kit.change import Change

COUNT = "WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < ?) SELECT count(*) FROM n"
TEXT = "web"
OF_EVERYTHING: dict[str, Callable[[Everything], object]] = {
    "page": lambda found: found.page(Query(text=TEXT)),
    "rows": lambda found: list(found.rows(Query(text=TEXT))),
    "history page": lambda found: found.history.page(ChangeQuery(text=TEXT)),
    "history changes": lambda found: list(found.history.changes(ChangeQuery(text=TEXT))),
}
OF_FINDINGS: dict[str, Callable[[Findings], object]] = {
    "page": lambda found: found.page(FindingQuery(TEXT)),
    "rows": lambda found: found.rows(FindingQuery(TEXT)),
    "every": lambda found: list(found.every(FindingQuery(TEXT))),
    "totals": lambda found: found.totals(FindingQuery(TEXT)),
    "groups": lambda found: found.groups("rule", FindingQuery(TEXT)),
}
CHEAP = {
    "store/cached.py": "whether there is anything",
    "reports/made.py": "one row by its key",
}  # whatever a URL says


@pytest.fixture
def tight(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No instruction is allowed."""
    monkeypatch.setattr(bounds, "STEPS", 0)
    monkeypatch.setattr(bounds, "EXPORTED", 0)
    monkeypatch.setattr(bounds, "EVERY", 1)
    yield


@pytest.fixture
def db() -> sqlite3.Connection:
    return sqlite3.connect(":memory:")


def test_more_instructions_than_a_read_model_may_take_are_an_error(db: sqlite3.Connection) -> None:
    with bounded(db, 0):
        assert db.execute(COUNT, (100_000,)).fetchone() == (100_000,)
    with pytest.raises(TooBroad), bounded(db, 0):
        db.execute(COUNT, (1_000_000,)).fetchone()
    assert db.execute(COUNT, (1_000_000,)).fetchone() == (1_000_000,), "the bound ends with its block"


def test_a_larger_read_model_and_an_export_may_take_more(db: sqlite3.Connection) -> None:
    for sizes in ({"rows": 1_000_000}, {"rows": 0, "exported": 100_000}):
        with bounded(db, **sizes):
            db.execute(COUNT, (1_000_000,)).fetchone()


def test_several_queries_share_the_bound(db: sqlite3.Connection) -> None:
    with pytest.raises(TooBroad), bounded(db, 0):
        for _ in range(10):
            db.execute(COUNT, (100_000,)).fetchone()


def test_another_error_of_sqlite_stays_what_it_is(db: sqlite3.Connection) -> None:
    with pytest.raises(sqlite3.OperationalError), bounded(db, 0):
        db.execute("SELECT nothing")


@pytest.mark.parametrize("asked", OF_EVERYTHING)
def test_everything_and_its_history_are_bounded(tmp_path: Path, tight: None, asked: str) -> None:
    found = everything(
        tmp_path,
        instance("i-1", name="web"),
        changes=[Change("vanished", "instances", "1", "eu-west-1", "i-2", "web", "2026-11-20T00:00:00Z")],
    )
    with pytest.raises(TooBroad):
        OF_EVERYTHING[asked](found)


@pytest.mark.parametrize("asked", OF_FINDINGS)
def test_findings_are_bounded(tmp_path: Path, tight: None, asked: str) -> None:
    path = tmp_path / "findings.sqlite"
    write_findings(path, [Ledger("1", (ENTRY,))], (), NOW)
    with pytest.raises(TooBroad):
        OF_FINDINGS[asked](Findings(path))


def test_costs_are_bounded(tmp_path: Path, tight: None) -> None:
    store = LocalCostStore(tmp_path / "costs.json", tmp_path / "requests.json")
    store.keep([costs("2026-10", "10")])
    found = StoredCosts(lambda: store, tmp_path, poll=0).current()
    assert isinstance(found, Costs)
    for query in (CostQuery(), CostQuery("service", {"account": "1"})):
        with pytest.raises(TooBroad):
            found.pivot(query)


def test_every_module_that_reads_a_database_for_pages_bounds_it() -> None:
    """A read model is opened read-only; one that extends another has its bounds from there."""
    services = Path(bounds.__file__).parents[2]
    modules = [path for path in services.rglob("*.py") if not path.name.endswith("_test.py")]
    texts = {str(path.relative_to(services)): path.read_text(encoding="utf-8") for path in modules}
    opened = {name: text for name, text in texts.items() if "mode=ro" in text}
    assert {"models/all.py", "cop/store/findings.py", "costs/costs.py"} <= opened.keys()
    unbounded = {
        name for name, text in opened.items() if "bounded(" not in text and "(Everything)" not in text
    }
    assert unbounded == CHEAP.keys()
