"""Releases: what was built, what runs where since when, and how the last deployment went."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

MOST_RUNS = 50  # of an environment that are kept


@dataclass(frozen=True)
class Release:
    """An immutable build. id: <time>-<commit>-<hash>. pushed: ISO 8601, UTC. digest: SHA-256 of its content.

    tests: the layers of the test pyramid that passed. seconds: what they took. size: bytes of all files.
    """

    id: str
    pushed: str
    commit: str
    subject: str
    digest: str
    tests: tuple[str, ...]
    seconds: float
    size: int


@dataclass(frozen=True)
class Run:
    """A release took over an environment. release: "" for a working tree. back: by a rollback."""

    release: str
    since: str
    back: bool = False


@dataclass(frozen=True)
class StackEvent:
    """One line of CloudFormation's log. at: ISO 8601, UTC."""

    at: str
    resource: str
    type: str
    status: str
    reason: str = ""

    @property
    def failed(self) -> bool:
        return self.status.endswith("_FAILED")


@dataclass(frozen=True)
class Deployment:
    """The last one of an environment. trouble: why it failed, else ""; events: newest first."""

    release: str
    started: str
    ended: str
    trouble: str = ""
    events: tuple[StackEvent, ...] = ()


@dataclass(frozen=True)
class Place:
    """An environment. runs: all that took it over, the newest last."""

    environment: str
    runs: tuple[Run, ...] = ()
    last: Deployment | None = None

    @property
    def now(self) -> Run | None:
        """What runs; None before the first deployment."""
        return self.runs[-1] if self.runs else None

    @property
    def before(self) -> str | None:
        """The release before the one that runs, where a rollback leads; after one it is one further back."""
        standing = [run.release for run in _standing(self.runs)]
        others = (release for release in reversed(standing[:-1]) if release not in ("", standing[-1]))
        return next(others, None)


@dataclass(frozen=True)
class Deployments:
    """What the page shows. releases: newest first, `count` of them in all. latest: a release's id or ""."""

    releases: tuple[Release, ...] = ()
    count: int = 0
    latest: str = ""
    places: tuple[Place, ...] = ()


def _standing(runs: Iterable[Run]) -> list[Run]:
    """The runs that no rollback has taken back, each release once in a row."""
    standing: list[Run] = []
    for run in runs:
        if run.back:
            while standing and standing[-1].release != run.release:
                standing.pop()
        if not standing or standing[-1].release != run.release:
            standing.append(run)
    return standing
