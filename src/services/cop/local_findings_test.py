from __future__ import annotations

import os
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from services.cop import local_findings
from services.cop.findings_writer import KEPT
from services.cop.inspection import World
from services.cop.local_findings import LocalFindings
from services.cop.local_store import LocalFindingStore
from services.cop.rule import NOW
from services.cop.store_test import MUTE
from services.models.all import Everything
from services.models.findings import FindingQuery
from services.prices import prices
from services.read_model import ReadModel
from settings import ROOT

DEMO = ROOT / "local_data.json"
ALL = FindingQuery()


def world(now: datetime) -> World:
    return World(now, prices(), lambda resource, metric, days: (None,) * days)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Everything:
    return ReadModel(DEMO, tmp_path_factory.mktemp("cache"), DEMO).current()


@pytest.fixture
def local(tmp_path: Path) -> LocalFindings:
    return LocalFindings(LocalFindingStore(tmp_path), tmp_path / "cache", world)


def test_findings_are_judged_once_for_the_same_estate_and_rules(
    demo: Everything, local: LocalFindings
) -> None:
    first = local.current(demo, NOW)
    assert first.totals(ALL).count > 100
    assert local.current(demo, NOW + timedelta(minutes=1)).path == first.path


def test_another_process_that_opens_the_estate_need_not_judge_it_again(
    demo: Everything, local: LocalFindings
) -> None:
    first = local.current(demo, NOW).path
    demo.path.touch()  # as the read model does
    assert local.current(demo, NOW).path == first


def test_a_mute_shows_at_once(demo: Everything, local: LocalFindings) -> None:
    before = local.current(demo, NOW).totals(FindingQuery(filters={"status": ("muted",)}))
    local.store.mute(replace(MUTE, expires="2099-01-01T00:00:00Z"))
    after = local.current(demo, NOW).totals(FindingQuery(filters={"status": ("muted",)}))
    assert (before.count, after.count > 0) == (0, True)


def test_a_saved_rule_is_judged_by_at_once(
    demo: Everything, local: LocalFindings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rule = tmp_path / "cop" / "rule.py"
    rule.parent.mkdir()
    rule.touch()
    monkeypatch.setattr(local_findings, "_code", lambda: (str(rule),))
    before = local.current(demo, NOW).path
    os.utime(rule, ns=(0, 1))
    assert local.current(demo, NOW).path != before


def test_earlier_findings_are_forgotten(demo: Everything, local: LocalFindings) -> None:
    for day in range(KEPT + 2):
        local.current(demo, NOW + timedelta(days=day))
    assert len([*local.cache.glob("findings-*.sqlite")]) == KEPT
