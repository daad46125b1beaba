"""The read model of a data file: built once for each content, never lost to a bad file."""

from __future__ import annotations

from pathlib import Path

import pytest

from errors import DataFileError
from services.models.everything.query import Query
from services.read.everything_build import build
from services.read.read_model import ReadModel
from services.store.estate import write_estate
from tooling.demo.demo import make_demo, write_demo


@pytest.fixture
def demo(tmp_path: Path) -> Path:
    write_demo(tmp_path / "demo.json", 60)
    return tmp_path / "demo.json"


def model_of(file: Path, demo: Path) -> ReadModel:
    return ReadModel(file, demo.parent / "cache", fallback=demo)


def test_the_same_content_is_built_once(demo: Path) -> None:
    first = model_of(demo, demo).current()
    built = first.path.stat().st_ino
    assert model_of(demo, demo).current().path.stat().st_ino == built
    assert first.demo


def test_a_change_of_the_file_is_seen_by_the_next_call(demo: Path) -> None:
    model = model_of(demo, demo)
    before = model.current().totals().count
    estate = make_demo(60)
    scope = max(estate.resources, key=lambda scope: len(estate.resources[scope]))
    estate.resources[scope].pop()
    write_estate(demo, estate)
    assert model.current().totals().count == before - 1


def test_what_the_file_holds_is_what_everything_shows(demo: Path) -> None:
    everything = model_of(demo, demo).current()
    estate = make_demo(60)
    documents = [document for members in estate.resources.values() for document in members]
    assert everything.totals().count == len(documents)
    assert {row.id for row in everything.rows(Query())} == {document["id"] for document in documents}
    assert len(everything.heads()) == len(estate.heads)
    for document in documents:
        found = everything.detail(*(document[name] for name in ("type", "account", "region", "id")))
        assert found is not None
        assert {**found.document, "scope": None} == {**document, "scope": None}


@pytest.mark.parametrize(
    ("damage", "where"),
    [
        (lambda text: text[: len(text) // 2], "local_data.json:"),
        (lambda text: text.replace('"id":', '"id"', 1), "local_data.json:"),
        (lambda text: "", "local_data.json:1:1"),
        (lambda text: "[]", "local_data.json:1:1"),
        (lambda text: text.replace('"schema":1', '"schema":99'), "schema 99"),
        (lambda text: text.replace('"tags":{', '"tags":7,"more":{'), "tags"),
        (lambda text: text.replace('"cost":"', '"cost":"x', 1), ":1: not a resource (its cost is no amount)"),
        (lambda text: text.replace('"cost":"', '"cost":"1e400', 1), "not a resource"),
        (lambda text: text.replace('"at":"', '"at":5,"was":"', 1), "not a Polo data file"),
    ],
)
def test_a_damaged_file_is_named_and_the_demo_stands_in(demo: Path, damage, where: str) -> None:  # type: ignore[no-untyped-def]
    file = demo.with_name("local_data.json")
    file.write_text(damage(demo.read_text(encoding="utf-8")), encoding="utf-8")
    model = model_of(file, demo)
    assert model.current().demo
    assert "Showing the demo estate" in model.notice
    assert where in model.notice


def test_a_file_damaged_later_leaves_what_was_read_before(demo: Path) -> None:
    file = demo.with_name("local_data.json")
    file.write_bytes(demo.read_bytes())
    model = model_of(file, demo)
    before = model.current()
    file.write_text("{", encoding="utf-8")
    assert model.current() is before
    assert "the data read before" in model.notice
    file.write_bytes(demo.read_bytes())
    assert model.current().totals() == before.totals()
    assert model.notice == ""


def test_before_the_first_sync_the_demo_stands_in_and_after_it_the_own_estate(demo: Path) -> None:
    file = demo.with_name("local_data.json")
    model = model_of(file, demo)
    assert model.current().demo
    assert model.notice == ""
    estate = make_demo(60)
    estate.demo = False
    write_estate(file, estate)
    assert not model.current().demo


def test_a_database_that_was_removed_is_built_again(demo: Path) -> None:
    model = model_of(demo, demo)
    before = model.current()
    count = before.totals().count
    before.path.unlink()
    assert model.current().totals().count == count


def test_without_any_file_the_error_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(DataFileError, match="inv sync"):
        ReadModel(tmp_path / "no.json", tmp_path, fallback=tmp_path / "no.json").current()


def test_a_build_that_fails_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "bad.json").write_text("{", encoding="utf-8")
    (tmp_path / "cache").mkdir()
    with pytest.raises(DataFileError):
        build(tmp_path / "bad.json", tmp_path / "cache" / "e.sqlite")
    assert list((tmp_path / "cache").iterdir()) == []


def test_old_contents_leave_the_cache(demo: Path) -> None:
    model = model_of(demo, demo)
    for size in (30, 40, 50, 60, 70, 80):
        write_demo(demo, size)
        model.current()
    assert len(list(model.cache.glob("everything-*.sqlite"))) == 4
