"""`inv sweep`: what killed runs of tests have left, on this machine or in an account."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from errors import PoloError
from services.cloud.aws import Aws, AwsSource
from services.models.kit.base import Call
from services.models.kit.scope import GLOBAL
from services.models.kit.values import Item
from tooling import processes
from tooling.deploy.destroy import empty_and_delete
from tooling.deploy.stack import Stack, Tell
from tooling.local.aws import FOLDER, LocalAws
from tooling.local.target import check_profile

MARK = "polo:e2e"  # tag of what a run of tests makes in an account; its value says when it began
STACKS = Call("cloudformation", "describe_stacks", "Stacks[]")
PAUSE = 2.0


@dataclass(frozen=True)
class Leftover:
    what: str
    remove: Callable[[], object]


def sweep(
    root: Path,
    profile: str,
    *,
    force: bool,
    tell: Tell = print,
    ask: Callable[[str], str] = input,
) -> None:
    """List what is left, ask, and remove it: on this machine, or in the account of a profile.

    Only what carries the tests' own mark is ever touched. In an account a run may still be at work: the list
    says when it began. What can't be removed keeps nothing else from being removed. Raises PoloError.
    """
    profile = check_profile(profile)
    found = [*(_in_account(Aws(profile), tell) if profile else _here(root / FOLDER))]
    for each in found:
        tell(each.what)
    if not found:
        tell("no run of tests has left anything")
        return
    if not force:
        _confirm(len(found), ask)
    troubles = [trouble for each in found if (trouble := _remove(each))]
    if troubles:
        raise PoloError("; ".join(troubles), "see the events above, mend it, and inv sweep again")
    tell(f"{len(found)} removed")


def _here(folder: Path) -> Iterator[Leftover]:
    """Local AWSs whose run of tests has ended."""
    for file in sorted(folder.glob("*.pid")):
        run = _run_of(file)
        if run and file.stem.isdigit() and not processes.lives(run):
            local = LocalAws(folder, int(file.stem))
            state = "runs" if local.runs else "has ended"
            number = run.partition(" ")[0]
            yield Leftover(
                f"local AWS on port {local.port}, {state}; of tests (process {number})", local.remove
            )
    for path in sorted((*folder.glob("*.gone"), *folder.glob("*.tmp"))):
        if not path.with_suffix(".pid").exists():
            yield Leftover(f"temporary files of a local AWS: {path.name}", partial(_discard, path))


def _discard(folder: Path) -> None:
    """Another process may be removing it too."""
    shutil.rmtree(folder, ignore_errors=True)
    if folder.exists():
        raise OSError("not all of it can be removed")


def _run_of(file: Path) -> str:
    """The run of tests that a pid file names; empty for one of `inv aws start`."""
    try:
        return str(json.loads(file.read_text(encoding="utf-8")).get("run", ""))
    except (OSError, ValueError, AttributeError):
        return ""


def _in_account(aws: Aws, tell: Tell) -> Iterator[Leftover]:
    """Stacks with the mark, in the profile's region. Raises CollectError."""
    source = aws.source(GLOBAL)
    for page in source.pages(STACKS):
        for stack in page.get("Stacks", ()):
            if began := _mark_of(stack):
                yield _leftover(stack, began, source, tell)


def _leftover(found: Item, began: str, source: AwsSource, tell: Tell) -> Leftover:
    name, status = found["StackName"], found["StackStatus"]
    stack = Stack(str(name), source, pause=PAUSE)
    return Leftover(
        f"stack {name} in {source.region}, {status}; of tests that began {began}",
        lambda: empty_and_delete(stack, source, tell),
    )


def _mark_of(stack: Item) -> str:
    return next((str(tag["Value"]) for tag in stack.get("Tags", ()) if tag["Key"] == MARK), "")


def _confirm(count: int, ask: Callable[[str], str]) -> None:
    if not sys.stdin.isatty():
        raise PoloError(f"{count} would be removed", "run it on a terminal, which asks, or with --force")
    if ask(f"Remove {'it' if count == 1 else f'all {count}'}? [y/N] ").strip().lower() not in ("y", "yes"):
        raise PoloError("nothing was removed")


def _remove(leftover: Leftover) -> str:
    try:
        leftover.remove()
    except (PoloError, OSError) as error:
        return f"{leftover.what}: {error}"
    return ""
