from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from errors import PoloError
from services.cop.judge.inspection import World
from services.cop.judge.rule import NOW
from services.cop.patrol.patrol import TRIES, outlook, patrol
from services.cop.registry import RULES
from services.cop.store.local import LocalFindingStore
from services.cop.store.port import Ledger
from services.models.all import Everything
from services.prices import prices
from services.read.read_model import ReadModel
from settings import ROOT

DEMO = ROOT / "local_data.json"
WORLD = World(NOW, prices(), lambda resource, metric, days: (None,) * days)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Everything:
    return ReadModel(DEMO, tmp_path_factory.mktemp("cache"), DEMO).current()


def test_a_patrol_keeps_the_findings_of_every_account(demo: Everything, tmp_path: Path) -> None:
    store = LocalFindingStore(tmp_path)
    ledgers = list(patrol(demo, store, RULES, WORLD))
    assert {ledger.account for ledger in ledgers} == {head.scope.account for head in demo.heads()}
    assert [store.ledger(ledger.account) for ledger in ledgers] == ledgers
    assert sum(len(ledger.entries) for ledger in ledgers) > 100


def test_a_second_patrol_changes_nothing_but_its_time(demo: Everything, tmp_path: Path) -> None:
    store = LocalFindingStore(tmp_path)
    first = [ledger.entries for ledger in patrol(demo, store, RULES, WORLD)]
    later = replace(WORLD, now=NOW + timedelta(minutes=1))
    assert [ledger.entries for ledger in patrol(demo, store, RULES, later)] == first


def test_an_outlook_shows_what_a_patrol_would_find_and_keeps_nothing(
    demo: Everything, tmp_path: Path
) -> None:
    seen = [(ledger.account, ledger.entries) for ledger in outlook(demo, (), RULES, WORLD)]
    store = LocalFindingStore(tmp_path)
    assert store.versions() == {}
    assert seen == [(ledger.account, ledger.entries) for ledger in patrol(demo, store, RULES, WORLD)]


class Contested(LocalFindingStore):
    """Somebody else is always quicker."""

    lost = 0

    def keep(self, known: Ledger, entries: object, inspected: str) -> bool:
        self.lost += 1
        return False


def test_a_ledger_that_others_keep_writing_is_given_up_with_a_clear_error(
    demo: Everything, tmp_path: Path
) -> None:
    store = Contested(tmp_path)
    with pytest.raises(PoloError, match="written by others"):
        list(patrol(demo, store, RULES, WORLD))
    assert store.lost == TRIES
