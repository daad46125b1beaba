"""Collects again on this machine: in a process of its own, as `inv sync` does, these scopes alone.

A process, because the dev server ends an environment with every save, and its threads with it. It touches a
file while it runs (tooling/laptop/sync_again.py), so that every environment sees it, and that it has died.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path

from services.collect.again import Busy, CantCollect
from services.models.kit.scope import Account, Scope, ScopeHead
from services.read.estate_source import EstateSource
from services.store.files import read_note, writing

DATA_FILE = "local_data.json"  # what inv sync writes
DEAD = 15.0  # seconds since a running collection has touched its file
TOLD = 3600.0  # seconds that the trouble of the last one is shown
START = (
    "import sys; sys.path[:0] = sys.argv[1:3]; "
    "from tooling.laptop.sync_again import main; sys.exit(main(*sys.argv[3:]))"
)


class LocalCollector:
    """data_file: where the estate is from. root: of the checkout. start: starts a process. now: seconds since
    1970.
    """

    def __init__(
        self,
        data_file: Path,
        estate: EstateSource,
        root: Path,
        start: Callable[[Sequence[str], Path], object] | None = None,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._data_file = data_file
        self._estate = estate
        self._root = root
        self._start = start or partial(_start, root)
        self._now = now
        folder = data_file.parent / ".again"
        self._running, self._last, self._log = (
            folder / name for name in ("running.json", "last.json", "log.txt")
        )

    def refusal(self) -> str:
        if self._estate.current().demo:
            return "this is the demo estate; inv sync collects your own accounts"
        if self._data_file.name != DATA_FILE:
            return f"inv sync writes {DATA_FILE}, and LOCAL_DATA_PATH is {self._data_file}"
        return ""

    def covers(self, types: Iterable[str]) -> tuple[str, ...]:
        return tuple(types)

    def heads(self, account: str) -> tuple[ScopeHead, ...]:
        return tuple(head for head in self._estate.current().heads() if head.scope.account == account)

    def ask(self, account: Account, scopes: Sequence[Scope]) -> None:
        if why := self.refusal():
            raise CantCollect(why)
        if running := self.under_way():
            raise Busy(f"{running} is being collected", "wait until it is done")
        with writing(self._running):
            self._running.unlink(missing_ok=True)  # of one that died
            self._running.parent.mkdir(parents=True, exist_ok=True)
            try:
                with self._running.open("x", encoding="utf-8") as file:  # one of two who ask at once
                    json.dump({"account": account.name, "scopes": scopes}, file)
            except FileExistsError:
                raise Busy(f"{account.name} is being collected", "wait until it is done") from None
            self._last.unlink(missing_ok=True)
        name, id = (account.name, account.id) if account.id.isdigit() else ("", "")
        places = (str(self._root), str(self._root / "src"), str(self._data_file.parent))
        try:
            self._start([sys.executable, "-c", START, *places, name, id], self._log)
        except OSError as error:
            self._running.unlink(missing_ok=True)
            raise CantCollect(f"can't start a process: {error.strerror}") from None

    def at_work(self, asked: float) -> bool:
        return bool(self.under_way())

    def under_way(self) -> str:
        try:
            alive = abs(self._now() - self._running.stat().st_mtime) < DEAD  # from the future: a wrong clock
        except FileNotFoundError:
            return ""
        return read_note(self._running).get("account") or "an account" if alive else ""

    def trouble(self) -> str:
        if self._running.exists() and not self.under_way():
            account = read_note(self._running).get("account")
            return f"The collection of {account} has died; {self._log} may say why."
        last = read_note(self._last)
        ended = last.get("ended")
        recent = isinstance(ended, (int, float)) and abs(self._now() - ended) <= TOLD
        if not last.get("code") or not recent:
            return ""
        return f"{last.get('account')}: {last.get('said')}"


def _start(root: Path, command: Sequence[str], log: Path) -> None:
    with log.open("wb") as out:
        subprocess.Popen(  # noqa: S603  this interpreter, our module
            command, cwd=root, stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True
        )
