from __future__ import annotations

import io
import json
from dataclasses import replace
from pathlib import Path

import pytest

from services.cop.judge.rule import NOW
from services.reports.local_store import LocalReportStore
from services.reports.registry import REPORTERS
from services.reports.report import Content, Sources
from settings import ROOT
from tooling.laptop.reports import report


def run(folder: Path, name: str = "", as_json: bool = False) -> tuple[int, str]:
    out = io.StringIO()
    return report(name, as_json=as_json, data_dir=folder, now=NOW, out=out), out.getvalue()


def test_a_line_for_each_report_of_the_demo_and_all_are_kept(tmp_path: Path) -> None:
    code, text = run(tmp_path)
    assert code == 0
    ended = {line.split()[0]: line.split()[1] for line in text.splitlines()}
    assert ended == dict.fromkeys(REPORTERS, "ok")
    store = LocalReportStore(tmp_path / "reports", lambda: NOW)
    assert {latest.name: latest.status for latest in store.latest()} == ended


def test_the_rows_of_a_report_that_was_named(tmp_path: Path) -> None:
    code, text = run(tmp_path, "cost-by-owner")
    head, *rows = text.splitlines()
    assert (code, head.startswith("cost-by-owner           ok")) == (0, True)
    assert len(rows) > 3
    assert all(" $" in row or "unknown" in row for row in rows)
    assert not (tmp_path / "reports" / "waste").exists(), "only what was named"


def test_json_has_the_whole_report(tmp_path: Path) -> None:
    [found] = json.loads(run(tmp_path, "waste", as_json=True)[1])
    assert found["status"] == "ok"
    assert found["report"]["rows"]


def test_the_same_data_makes_the_same_reports(tmp_path: Path) -> None:
    assert run(tmp_path / "a", as_json=True) == run(tmp_path / "b", as_json=True)


def test_an_unknown_name_is_told_with_the_valid_ones(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, _ = run(tmp_path, "wastes")
    error = capsys.readouterr().err
    assert code == 1
    assert "wastes" in error
    assert "cost-by-owner" in error
    assert not (tmp_path / "reports").exists()


def test_a_report_that_fails_is_told_with_its_place_and_costs_no_other(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def make(_: Sources) -> Content:
        raise KeyError("x")

    monkeypatch.setitem(REPORTERS, "waste", replace(REPORTERS["waste"], make=make))
    code, text = run(tmp_path, "waste,exposure")
    assert code == 1
    assert "KeyError at reports_test.py:" in capsys.readouterr().err
    assert text.splitlines()[0].startswith("waste                   failed")
    assert any(line.startswith("exposure                ok") for line in text.splitlines())


def test_what_was_never_collected_is_unknown_and_no_failure(tmp_path: Path) -> None:
    estate = {"meta": {"schema": 1, "accounts": {}, "scopes": []}, "items": [], "history": []}
    (tmp_path / "local_data.json").write_text(json.dumps(estate), encoding="utf-8")
    code, text = run(tmp_path)
    assert code == 0
    assert [line.split()[:2] for line in text.splitlines()] == [[name, "unknown"] for name in REPORTERS]


def test_a_name_can_not_command_the_terminal(tmp_path: Path) -> None:
    text = (ROOT / "local_data.json").read_text(encoding="utf-8")
    (tmp_path / "local_data.json").write_text(
        text.replace("audit-trail-22-data", "\\u001b[2Jtrail"), encoding="utf-8"
    )
    _, shown = run(tmp_path, "waste")
    assert "?[2Jtrail" in shown
    assert "\x1b" not in shown


def test_a_broken_data_file_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "local_data.json").write_text("{")
    code, _ = run(tmp_path)
    assert (code, "local_data.json" in capsys.readouterr().err) == (1, True)
