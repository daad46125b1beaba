"""The demo estate: believable, the same on every run, and what is committed."""

from __future__ import annotations

from pathlib import Path

from services.models import RESOURCE_TYPES
from tooling.demo import ACCOUNTS, REGIONS, make_demo, write_demo

ROOT = Path(__file__).resolve().parent.parent


def test_the_committed_demo_is_what_the_generator_makes(tmp_path: Path) -> None:
    write_demo(tmp_path / "local_data.json")
    assert (tmp_path / "local_data.json").read_bytes() == (ROOT / "local_data.json").read_bytes(), (
        "run: inv demo"
    )


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
