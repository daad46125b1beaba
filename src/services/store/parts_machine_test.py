"""Every store, in a table and in files: writers that meet at any call, die there, and items that get lost.

A reader finds one whole generation, or nothing or an error where something is lost; after the next write that
comes through all is there again; and History leads from the first generation to the last, but for what was
lost of it and of heads: then from the next one on.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from errors import PoloError
from services.conformance_test import VOLUMES, at, ids, make_table, moto_client
from services.store.changes import fingerprint
from services.store.dynamo_items import resource_sk, resources_pk
from services.store.dynamo_table import Table
from tests.kept_parts import KEPT, STEP, Kept, write_scope
from tests.turns import START, Clock, Paused, Writer, paused_files

pytestmark = pytest.mark.usefixtures("aws")

WHILE = timedelta(days=3)  # longer than any parts stay that were let go
MOST_OFTEN = 3  # times that this passes: no report and no daily value expires in all
ROUNDS = 500  # storage calls that a writer needs at most


class Meeting(RuleBasedStateMachine):
    """Over the table of one store."""

    kept: Kept
    has_items = True
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
        self.history_is_whole = True
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

    @precondition(lambda self: self.has_items)
    @rule()
    def head_is_lost(self) -> None:
        if self.table().get(self.kept.head, expired=True):
            self.table().write(deletes=[self.kept.head])
            self.step += 1
            self.lost, self.lost_at = True, self.step
            self.history_is_whole = False  # an older generation may come now

    @precondition(lambda self: self.has_items and self.kept.write is write_scope)
    @rule(which=st.integers(0, 9))
    def history_is_lost(self, which: int) -> None:
        found = [*self.table().query(f"H#{VOLUMES.account}", only=("pk", "sk"))]
        for item in found[which % len(found) :][:1] if found else ():
            self.table().write(deletes=[(item["pk"], item["sk"])])
            self.history_is_whole = False

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
        head = self.table().get(self.kept.head) or {}
        if not head.get("applied"):  # of a first generation, of which nothing else has all yet
            self.history_is_whole = False
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
            # one that is at it since before may have written what was lost, and point the head at it yet
            if writer.done and all(each.began >= self.lost_at for each in (writer, *self.writers)):
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
        self._write_at_the_end()
        self.check_end()

    def _write_at_the_end(self) -> None:
        self.now += int(WHILE.total_seconds() * 1000)
        self.clock.at += WHILE
        value, work = self._work(0)
        assert work()
        self.lost = False
        self.reader_finds_one_whole_generation()
        assert self.seen[-1][1] == value

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
            self._check_scope()

    def _check_scope(self) -> None:
        if self.history_is_whole:
            self._check_history(*self.seen[0])
        last = self.seen[-1]
        self._write_at_the_end()
        self._check_history(*last)
        items = self.table().query(resources_pk(VOLUMES), prefix=resource_sk(VOLUMES, ""))
        alone = [(item["sk"], item["h"]) for item in items]
        there = [*self.store().resources(VOLUMES)]
        assert alone == [(resource_sk(VOLUMES, each["id"]), fingerprint(each)) for each in there]

    def _check_history(self, first: int, value: int) -> None:
        """From that generation on, which had this value."""
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

    has_items = False

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


@pytest.mark.parametrize("name", KEPT)
def test_writers_that_meet_in_a_table(name: str, monkeypatch: pytest.MonkeyPatch, share: float) -> None:
    with paused_files(monkeypatch):
        meet(Meeting, name, max(4, int(40 * share)), 10)


@pytest.mark.parametrize("name", KEPT)
def test_writers_that_meet_in_files(name: str, monkeypatch: pytest.MonkeyPatch, share: float) -> None:
    with paused_files(monkeypatch):
        meet(MeetingOverFiles, name, max(6, int(100 * share)), 12)
