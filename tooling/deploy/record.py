"""Deployments, written down where the releases are; one whose smoke test fails is taken back."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from errors import PoloError
from services.models.domain.release import Deployment, StackEvent
from services.models.kit.values import iso, whole_text
from services.releases.releases import Releases
from tooling.deploy.deploy import Deployed, Order, deploy, stack_of
from tooling.deploy.stack import Event, Tell
from tooling.local.target import Target
from tooling.release.store import fetch, make_bucket, record, releases_of

FOLDER = Path(".local/releases")
MOST_EVENTS = 100  # of a deployment that are kept
_LONGEST = 500  # characters of a reason

Deploy = Callable[[Order], Deployed]
Clock = Callable[[], datetime]


def releases_at(target: Target) -> Releases:
    """The releases of the account that the target is in. Raises CollectError."""
    return releases_of(target.source, target.account().id)


def of_release(root: Path, order: Order, releases: Releases, id: str) -> Order:
    """The order for the very bytes of a release. Raises UnknownName, CollectError, PoloError."""
    folder = fetch(releases, id, root / FOLDER)
    if not (folder / f"assembly-{order.target.name}").is_dir():
        raise PoloError(
            f"release {id} has no stack for {order.target.name}", f"inv deploy {order.target.options}"
        )
    return replace(order, release=id, app=folder)


def before(releases: Releases, target: Target) -> str:
    """The release that a rollback leads to. Raises PoloError when there is none."""
    found = releases.place(target.name).before
    if found is None:
        raise PoloError(
            f"no other release ran in {target.name} before the one that runs",
            f"inv releases {target.options}, then inv deploy {target.options} --release ID",
        )
    return found


def carry_out(
    root: Path,
    order: Order,
    releases: Releases,
    run: Deploy,
    *,
    back: bool = False,
    tell: Tell = print,
    clock: Clock = lambda: datetime.now(UTC),
) -> Deployed:
    """Run a deployment and write down how it ended. back: it is a rollback.

    When its smoke test fails, the release before is deployed again, if one ran, and that is raised as a
    PoloError. A rollback is not taken back: what it leaves is worse.
    """
    log = _Log(order, releases, back, clock)
    try:
        done = run(order)
    except PoloError as error:
        log.failed(str(error))
        raise
    if not done.verdict.failed:
        log.done(tell)
        return done
    runs = releases.place(order.target.name).now
    if back or runs is None or runs.release in ("", order.release):
        log.done(tell, trouble=f"the smoke test failed: {done.verdict.failed}")
        return done
    tell(f"the smoke test failed: {done.verdict.failed}; deploying {runs.release} again")
    trouble = _again(root, order, releases, runs.release, done.verdict.failed)
    log.failed(trouble)
    raise PoloError(trouble, f"inv logs -f PoloFunction {order.target.options}")


def _again(root: Path, order: Order, releases: Releases, release: str, why: str) -> str:
    """Deploy the release that ran; how that went. Nobody is asked: what is new was there for minutes."""
    try:
        after = deploy(root, of_release(root, replace(order, yes=True), releases, release))
        trouble = after.verdict.failed and f", and fails the smoke test too: {after.verdict.failed}"
    except PoloError as error:
        return f"the smoke test failed: {why}; release {release} can't be deployed again: {error}"
    return f"the smoke test failed: {why}; release {release} runs again{trouble}"


class _Log:
    """What is written down of one deployment: the stack's events since it began."""

    def __init__(self, order: Order, releases: Releases, back: bool, clock: Clock) -> None:
        self._order, self._releases, self._back, self._clock = order, releases, back, clock
        self._stack = stack_of(order.target)
        self._seen = {event.id for event in self._stack.events()}
        self._started = clock()

    def done(self, tell: Tell, trouble: str = "") -> None:
        """It runs. What can't be written down is only told: it runs all the same."""
        try:
            make_bucket(self._releases.bucket)
            self._write(trouble, ran=True)
        except PoloError as error:
            tell(f"this deployment is not written down: {error}")

    def failed(self, trouble: str) -> None:
        """It does not run; if the stack was not touched there is nothing to tell, nor without a bucket."""
        try:
            if self._events():
                self._write(trouble, ran=False)
        except PoloError as error:
            print(f"this deployment is not written down: {error}", file=sys.stderr)

    def _write(self, trouble: str, *, ran: bool) -> None:
        started, ended = str(iso(self._started)), str(iso(self._clock()))
        events = tuple(map(_plain, self._events()[:MOST_EVENTS]))
        deployment = Deployment(self._order.release, started, ended, trouble, events)
        record(self._releases, self._order.target.name, deployment, ran=ran, back=self._back)

    def _events(self) -> list[Event]:
        """The newest first."""
        return [event for event in reversed(self._stack.events()) if event.id not in self._seen]


def _plain(event: Event) -> StackEvent:
    reason = whole_text(" ".join(event.reason.split()))[:_LONGEST]
    return StackEvent(str(iso(event.time)), event.name, event.type, event.status, reason)
