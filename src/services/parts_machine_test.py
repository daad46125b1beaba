"""Every store, in a table and in files: writers that meet at any call, die there, and parts that get lost.

A reader finds one whole generation, or an error that names what is lost; after the next write that comes
through all is there again; and History leads from the first generation to the last.
"""

from __future__ import annotations

import ast
import fcntl
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import product
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from errors import Lost, PoloError
from services.conformance_test import VOLUMES, at, attempt, ids, make_table, moto_client
from services.cop.dynamo_store import DynamoFindingStore
from services.cop.local_store import LocalFindingStore
from services.cop.store_test import ENTRY
from services.cop.told import Told
from services.costs.dynamo_store import DynamoCostStore
from services.costs.local_store import LocalCostStore
from services.costs.store_test import COSTS, RESOURCES
from services.daily_store import Fetched
from services.dynamo_daily import DynamoDaily
from services.dynamo_data_service import DynamoDataService
from services.dynamo_items import parts_pk
from services.dynamo_table import Item, Key, Table
from services.local_daily import LocalDaily
from services.local_data_service import LocalDataService
from services.models.daily import DAY
from services.reports.dynamo_store import DynamoReportStore
from services.reports.local_store import LocalReportStore
from services.reports.store_test import REPORT
from settings import ROOT

pytestmark = pytest.mark.usefixtures("aws")

START = datetime(2026, 11, 20, 12, tzinfo=UTC)
STEP = 2_000  # milliseconds between two generations
WHILE = timedelta(days=3)  # longer than any parts stay that were let go
MOST_OFTEN = 3  # times that this passes: no report and no daily value expires in all
WRITES = ("update_item", "batch_write_item")
MANY = 30  # things in one content, of several parts
ROUNDS = 500  # storage calls that a writer needs at most
TRIES = 4


class Killed(BaseException):
    """The process ends here."""


class Writer(threading.Thread):
    """Goes on from one storage call to the next when it is told to; one of all writers at a time."""

    def __init__(self, work: Callable[[], bool], value: int, began: int) -> None:
        super().__init__(daemon=True)
        self.work, self.value, self.began = work, value, began
        self.killed = self.repeats = self.done = False
        self.error: BaseException | None = None
        self._go, self._stopped = threading.Semaphore(0), threading.Semaphore(0)
        self.start()

    def run(self) -> None:
        self._go.acquire()
        try:
            self.done = not self.killed and self.work()
        except (Killed, PoloError):
            pass
        except BaseException as error:
            self.error = error
        self.ended = True
        self._stopped.release()

    ended = False

    def advance(self, *, repeats: bool = False) -> None:
        self.repeats = repeats
        self._go.release()
        self._stopped.acquire()
        if self.error:
            raise self.error

    def kill(self) -> None:
        self.killed = True
        self.advance()

    def pause(self) -> None:
        self._stopped.release()
        self._go.acquire()
        if self.killed:
            raise Killed


def pause() -> None:
    """Before a storage call; nothing for who is no Writer."""
    thread = threading.current_thread()
    if isinstance(thread, Writer):
        thread.pause()


class Paused:
    """A DynamoDB client with a pause before each call; a write may be sent twice, as botocore does."""

    def __init__(self, client: Any) -> None:
        self.client = client

    def __getattr__(self, operation: str) -> Callable[..., Any]:
        def call(**asked: Any) -> Any:
            pause()
            thread = threading.current_thread()
            if operation in WRITES and isinstance(thread, Writer) and thread.repeats:
                thread.repeats = False
                with suppress(Exception):  # whatever the first answer was, it did not arrive
                    getattr(self.client, operation)(**asked)
            return getattr(self.client, operation)(**asked)

        return call


