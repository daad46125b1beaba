"""Writers that take turns: each goes from one storage call to the next when it is told to, or dies there."""

from __future__ import annotations

import fcntl
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from errors import PoloError
from services.store.dynamo_table import Item, Key, Table

START = datetime(2026, 11, 20, 12, tzinfo=UTC)
WRITES = ("update_item", "batch_write_item")


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
        if not self.ended:  # by an error that the machine has not settled
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
        patch.setattr("services.store.lock._wait", wait)
        patch.setattr("services.store.dynamo_items.PART", 150)
        patch.setattr("services.store.dynamo_daily.PART", 180)
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
