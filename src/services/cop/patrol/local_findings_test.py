from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from services.cop.judge.facts import Facts
from services.cop.judge.inspection import World
from services.cop.judge.rule import NOW
from services.cop.patrol import local_findings
from services.cop.patrol.local_findings import LocalFindings
from services.cop.registry import RULES
from services.cop.store.findings import Findings
from services.cop.store.findings_writer import KEPT
from services.cop.store.local import LocalFindingStore
from services.cop.store.port_test import MUTE
from services.models.all import Everything
from services.models.domain.finding import Finding
from services.models.domain.findings import FINDING_FACETS, FindingQuery
from services.models.volume import Volume
from services.prices import prices
from services.read.read_model import ReadModel
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


def test_a_saved_rule_is_judged_alone_and_at_once(
    demo: Everything, local: LocalFindings, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = {(row.entry.rule, row.entry.key): row for row in local.current(demo, NOW).every(ALL)}
    judged = []

    def check(volume: Volume, facts: Facts) -> Finding:
        judged.append(volume.id)
        return Finding("saved", Decimal(10**6))

    saved = {id: replace(rule, check=_never) for id, rule in RULES.items()}
    saved["EBS-GP2"] = replace(RULES["EBS-GP2"], check=check)
    monkeypatch.setattr(local_findings, "RULES", saved)
    _saved(monkeypatch, "EBS-GP2")
    after = {(row.entry.rule, row.entry.key): row for row in local.current(demo, NOW).every(ALL)}
    ours = {key for key in after if key[0] == "EBS-GP2"}
    assert len(ours) == len(judged) > 0
    assert {after[key].entry.message for key in ours} == {"saved"}
    assert {key: row for key, row in after.items() if key not in ours} == {
        key: row for key, row in before.items() if key[0] != "EBS-GP2"
    }


@pytest.mark.parametrize("id", RULES)
def test_what_is_kept_of_the_other_rules_adds_up_to_what_all_say_at_once(
    demo: Everything, local: LocalFindings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, id: str
) -> None:
    whole = local.current(demo, NOW)
    first = LocalFindings(local.store, tmp_path / "other", world)
    with monkeypatch.context() as patch:
        patch.setattr(local_findings, "RULES", RULES | {id: replace(RULES[id], check=_nothing)})
        first.current(demo, NOW)
    _saved(monkeypatch, id)
    again = first.current(demo, NOW)
    assert _content(again) == _content(whole)
    assert [again.groups(field, ALL) for field in FINDING_FACETS] == [
        whole.groups(field, ALL) for field in FINDING_FACETS
    ]


def test_findings_that_nobody_can_read_are_judged_anew(demo: Everything, local: LocalFindings) -> None:
    path = local.current(demo, NOW).path
    path.write_bytes(b"not a database")
    later = local.current(demo, NOW + timedelta(days=1))
    assert later.totals(ALL).count > 100


def _never(resource: object, facts: Facts) -> None:
    raise AssertionError("only what was saved is judged")


def _nothing(resource: object, facts: Facts) -> None:
    return None


def _saved(monkeypatch: pytest.MonkeyPatch, id: str) -> None:
    code = local_findings._rules_code()
    monkeypatch.setattr(local_findings, "_rules_code", lambda: code | {id: "another"})


def _content(findings: Findings) -> list[tuple[object, ...]]:
    return sorted(
        (row.entry.rule, *row.entry.key, row.entry.message, row.mute) for row in findings.every(ALL)
    )


def test_earlier_findings_are_forgotten(demo: Everything, local: LocalFindings) -> None:
    for day in range(KEPT + 2):
        local.current(demo, NOW + timedelta(days=day))
    assert len([*local.cache.glob("findings-*.sqlite")]) == KEPT
