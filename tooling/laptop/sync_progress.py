"""How a sync shows that it is at work: bars on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Protocol, Self, TextIO

from services.data_service import Collected

if TYPE_CHECKING:
    from rich.progress import Progress as RichProgress
    from rich.progress import TaskID


class Progress(Protocol):
    """Entered for the time of the collection."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def done(self, collected: Collected) -> None: ...

    def saved(self, line: str) -> None: ...


def progress(totals: Mapping[str, int], names: Mapping[str, str], out: TextIO) -> Progress:
    """totals: number of scopes by account id; names: what to call the accounts."""
    return Bars(totals, names) if out is sys.stdout and out.isatty() else Lines(out)


class Lines:
    def __init__(self, out: TextIO) -> None:
        self._out = out

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def done(self, collected: Collected) -> None: ...

    def saved(self, line: str) -> None:
        print(line, file=self._out, flush=True)


class Bars:
    """A bar for each profile, with the resources found and the scopes that failed."""

    def __init__(self, totals: Mapping[str, int], names: Mapping[str, str]) -> None:
        self._bars = _rich_progress()
        self._tasks: dict[str, TaskID] = {
            account: self._bars.add_task(names.get(account, account), total=total, found=0, errors="")
            for account, total in totals.items()
        }
        self._found: Counter[str] = Counter()
        self._errors: Counter[str] = Counter()

    def __enter__(self) -> Self:
        self._bars.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bars.stop()

    def done(self, collected: Collected) -> None:
        account = collected.scope.account
        self._found[account] += len(collected.resources or ())
        self._errors[account] += collected.resources is None and not collected.closed
        errors = f"[red]{self._errors[account]} failed" if self._errors[account] else ""
        self._bars.update(self._tasks[account], advance=1, found=self._found[account], errors=errors)

    def saved(self, line: str) -> None: ...


def _rich_progress() -> RichProgress:
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    return Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[found]:,} resources"),
        TextColumn("{task.fields[errors]}"),
        TimeElapsedColumn(),
    )
