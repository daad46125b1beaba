"""What the files of LocalDataService add to the promises of conformance_test."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from errors import DataFileError
from services.conformance_test import BUCKETS, ELSEWHERE, VOLUMES, attempt, failure, ids
from services.local_data_service import LocalDataService
from services.models.kit.scope import Account, Scope
from services.store.estate import DAY, Estate, read_estate, write_estate


@pytest.fixture
def service(tmp_path: Path) -> LocalDataService:
    return LocalDataService(tmp_path / "local_data.json")


def again(service: LocalDataService) -> LocalDataService:
    """The same files as another process opens them."""
    return LocalDataService(service.path)


def test_type_is_published_only_when_combined(service: LocalDataService) -> None:
    service.save_type("volumes", [attempt(1, "a")])
    assert service.path.with_name("volumes.json").exists()
    assert ids(service) == []
    service.combine()
    assert ids(service) == ["a"]


def test_combine_takes_all_types_and_names(service: LocalDataService) -> None:
    service.save_type("volumes", [attempt(1, "a"), attempt(1, "b", ELSEWHERE)])
    service.save_type("buckets", [attempt(1, "c", BUCKETS)])
    service.combine([Account("111111111111", "prod")])
    assert [ids(again(service), scope) for scope in (VOLUMES, ELSEWHERE, BUCKETS)] == [["a"], ["b"], ["c"]]
    assert again(service).accounts() == (Account("111111111111", "prod"),)


def test_scopes_that_a_run_does_not_cover_stay(service: LocalDataService) -> None:
    service.save_type("volumes", [attempt(1, "a"), attempt(1, "b", ELSEWHERE)])
    service.combine()
    later = again(service)
    later.save_type("volumes", [attempt(2, "x")])
    later.combine()
    assert (ids(service), ids(service, ELSEWHERE)) == (["x"], ["b"])


def test_run_that_was_stopped_is_taken_in_by_the_next(service: LocalDataService) -> None:
    service.save_type("volumes", [attempt(1, "a")])  # and stopped before it was combined
    later = again(service)
    later.save_type("buckets", [attempt(2, "c", BUCKETS)])
    later.combine()
    assert (ids(service), ids(service, BUCKETS)) == (["a"], ["c"])


def test_failure_is_saved_beside_the_old_resources(service: LocalDataService) -> None:
    service.save_type("volumes", [attempt(1, "a")])
    service.combine()
    (head,) = service.save_type("volumes", [failure(2)])
    service.combine()
    assert (head.status, head.count, ids(service)) == ("error", 1, ["a"])


def test_type_file_that_was_removed_is_no_loss(service: LocalDataService) -> None:
    service.replace_scope(attempt(1, "a"))
    service.path.with_name("volumes.json").unlink()
    again(service).replace_scope(attempt(2, "b", ELSEWHERE))
    assert (ids(service), ids(service, ELSEWHERE)) == (["a"], ["b"])


def test_combined_file_that_was_removed_comes_back_from_the_types(service: LocalDataService) -> None:
    service.replace_scope(attempt(1, "a"))
    service.path.unlink()
    later = again(service)
    later.combine()
    assert ids(service) == ["a"]


def test_change_by_another_process_is_seen(service: LocalDataService) -> None:
    service.replace_scope(attempt(1, "a"))
    again(service).replace_scope(attempt(2, "b"))
    assert ids(service) == ["b"]


def test_file_is_read_once_while_it_stays_the_same(
    service: LocalDataService, monkeypatch: pytest.MonkeyPatch
) -> None:
    service.replace_scope(attempt(1, "a"))
    reads: list[Path] = []

    def read(path: Path) -> Estate:
        reads.append(path)
        return read_estate(path)

    monkeypatch.setattr("services.local_data_service.read_estate", read)
    later = again(service)
    for _ in range(3):
        assert (len(later.heads()), ids(later)) == (1, ["a"])
    assert reads == [service.path]


def test_other_files_in_the_folder_are_left_alone(service: LocalDataService) -> None:
    for name in ("state.json", "package.json", "views.json"):
        service.path.with_name(name).write_text("{}")
    service.replace_scope(attempt(1, "a"))
    assert ids(service) == ["a"]


def test_history_is_kept_for_90_days(service: LocalDataService) -> None:
    for day, found in ((1, "a"), (2, "ab"), (50, "abc"), (95, "abcd")):
        service.replace_scope(attempt(day * DAY, found))
    changes = again(service).changes(datetime(1970, 1, 1, tzinfo=UTC), datetime(2000, 1, 1, tzinfo=UTC))
    assert [change.id for change in changes] == ["d", "c"]


def test_history_of_a_run_that_was_stopped_is_told_once(service: LocalDataService) -> None:
    service.replace_scope(attempt(1, "a"))
    service.save_type("volumes", [attempt(2, "ab")])  # and stopped before it was combined
    later = again(service)
    later.save_type("volumes", [attempt(3, "abc")])
    later.combine()
    later.combine()
    changes = later.changes(datetime(1970, 1, 1, tzinfo=UTC), datetime(2000, 1, 1, tzinfo=UTC))
    assert sorted(change.id for change in changes) == ["b", "c"]


def test_of_several_that_collect_at_once_none_loses_what_it_found(service: LocalDataService) -> None:
    regions = [Scope("111111111111", f"region-{n}", "volumes") for n in range(8)]

    def collect(region: Scope) -> None:
        own = again(service)
        own.save_type("volumes", [attempt(1, "a", region)])
        own.combine()

    with ThreadPoolExecutor(len(regions)) as pool:
        list(pool.map(collect, regions))
    assert {head.scope for head in service.heads()} == {*regions}


def test_demo_is_never_mixed_with_what_was_collected(service: LocalDataService) -> None:
    demo = Estate(demo=True)
    demo.take(attempt(1, "demo", ELSEWHERE), 1)
    write_estate(service.path, demo)
    assert service.demo
    service.replace_scope(attempt(2, "a"))
    assert not service.demo
    assert (ids(service), ids(service, ELSEWHERE)) == (["a"], [])


@pytest.mark.parametrize("name", ["local_data.json", "volumes.json"])
def test_corrupt_file_stops_before_anything_is_written(service: LocalDataService, name: str) -> None:
    service.path.with_name(name).write_text('{"meta":\n  oops')
    with pytest.raises(DataFileError, match=rf"{name}:2:3"):
        service.check()
    with pytest.raises(DataFileError):
        service.replace_scope(attempt(1, "a"))
    assert service.path.with_name(name).read_text() == '{"meta":\n  oops'
    assert len([each for each in service.path.parent.iterdir() if each.suffix != ".lock"]) == 1
