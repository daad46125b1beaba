from __future__ import annotations

import io
import json
import shutil
from collections import Counter
from pathlib import Path

import pytest

from devserver.gateway.gateway import Client
from services.cop.judge.rule import NOW
from services.cop.registry import RULES
from services.cop.store.local import LocalFindingStore
from settings import ROOT, Settings
from tooling.laptop.cop import cop
from wiring.web import web_app


def run(folder: Path, rule: str = "", profile: str = "", as_json: bool = False) -> tuple[int, str]:
    out = io.StringIO()
    return cop(rule, profile, as_json=as_json, data_dir=folder, now=NOW, out=out), out.getvalue()


def test_a_line_for_each_rule_that_found_something_and_the_totals(tmp_path: Path) -> None:
    code, text = run(tmp_path)
    assert code == 0
    assert RULES["EBS-UNATTACHED"].title in text
    assert "open findings; they cost $" in text


def test_the_demo_has_the_findings_that_its_page_has(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CACHE_PATH", str(tmp_path / "cache"))
    client = Client(web_app(Settings.from_environment(), clock=lambda: NOW))
    page = client.get("/api/cop/findings").json()["facets"]["rule"]
    _, text = run(tmp_path / "data", as_json=True)
    assert Counter(each["rule"] for each in json.loads(text)) == page


def test_the_findings_of_one_rule_in_one_account(tmp_path: Path) -> None:
    code, text = run(tmp_path, "ebs-gp2", "prod")
    *rows, total = text.splitlines()
    assert code == 0
    assert rows
    assert all("EBS-GP2" in row and "(prod " in row for row in rows)
    assert total.startswith(f"{len(rows)} open findings")


def test_json_has_every_finding_with_its_figures(tmp_path: Path) -> None:
    _, text = run(tmp_path, "ebs-gp2", as_json=True)
    found = json.loads(text)
    assert {each["rule"] for each in found} == {"EBS-GP2"}
    assert all(each["saving"] and each["formula"] for each in found)


def test_what_is_found_is_kept(tmp_path: Path) -> None:
    run(tmp_path, "ebs-gp2")
    store = LocalFindingStore(tmp_path)
    rules = {entry.rule for account in store.versions() for entry in store.ledger(account).entries}
    assert len(rules) > 10, "all rules, whatever was shown"


@pytest.mark.parametrize(
    ("rule", "profile", "named", "valid"),
    [("ebs-gp9", "", "'ebs-gp9'", "EBS-GP2"), ("", "prd", "prd", "prod")],
)
def test_an_unknown_name_is_told_with_the_valid_ones(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], rule: str, profile: str, named: str, valid: str
) -> None:
    code, _ = run(tmp_path, rule, profile)
    error = capsys.readouterr().err
    assert code == 1
    assert named in error
    assert valid in error
    assert not (tmp_path / "findings.json").exists()


def test_a_name_can_not_command_the_terminal(tmp_path: Path) -> None:
    text = (ROOT / "local_data.json").read_text(encoding="utf-8")
    (tmp_path / "local_data.json").write_text(
        text.replace("audit-trail-22-data", "\\u001b[2Jtrail"), encoding="utf-8"
    )
    _, shown = run(tmp_path, "ebs-gp2")
    assert "?[2Jtrail" in shown
    assert "\x1b" not in shown


def test_a_broken_data_file_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.copy(ROOT / "local_data.json", tmp_path / "local_data.json")
    (tmp_path / "state.json").write_text("{")
    code, _ = run(tmp_path)
    assert (code, "state.json" in capsys.readouterr().err) == (1, True)


def test_an_estate_that_can_not_be_read_is_named_and_not_judged(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "local_data.json").write_text("{")
    code, _ = run(tmp_path)
    assert (code, "local_data.json" in capsys.readouterr().err) == (1, True)
    assert not (tmp_path / "findings.json").exists()


def test_an_empty_estate_is_not_without_findings(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    estate = {"meta": {"schema": 1, "accounts": {}, "scopes": []}, "items": [], "history": []}
    (tmp_path / "local_data.json").write_text(json.dumps(estate), encoding="utf-8")
    for as_json in (False, True):
        code, _ = run(tmp_path, as_json=as_json)
        assert code == 0
        assert "Nothing collected yet" in capsys.readouterr().err


def test_scopes_that_failed_are_told_beside_the_findings(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(tmp_path)
    assert " scopes failed: what is said of them is as old as it was" in capsys.readouterr().err
