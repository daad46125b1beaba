"""The demo estate: believable, the same on every run, and what is committed."""

from __future__ import annotations

from pathlib import Path

from services.models import RESOURCE_TYPES
from services.models.domain.daily import DAY
from services.store.local_daily import LocalDaily
from tooling.demo.daily import write_daily
from tooling.demo.demo import make_demo, write_beside, write_demo
from tooling.demo.whose import ACCOUNTS, NOW, REGIONS

ROOT = Path(__file__).resolve().parent.parent.parent
LAST = NOW.date() - DAY


def test_the_committed_demo_is_what_the_generator_makes(tmp_path: Path) -> None:
    path = tmp_path / "local_data.json"
    write_beside(path, write_demo(path))
    for name in (path.name, "local_daily.json", "local_costs.json", "local_payer.json"):
        assert (tmp_path / name).read_bytes() == (ROOT / name).read_bytes(), "run: inv demo"


def test_rules_find_idle_busy_and_unknown_resources_in_it(tmp_path: Path) -> None:
    estate = make_demo()
    daily = LocalDaily(tmp_path / "local_daily.json")
    write_daily(daily, estate, NOW)
    measured = {
        metric.key: [
            found.of(metric.key, LAST, 14) if (found := daily.one(scope, document["id"])) else (None,) * 14
            for scope, documents in estate.resources.items()
            for document in documents
            if scope.type == name and metric.when(kind.model.from_json(document))
        ]
        for name, kind in RESOURCE_TYPES.items()
        for metric in kind.metrics
        if name in ("instances", "volumes", "databases")
    }
    for key, values in measured.items():
        whole = [sum(each) for each in values if None not in each]  # type: ignore[arg-type]
        assert any(None in each for each in values), key
        assert 0 <= min(whole) < max(whole) / 20, key
    assert any(sum(each) == 0 for each in measured["VolumeReadOps.Sum"] if None not in each)  # type: ignore[arg-type]


def test_it_has_every_type_account_and_region_and_things_that_are_wrong() -> None:
    estate = make_demo()
    documents = [document for members in estate.resources.values() for document in members]
    assert len(documents) == 500
    assert {document["type"] for document in documents} == {*RESOURCE_TYPES}
    assert {document["account"] for document in documents} >= {*ACCOUNTS}
    assert {document["region"] for document in documents} >= {*REGIONS}
    assert any(document["owner"] is None for document in documents)
    assert any(document["cost"] is None for document in documents)
    assert {head.status for head in estate.heads.values()} == {"ok", "error"}


def test_a_root_volume_belongs_to_its_instance() -> None:
    documents = [document for members in make_demo().resources.values() for document in members]
    volumes = {document["id"]: document for document in documents if document["type"] == "volumes"}
    rooted = [
        (instance, volumes[id])
        for instance in documents
        if instance["type"] == "instances"
        for id in instance["volumes"]
        if id in volumes
    ]
    assert len(rooted) > 40
    assert all(volume["instance"] == instance["id"] for instance, volume in rooted)
    assert all(volume["name"] == f"{instance['name']}-root" for instance, volume in rooted)


def test_it_can_be_made_at_any_size() -> None:
    sizes = [sum(map(len, make_demo(size).resources.values())) for size in (1_000, 2_000)]
    assert sizes == [1_000, 2_000]


def test_it_says_how_far_it_is() -> None:
    heard: list[tuple[str, int]] = []
    make_demo(500, lambda what, done: heard.append((what, done)))
    assert {what for what, _ in heard} == {"making resources", "pricing them"}
    assert max(done for what, done in heard if what == "making resources") > 400
