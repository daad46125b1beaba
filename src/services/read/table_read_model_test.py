"""The read model of a table: whole at any time, and brought up to date by what changed alone."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import pytest

from errors import PoloError
from services.cloud.deadline import BUILD, PAGE, within
from services.conformance_test import BUCKETS, SCOPES, VOLUMES, attempt, failure, make_table, moto_client
from services.dynamo_data_service import DynamoDataService
from services.models.all import Everything
from services.models.everything.query import Query
from services.models.kit.gap import notice_of_gaps
from services.models.kit.scope import Account, Scope
from services.read.builds import OnItsWay
from services.read.table_file import known_of
from services.read.table_read_model import LOOK_AT_ALL, POLL, TableReadModel
from services.store.dynamo_items import head_key, parts_pk
from services.store.dynamo_table import Table
from services.store.lock import if_free

pytestmark = pytest.mark.usefixtures("aws")


class Counted:
    """A client that counts, and that fails while `down`."""

    def __init__(self, client: Any) -> None:
        self.client = client
        self.calls: list[str] = []
        self.down = False

    def __getattr__(self, operation: str) -> Any:
        def call(**asked: Any) -> Any:
            self.calls.append(operation)
            if self.down:
                raise PoloError("the table is away")
            return getattr(self.client, operation)(**asked)

        return call


@pytest.fixture
def client() -> Counted:
    make_table(moto_client(), "polo")
    return Counted(moto_client())


@pytest.fixture
def service() -> DynamoDataService:
    return DynamoDataService(Table("polo", moto_client()))


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def model(client: Counted, clock: Clock, tmp_path: Path) -> TableReadModel:
    return TableReadModel(DynamoDataService(Table("polo", client)), tmp_path / "cache", clock, wall=clock)


def ids(everything: Everything, **filters: tuple[str, ...]) -> list[str]:
    return sorted(row.id for row in everything.rows(Query(filters=filters)))


def test_all_scopes_and_names_are_there(service: DynamoDataService, model: TableReadModel) -> None:
    for number, scope in enumerate(SCOPES):
        service.replace_scope(attempt(1, f"{number}", scope, cost="1.50"))
    service.replace_scope(failure(2, VOLUMES))
    service.name_accounts([Account("111111111111", "prod")])
    found = model.current()
    assert ids(found) == ["0", "1", "2"]
    assert found.heads() == service.heads()
    assert found.accounts() == {"111111111111": "prod"}
    assert (found.totals().count, found.totals().cost) == (3, 450)


def test_table_without_anything_is_an_empty_estate(model: TableReadModel) -> None:
    assert (ids(model.current()), model.current().heads(), model.notice) == ([], (), "")


def test_change_is_seen_after_the_next_poll(
    service: DynamoDataService, model: TableReadModel, clock: Clock
) -> None:
    service.replace_scope(attempt(1, "ab"))
    before = model.current()
    service.replace_scope(attempt(2, "bc"))
    assert model.current() is before
    clock.now = POLL
    after = model.current()
    assert (ids(after), after.totals().count) == (["b", "c"], 2)
    assert [row.id for row in after.rows(Query(text="arn:c"))] == ["c"]


def test_who_reads_goes_on_with_what_it_began(
    service: DynamoDataService, model: TableReadModel, clock: Clock
) -> None:
    service.replace_scope(attempt(1, [f"{n:03}" for n in range(200)]))
    before = model.current()
    rows = before.rows(Query())
    seen = [next(rows).id]
    service.replace_scope(attempt(2, [f"{n:03}-new" for n in range(200)]))
    clock.now = POLL
    assert ids(model.current())[0] == "000-new"
    seen += [row.id for row in rows]
    assert seen == ids(before) == [f"{n:03}" for n in range(200)]
    assert before.totals().count == 200


def test_only_what_changed_is_read(
    service: DynamoDataService, client: Counted, model: TableReadModel, clock: Clock
) -> None:
    for scope in SCOPES:
        service.replace_scope(attempt(1, "ab", scope))
    model.current()
    client.calls.clear()
    clock.now = POLL
    model.current()
    assert client.calls == ["query"], "the clock"
    client.calls.clear()
    service.replace_scope(attempt(2, "b", BUCKETS))
    clock.now = 2 * POLL
    model.current()
    assert client.calls == ["query", "query", "get_item", "query"], "the clock, an account's heads, one scope"


def test_confirmed_scope_has_its_new_date_in_the_end(
    service: DynamoDataService, client: Counted, model: TableReadModel, clock: Clock
) -> None:
    service.replace_scope(attempt(1, "a"))
    model.current()
    service.replace_scope(attempt(9, "a"))
    client.calls.clear()
    clock.now = LOOK_AT_ALL
    assert model.current().heads() == service.heads()
    assert client.calls == ["query", "query"], "no parts"


def test_table_that_is_away_leaves_what_was_read(
    service: DynamoDataService, client: Counted, model: TableReadModel, clock: Clock
) -> None:
    client.down = True
    with pytest.raises(PoloError, match="away"):
        model.current()
    client.down = False
    service.replace_scope(attempt(1, "a"))
    clock.now = POLL
    assert ids(model.current()) == ["a"]
    client.down = True
    service.replace_scope(attempt(2, "b"))
    clock.now = 2 * POLL
    assert ids(model.current()) == ["a"]
    assert model.notice == "Showing the data read 5 s ago: the table is away"
    client.down = False
    clock.now = 3 * POLL
    assert (ids(model.current()), model.notice) == (["b"], "")


def test_refresh_that_breaks_off_changes_nothing(
    service: DynamoDataService,
    model: TableReadModel,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for scope in SCOPES:
        service.replace_scope(attempt(1, "a", scope))
    model.current()
    for scope in SCOPES:
        service.replace_scope(attempt(2, "b", scope))
    whole, seen = model.service.lines, []

    def broken(scope: Any) -> Any:
        seen.append(scope)
        if len(seen) == 2:
            raise PoloError("cut off")
        return whole(scope)

    monkeypatch.setattr(model.service, "lines", broken)
    clock.now = POLL
    assert ids(model.current()) == ["a", "a", "a"]
    clock.now = 2 * POLL
    assert ids(model.current()) == ["b", "b", "b"]


def test_next_process_goes_on_with_the_file(
    service: DynamoDataService, client: Counted, model: TableReadModel, tmp_path: Path
) -> None:
    for scope in SCOPES:
        service.replace_scope(attempt(1, "a", scope))
    model.current()
    service.replace_scope(attempt(2, "b", BUCKETS))
    client.calls.clear()
    later = TableReadModel(DynamoDataService(Table("polo", client)), tmp_path / "cache")
    assert ids(later.current()) == ["a", "a", "b"]
    assert client.calls.count("get_item") == 1
    assert later.current().heads() == service.heads()


def test_file_that_was_removed_is_made_again(
    service: DynamoDataService, model: TableReadModel, clock: Clock
) -> None:
    service.replace_scope(attempt(1, "a"))
    model.current()
    for file in model.file.parent.iterdir():
        file.unlink()
    clock.now = POLL
    assert ids(model.current()) == ["a"]


def test_scope_that_only_ever_failed_is_known(service: DynamoDataService, model: TableReadModel) -> None:
    service.replace_scope(failure(1))
    assert [(head.status, head.count) for head in model.current().heads()] == [("error", 0)]


def lose(service: DynamoDataService, scope: Scope, how: str) -> None:
    """The newest part of a scope, or its head."""
    part = list(service.table.query(parts_pk(scope)))[-1]
    key, head = (part["pk"], part["sk"]), head_key(scope)
    if how == "gone":
        service.table.write(deletes=[key])
    elif how == "newer":
        service.table.update(head, {"schema": 3})
    elif how == "no head":
        service.table.update(head, {"head": "{}"})
    else:
        body = {"no gzip": b"broken", "cut": part["body"][:-20], "no resource": gzip.compress(b'{"id":5}')}
        service.table.update(key, {"body": body[how]})


@pytest.mark.parametrize("how", ["gone", "no gzip", "cut", "no resource", "newer", "no head"])
@pytest.mark.parametrize("before", [True, False])
def test_a_scope_that_cannot_be_read_is_a_gap_and_the_rest_is_there(
    service: DynamoDataService, model: TableReadModel, clock: Clock, how: str, before: bool
) -> None:
    for scope in SCOPES:
        service.replace_scope(attempt(1, "a", scope))
    if before:
        model.current()
    service.replace_scope(attempt(2, "ab", VOLUMES))
    lose(service, VOLUMES, how)
    for n in (1, 2):
        clock.now = n * LOOK_AT_ALL
        found = model.current()
        assert model.notice == ""
        assert ids(found) == ["a", "a", "a"] if before else ["a", "a"]
        (gap,) = found.gaps()
        assert gap.scope == VOLUMES
        assert "volumes" in gap.message and gap.way_out
        head = next(head for head in found.heads() if head.scope == VOLUMES)
        assert (head.status, head.error, head.generation) == ("error", gap.message, int(before))
        assert gap.message in notice_of_gaps(found.gaps())


@pytest.mark.parametrize("found", ["ab", "abc"])
def test_a_gap_is_closed_by_the_next_collection(
    service: DynamoDataService, model: TableReadModel, clock: Clock, found: str, tmp_path: Path
) -> None:
    service.replace_scope(attempt(1, "ab", VOLUMES))
    lose(service, VOLUMES, "gone")
    assert model.current().gaps()
    later = TableReadModel(DynamoDataService(Table("polo", moto_client())), tmp_path / "cache", clock)
    assert later.current().gaps()
    service.replace_scope(attempt(2, found, VOLUMES))
    clock.now = POLL
    for each in (model, later):
        assert (ids(each.current()), each.current().gaps()) == (list(found), ())
    assert model.current().heads() == service.heads()


def test_a_table_of_which_nothing_can_be_read_is_an_error(
    service: DynamoDataService, model: TableReadModel
) -> None:
    service.replace_scope(attempt(1, "a", VOLUMES))
    lose(service, VOLUMES, "newer")
    with pytest.raises(PoloError, match="deploy the release that wrote it"):
        model.current()


class Slow(Counted):
    """Each scope that is read takes a while."""

    def __init__(self, client: Any, clock: Clock, seconds: float) -> None:
        super().__init__(client)
        self.clock, self.seconds = clock, seconds

    def get_item(self, **asked: Any) -> Any:
        self.clock.now += self.seconds
        return self.client.get_item(**asked)


@pytest.fixture
def scopes(client: Counted, service: DynamoDataService) -> list[str]:
    """A dozen, with a resource each; their ids."""
    for number in range(12):
        service.replace_scope(attempt(1, [f"{number:02}"], Scope("111111111111", f"r-{number}", "volumes")))
    return [f"{number:02}" for number in range(12)]


def test_requests_work_at_a_first_file_one_after_the_other_and_keep_what_each_did(
    scopes: list[str], clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.cloud.deadline.clock", clock)
    monkeypatch.setattr("services.read.table_read_model.FETCHERS", 1)
    told, done = [], [0]
    for _ in range(40):
        slow = Slow(moto_client(), clock, 4.0)
        service, began = DynamoDataService(Table("polo", slow)), clock.now
        model = TableReadModel(service, tmp_path, clock, wall=clock)
        try:
            with within(PAGE, BUILD):
                found = model.current()
            break
        except OnItsWay as error:
            told.append(error.message)
        assert clock.now - began <= 12 * 4.0
        paused = [*tmp_path.glob("*.paused")]
        done.append(len(known_of(paused[0])))
    assert ids(found) == scopes and found.totals().count == 12
    assert done == sorted(done) and done[0] < done[-1], "each went on where the one before had stopped"
    assert len(told) >= 2
    assert told[0].startswith("Reading 12 resources, ")
    assert {file.suffix for file in tmp_path.iterdir()} <= {".sqlite", ".lock", ".sqlite-shm", ".sqlite-wal"}


def test_what_a_process_left_that_was_killed_while_it_wrote_is_not_gone_on_with(
    scopes: list[str], model: TableReadModel
) -> None:
    model.file.parent.mkdir(parents=True)
    model.file.with_suffix(".part").write_bytes(b"SQLite format 3" + bytes(5000))
    assert ids(model.current()) == scopes


def test_first_file_is_made_by_one_at_a_time(scopes: list[str], model: TableReadModel) -> None:
    model.file.parent.mkdir(parents=True)
    with if_free(model.file.with_suffix(".lock")) as held:  # type: ignore[union-attr]
        assert held
        with pytest.raises(OnItsWay):
            model.current()
    assert ids(model.current()) == scopes


def test_table_that_never_answered_is_not_asked_again_by_the_same_page(
    client: Counted, model: TableReadModel, clock: Clock
) -> None:
    client.down = True
    for _ in range(3):
        with pytest.raises(PoloError, match="away"):
            model.current()
    assert len(client.calls) == 1
    clock.now = POLL
    with pytest.raises(PoloError, match="away"):
        model.current()
    assert len(client.calls) == 2
