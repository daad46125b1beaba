"""Every meeting of two writers, over a table in memory; and each call as the last one, or sent twice."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from services.store.dynamo_table import Item, Key
from settings import ROOT
from tests.kept_parts import KEPT, STEP, Kept
from tests.turns import START, Clock, InMemory, Writer, paused_files

WHILE = timedelta(days=3)  # longer than any parts stay that were let go


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
        for node in ast.walk(ast.parse(_over_parts(file)))
        if (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Place")
        or (isinstance(node, ast.ClassDef) and "Place" in map(ast.unparse, node.bases))
    ]
    assert len(places) == len(KEPT), f"{places}: add what is new to KEPT"


def _over_parts(file: Path) -> str:
    """The source of a module that uses services.store.parts; nothing of any other."""
    source = file.read_text(encoding="utf-8")
    return source if "from services.store.parts import" in source else ""