@contextmanager
def paused_files(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A pause around each file that takes its place, and where a lock is waited for."""
    real = Path.replace

    def replaced(self: Path, target: Path) -> Path:
        pause()
        done = real(self, target)
        pause()
        return done

    def wait(descriptor: int) -> None:
        while True:
            pause()
            with suppress(BlockingIOError):
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", replaced)
        patch.setattr("services.lock._wait", wait)
        patch.setattr("services.dynamo_items.PART", 150)
        patch.setattr("services.dynamo_daily.PART", 180)
        yield


class InMemory(Table):
    """A table that is a dict, with a pause before each call: quick enough for every meeting there is."""

    def __init__(self, items: dict[Key, Item], now: Callable[[], float]) -> None:
        super().__init__("memory", object(), now=now)
        self.items = items

    def get(self, key: Key, *, expired: bool = False) -> Item | None:
        pause()
        found = self.items.get(key)
        return dict(found) if found and (expired or self._lives(found)) else None

    def query(
        self,
        pk: str,
        *,
        prefix: str = "",
        between: tuple[str, str] | None = None,
        only: tuple[str, ...] = (),
        newest_first: bool = False,
    ) -> Iterator[Item]:
        pause()
        low, high = between or (prefix, f"{prefix}\U0010ffff")
        keys = sorted(key for key in self.items if key[0] == pk and low <= key[1] <= high)
        found = [dict(self.items[key]) for key in keys if self._lives(self.items[key])]
        wanted = {*only, "ttl"}
        found = [{name: each[name] for name in each if name in wanted} if only else each for each in found]
        return iter(found[::-1] if newest_first else found)

    def update(self, key: Key, values: Mapping[str, Any], expected: Mapping[str, Any] | None = None) -> bool:
        pause()
        thread = threading.current_thread()
        if isinstance(thread, Writer) and thread.repeats:
            thread.repeats = False
            self._updated(key, values, expected)
        return self._updated(key, values, expected)

    def _updated(self, key: Key, values: Mapping[str, Any], expected: Mapping[str, Any] | None) -> bool:
        known = self.items.get(key, {})
        if any(known.get(name) != value for name, value in (expected or {}).items()):
            return False
        self.items[key] = {"pk": key[0], "sk": key[1]} | known | values
        return True

    def write(self, puts: Iterable[Item] = (), deletes: Iterable[Key] = ()) -> None:
        pause()
        self.items |= {(each["pk"], each["sk"]): dict(each) for each in puts}
        for key in deletes:
            self.items.pop(key, None)

    def _lives(self, item: Item) -> bool:
        return "ttl" not in item or item["ttl"] > self.now()


class Clock:
    def __init__(self) -> None:
        self.at = START

    def now(self) -> datetime:
        return self.at

    def seconds(self) -> float:
        return self.at.timestamp()


@dataclass(frozen=True)
class Kept:
    """One thing in a store. write: store, value, generation -> whether it was taken. read: its value or None.

    parts: the partition of its parts. file: where it is in a folder.
    """

    table: Callable[[Table], Any]
    files: Callable[[Path, Clock], Any]
    write: Callable[[Any, int, int], bool]
    read: Callable[[Any], int | None]
    parts: str
    file: str = ""


def names(value: int) -> list[str]:
    return [f"{value}-{number}" for number in range(MANY)]


def one(values: set[int]) -> int | None:
    assert len(values) <= 1, f"a mix of {values}"
    return next(iter(values), None)


def write_scope(service: Any, value: int, generation: int) -> bool:
    found = [letter for bit, letter in enumerate("abcd") if value & (1 << bit)]
    head = service.replace_scope(attempt(generation, [*found, f"e{value}"]))
    return bool(head.generation == head.attempted == generation)


def read_scope(service: Any) -> int | None:
    found = ids(service)
    if not found:
        return None
    value = int(found[-1][1:])
    assert found[:-1] == [letter for bit, letter in enumerate("abcd") if value & (1 << bit)]
    return value


def write_findings(store: Any, value: int, generation: int) -> bool:
    entries = [replace(ENTRY, id=name) for name in names(value)]
    inspected = datetime.fromtimestamp(generation / 1000, UTC).isoformat()
    return any(store.keep(store.ledger("1"), entries, inspected) for _ in range(TRIES))


def read_findings(store: Any) -> int | None:
    found = store.ledger("1")
    if found.trouble:
        raise found.trouble
    assert len(found.entries) in (0, MANY)
    return one({int(entry.id.split("-")[0]) for entry in found.entries})


def write_told(store: Any, value: int, generation: int) -> bool:
    marks = {name: (str(generation), value) for name in names(value)}
    return any(
        store.tell(known := store.told("c"), replace(known, marks=marks, trouble=None)) for _ in range(TRIES)
    )


def read_told(store: Any) -> int | None:
    found: Told = store.told("c")
    if found.trouble:
        raise found.trouble
    return one({int(name.split("-")[0]) for name in found.marks})


def write_costs(store: Any, value: int, generation: int) -> bool:
    taken = datetime.fromtimestamp(generation / 1000, UTC).isoformat()
    groups = {("1", name): Decimal(value) for name in names(value)}
    store.keep([replace(COSTS, cuts={"services": groups}, taken=taken)])
    return True


def read_costs(store: Any) -> int | None:
    found = store.costs(COSTS.period)
    return one({int(amount) for amount in found.cuts["services"].values()}) if found else None


def write_resource_costs(store: Any, value: int, generation: int) -> bool:
    store.keep_resources([replace(RESOURCES, costs={"EC2": dict.fromkeys(names(value), Decimal(value))})])
    return True


def read_resource_costs(store: Any) -> int | None:
    found = store.resources("1")
    return one({int(amount) for amount in found.costs["EC2"].values()}) if found else None


def write_report(store: Any, value: int, generation: int) -> bool:
    rows = tuple((name, value) for name in names(value))
    store.keep(replace(REPORT, rows=rows, figures=(replace(REPORT.figures[0], value=value),)))
    return True


def read_report(store: Any) -> int | None:
    found = store.report("waste", REPORT.day)
    return one({row[1] for row in found.rows} | {found.figures[0].value}) if found else None


def write_daily(store: Any, value: int, generation: int) -> bool:
    day = START.date() - DAY
    values = {f"id-{number}": {"Reads.Sum": {day: value + number / 7}} for number in range(MANY)}
    store.keep([Fetched(VOLUMES, day, values)], START.date())
    return True


def read_daily(store: Any) -> int | None:
    found = dict(store.of(VOLUMES.account)).get(VOLUMES, {})
    if isinstance(found, Lost):
        assert VOLUMES not in store.asked(VOLUMES.account), "what is lost is asked for again"
        raise found
    assert len(found) in (0, MANY)
    day = START.date() - DAY
    for each in found.values():
        assert store.one(VOLUMES, each.id) == each
    return one(
        {round(each.of("Reads.Sum", day, 1)[0] - int(id.split("-")[1]) / 7) for id, each in found.items()}
    )


def costs_in(folder: Path, _: Clock) -> LocalCostStore:
    return LocalCostStore(folder / "local_costs.json", folder / "requests.json")


def service_in(folder: Path, _: Clock) -> LocalDataService:
    return LocalDataService(folder / "local_data.json")


KEPT = {
    "scopes": Kept(
        DynamoDataService, service_in, write_scope, read_scope, parts_pk(VOLUMES), "local_data.json"
    ),
    "findings": Kept(
        DynamoFindingStore,
        lambda folder, _: LocalFindingStore(folder),
        write_findings,
        read_findings,
        "F#1",
        "findings.json",
    ),
    "told": Kept(
        DynamoFindingStore,
        lambda folder, _: LocalFindingStore(folder),
        write_told,
        read_told,
        "N#c",
        "notified.json",
    ),
    "costs": Kept(DynamoCostStore, costs_in, write_costs, read_costs, "C#2026-11", "local_costs.json"),
    "resource costs": Kept(
        DynamoCostStore,
        costs_in,
        write_resource_costs,
        read_resource_costs,
        "RC#1",
        "local_costs_of_resources.json",
    ),
    "reports": Kept(
        DynamoReportStore,
        lambda folder, clock: LocalReportStore(folder, clock.now),
        write_report,
        read_report,
        "R#waste",
        f"waste/{REPORT.day}.json",
    ),
    "daily": Kept(
        DynamoDaily,
        lambda folder, _: LocalDaily(folder / "local_daily.json"),
        write_daily,
        read_daily,
        f"M#{VOLUMES.account}",
        "local_daily.json",
    ),
}


class Meeting(RuleBasedStateMachine):
    """Over the table of one store."""

    kept: Kept
    client = staticmethod(moto_client)

    @initialize()
    def begin(self) -> None:
        self.clock, self.now, self.passed, self.step = Clock(), int(START.timestamp() * 1000), 0, 0
        self.writers: list[Writer] = []
        self.offered: set[int] = set()
        self.seen: list[tuple[int, int]] = []  # generation, value
        self.generations: dict[int, int] = {}
        self.lost = False
        self.lost_at = 0
        self.open_place()

    def open_place(self) -> None:
        self.name = f"meeting-{uuid4().hex}"
        make_table(self.client(), self.name)

    def table(self) -> Table:
        return Table(self.name, Paused(self.client()), now=self.clock.seconds, sleep=lambda _: None)

    def store(self) -> Any:
        return self.kept.table(self.table())

    def _generation(self, back: int) -> int:
        self.now += STEP
        return self.now - back * STEP

    def _work(self, back: int) -> tuple[int, Callable[[], bool]]:
        value, generation = len(self.offered) + 1, self._generation(back)
        self.offered.add(value)
        self.generations[value] = generation
        return value, lambda: self.kept.write(self.store(), value, generation)

    @rule(back=st.sampled_from((0, 0, 0, 2)), calls=st.integers(0, 12))
    def writer_comes(self, back: int, calls: int) -> None:
        value, work = self._work(back)
        self.writers.append(Writer(work, value, self.step))
        self._advance(self.writers[-1], calls)

    @rule(which=st.integers(0, 5), calls=st.integers(1, 12), repeats=st.booleans())
    def writer_goes_on(self, which: int, calls: int, repeats: bool) -> None:
        if self.writers:
            self._advance(self.writers[which % len(self.writers)], calls, repeats)

    @rule(which=st.integers(0, 5))
    def writer_dies(self, which: int) -> None:
        if self.writers:
            self.writers.pop(which % len(self.writers)).kill()

    @rule(which=st.integers(0, 9))
    def part_is_lost(self, which: int) -> None:
        if self._lose(which):
            self.step += 1
            self.lost, self.lost_at = True, self.step

    @rule()
    def time_passes(self) -> None:
        if self.passed < MOST_OFTEN:
            self.passed += 1
            self.clock.at += WHILE

    def _lose(self, which: int) -> bool:
        found = self.table().query(self.kept.parts, only=("pk", "sk"))
        parts = [each for each in found if not each["sk"].endswith("#0000")]
        for part in parts[which % len(parts) :][:1] if parts else ():
            self.table().write(deletes=[(part["pk"], part["sk"])])
        return bool(parts)

    def _advance(self, writer: Writer, calls: int, repeats: bool = False) -> None:
        for _ in range(calls):
            if writer.ended:
                break
            writer.advance(repeats=repeats)
            self.step += 1
            self._settle(writer)
            self.reader_finds_one_whole_generation()

    def _settle(self, writer: Writer) -> None:
        if writer.ended:
            self.writers.remove(writer)
            if writer.done and writer.began >= self.lost_at:
                self.lost = False

    @invariant()
    def reader_finds_one_whole_generation(self) -> None:
        try:
            value = self.kept.read(self.store())
        except PoloError as error:
            assert self.lost, f"unreadable, though nothing was lost: {error}"
            assert error.way_out
            return
        assert value in self.offered or (value is None and (self.lost or not self.seen))
        if value is not None and (not self.seen or self.seen[-1][1] != value):
            self.seen.append((self.generations[value], value))

    def teardown(self) -> None:
        try:
            if hasattr(self, "step"):
                self._end()
        finally:
            self.close()

    def _end(self) -> None:
        for _ in range(ROUNDS):
            for writer in list(self.writers):
                self._advance(writer, 1)
        assert not self.writers
        self.now += int(WHILE.total_seconds() * 1000)
        self.clock.at += WHILE
        value, work = self._work(0)
        assert work()
        self.lost = False
        self.reader_finds_one_whole_generation()
        assert self.seen[-1][1] == value
        self.check_end()

    def check_end(self) -> None:
        """Of a table: nothing is left but what the head points at, and History leads there."""
        alive = self.clock.seconds() + WHILE.total_seconds()
        parts = [
            each["sk"] for each in self.table().query(self.kept.parts) if each.get("ttl", alive) >= alive
        ]
        parts = [sk for sk in parts if not sk.endswith("#0000")]
        pointers = {sk.rpartition("-" if "-" in sk.rpartition("#")[2] else "#")[0] for sk in parts}
        assert len(pointers) <= 1, pointers
        if self.kept.write is write_scope:
            self._check_history()

    def _check_history(self) -> None:
        first, value = self.seen[0]
        service = self.store()
        state = {letter for bit, letter in enumerate("abcd") if value & (1 << bit)} | {f"e{value}"}
        changes = [each for each in service.changes(at(0), at(10**13)) if each.at > _moment(first)]
        for change in reversed(changes):
            (state.add if change.kind == "appeared" else state.discard)(change.id)
        assert state == set(ids(service))

    def close(self) -> None:
        for writer in getattr(self, "writers", ()):
            with suppress(BaseException):
                writer.kill()


def _moment(generation: int) -> str:
    return at(generation).strftime("%Y-%m-%dT%H:%M:%SZ")


class MeetingOverFiles(Meeting):
    """A file that is lost is nothing, until it is written again."""

    def open_place(self) -> None:
        self.folder = Path(tempfile.mkdtemp())

    def store(self) -> Any:
        return self.kept.files(self.folder, self.clock)

    def _lose(self, which: int) -> bool:
        file = self.folder / self.kept.file
        there = file.exists()
        file.unlink(missing_ok=True)
        return there

    def check_end(self) -> None:
        left = {file.name for file in self.folder.rglob("*") if file.is_file()}
        assert not {name for name in left if name.startswith(".") and not name.endswith(".lock")}

    def close(self) -> None:
        super().close()
        shutil.rmtree(self.folder, ignore_errors=True)


def meet(machine: type[Meeting], name: str, examples: int, steps: int) -> None:
    class Machine(machine):  # type: ignore[valid-type, misc]
        kept = KEPT[name]

    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


@dataclass
class Scene:
    """One thing in a table in memory, in which value 1 stands."""

    kept: Kept
    items: dict[Key, Item]
    clock: Clock

    def write(self, value: int) -> Callable[[], bool]:
        generation = int(START.timestamp() * 1000) + value * STEP
        return lambda: self.kept.write(self.store(), value, generation)

    def store(self) -> Any:
        return self.kept.table(InMemory(self.items, self.clock.seconds))

    def copy(self) -> Scene:
        return Scene(self.kept, {key: dict(item) for key, item in self.items.items()}, Clock())

    def check(self, *values: int) -> None:
        """It can be read, also when what was let go has expired; the next write leaves nothing else."""
        assert self.kept.read(self.store()) in values
        self.clock.at += WHILE
        assert self.kept.read(self.store()) in values
        self.write(99 + int(WHILE.total_seconds()) // 2)()
        alive = self.clock.seconds() + WHILE.total_seconds()
        parts = [each for each in self.items.values() if each["pk"] == self.kept.parts and "body" in each]
        parts = [
            each for each in parts if each.get("ttl", alive) >= alive and not each["sk"].endswith("#0000")
        ]
        assert len({each["sk"][:-4] for each in parts}) == 1


def scene_of(name: str) -> Scene:
    scene = Scene(KEPT[name], {}, Clock())
    assert scene.write(1)()
    return scene


def calls_of(scene: Scene) -> int:
    writer = Writer(scene.copy().write(2), 2, 0)
    count = 0
    while not writer.ended:
        writer.advance()
        count += 1
    return count


def finish(writer: Writer) -> None:
    while not writer.ended:
        writer.advance()


@pytest.mark.parametrize("name", KEPT)
def test_every_meeting_of_two_writers(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The one goes so far, the other so far, then the one to its end, then the other."""
    with paused_files(monkeypatch):
        before = scene_of(name)
        count = calls_of(before)
        assert count > 3
        for far, near in product(range(count + 1), repeat=2):
            scene = before.copy()
            one, other = Writer(scene.write(2), 2, 0), Writer(scene.write(3), 3, 0)
            for writer, calls in ((one, far), (other, near)):
                for _ in range(calls):
                    if not writer.ended:
                        writer.advance()
            finish(one)
            assert scene.kept.read(scene.store()) in (1, 2, 3)
            finish(other)
            scene.check(2, 3)


@pytest.mark.parametrize("repeats", [True, False])
@pytest.mark.parametrize("name", KEPT)
def test_a_call_that_is_repeated_and_one_that_is_the_last(
    name: str, monkeypatch: pytest.MonkeyPatch, repeats: bool
) -> None:
    with paused_files(monkeypatch):
        before = scene_of(name)
        for calls in range(calls_of(before)):
            scene = before.copy()
            writer = Writer(scene.write(2), 2, 0)
            for _ in range(calls):
                writer.advance()
            if repeats:
                writer.advance(repeats=True)
                finish(writer)
            else:
                writer.kill()
            scene.check(*((2,) if repeats else (1, 2)))


def test_every_place_of_parts_meets_writers_here() -> None:
    places = [
        f"{file.name}:{node.lineno}"
        for file in (ROOT / "src").rglob("*.py")
        if not file.name.endswith("_test.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Place")
        or (isinstance(node, ast.ClassDef) and "Place" in map(ast.unparse, node.bases))
    ]
    assert len(places) == len(KEPT), f"{places}: add what is new to KEPT"


@pytest.mark.parametrize("name", KEPT)
def test_writers_that_meet_in_a_table(name: str, monkeypatch: pytest.MonkeyPatch, share: float) -> None:
    with paused_files(monkeypatch):
        meet(Meeting, name, max(4, int(40 * share)), 10)


@pytest.mark.parametrize("name", KEPT)
def test_writers_that_meet_in_files(name: str, monkeypatch: pytest.MonkeyPatch, share: float) -> None:
    with paused_files(monkeypatch):
        meet(MeetingOverFiles, name, max(6, int(100 * share)), 12)
