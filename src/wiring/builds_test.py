"""Every read model of a large estate: made once for all who ask, and the same as it would be made here."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from devserver.gateway.gateway import Client
from services.read.builds import SRC, OnItsWay
from settings import ROOT, Settings
from wiring.builds import MAKERS
from wiring.console import console_of
from wiring.estate import read_model_of
from wiring.web import web_app

DATA = ROOT / "local_data.json"
ASK = """
import sys
from datetime import UTC, datetime
from services.read import builds
from services.cop.patrol import local_findings
from services.costs import source
from services.reports import desk
from settings import Settings
from wiring.console import console_of
local_findings.QUICK = source.QUICK = desk.QUICK = 10
start = builds._start
def counted(build, *given):
    with open(sys.argv[2], "a") as file:
        file.write(build.kind + " ")
    start(build, *given)
builds._start = counted
places = {"local_data_path": sys.argv[3], "cache_path": sys.argv[4]}
console = console_of(Settings(use_local_data="true", patience="300", **places))
now = datetime.now(UTC)
ask = {
    "findings": lambda: console.cop.findings(console.estate.current(), now),
    "reports": lambda: console.reports.index(console.estate.current(), now),
    "costs": lambda: console.costs.current(),
}[sys.argv[1]]
print("made" if ask() else "nothing")
"""


def settings_in(folder: Path, patience: str = "300") -> Settings:
    data = folder / "local_data.json"
    if not data.exists():
        data.write_bytes(DATA.read_bytes())
        for name in ("local_costs.json", "local_daily.json"):
            (folder / name).write_bytes((ROOT / name).read_bytes())
    return Settings(
        use_local_data="true",
        local_data_path=str(data),
        cache_path=str(folder / "cache"),
        patience=patience,
    )


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    """The demo estate counts as a large one."""
    for module in ("services.cop.patrol.local_findings", "services.costs.source", "services.reports.desk"):
        monkeypatch.setattr(f"{module}.QUICK", 10)


@pytest.mark.parametrize("kind", MAKERS)
def test_eight_processes_that_ask_at_once_have_it_made_once(kind: str, tmp_path: Path) -> None:
    settings, started = settings_in(tmp_path), tmp_path / "started"
    read_model_of(settings).current()
    given = (kind, str(started), settings.local_data_path, settings.cache_path)
    command = [sys.executable, "-c", ASK, *given]
    readers = [
        subprocess.Popen(command, cwd=SRC, stdout=subprocess.PIPE, text=True)  # noqa: S603
        for _ in range(8)
    ]
    assert {reader.communicate(timeout=500)[0] for reader in readers} == {"made\n"}
    assert started.read_text().split().count(kind) == 1


@pytest.mark.usefixtures("large")
def test_what_is_made_beside_is_what_would_be_made_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = datetime.now(UTC)
    beside = console_of(settings_in(tmp_path))
    everything = beside.estate.current()
    reports = [(each.name, each.status, each.figures) for each in beside.reports.index(everything, now)]
    costs, findings = beside.costs.current(), beside.cop.findings(everything, now)
    monkeypatch.undo()
    here = console_of(replace(settings_in(tmp_path), cache_path=str(tmp_path / "other")))
    everything = here.estate.current()
    assert [(each.name, each.status, each.figures) for each in here.reports.index(everything, now)] == reports
    other = here.cop.findings(everything, now)
    assert [*map(str, other.marks_of_rules())] == [*map(str, findings.marks_of_rules())]
    assert costs and here.costs.current()
    assert (costs.months, costs.taken) == (here.costs.current().months, here.costs.current().taken)  # type: ignore[union-attr]


@pytest.mark.usefixtures("large")
def test_home_keeps_its_cards_and_says_which_are_on_their_way(tmp_path: Path) -> None:
    settings = settings_in(tmp_path, patience="0")
    read_model_of(settings).current()
    client = Client(web_app(settings))
    first = client.get("/")
    assert first.status == 200
    assert "Judging " in first.text and "on its way" in first.text and "http-equiv" in first.text
    assert "By account" in first.text or "account" in first.text
    listed = client.get("/resources")
    assert listed.status == 200 and "Findings are not shown. Judging " in listed.text
    for path in ("/cop", "/cop/findings", "/reports", "/api/cop/findings", "/api/reports"):
        assert client.get(path).status == 503, path
    patient = console_of(settings_in(tmp_path))
    patient.cop.findings(patient.estate.current(), datetime.now(UTC))
    assert patient.costs.current()
    later = client.get("/")
    assert "on its way" not in later.text and "http-equiv" not in later.text
    assert client.get("/cop").status == 200


@pytest.mark.usefixtures("large")
@pytest.mark.parametrize(
    "ask",
    [
        lambda console, now: console.cop.at_hand(console.estate.current(), now),
        lambda console, now: console.costs.at_hand(),
    ],
)
def test_a_page_about_something_else_waits_for_none_of_it(tmp_path: Path, ask: Callable[..., object]) -> None:
    console = console_of(settings_in(tmp_path))
    console.estate.current()
    with pytest.raises(OnItsWay):
        ask(console, datetime.now(UTC))
