"""The tasks around releases: each is thin, and imports what it needs when it is called."""

from __future__ import annotations

import os

from invoke.context import Context

from tooling.deploy.ship_tasks import ENV, PROFILE, told
from tooling.polo_task import ROOT, changes, reads

HERE = "local for the local AWS; any other is in the account of the profile"


@changes("build, test and store a release", help={"profile": PROFILE, "env": HERE})
def push(c: Context, profile: str = "", env: str = "dev") -> None:
    """Build, test and store a release that every environment can run; unchanged, it does nothing."""
    from datetime import UTC, datetime

    from tooling.deploy.push import push, tested
    from tooling.deploy.record import releases_at
    from tooling.local.target import target

    shell = dict(os.environ)
    with told():
        here = target(ROOT, env, profile)
        print(push(ROOT, releases_at(here), datetime.now(UTC), test=lambda root: tested(root, shell)))


@reads(
    "ask the store for its releases",
    help={
        "profile": PROFILE,
        "env": f"{HERE}; with --show: whose template",
        "show": "a release: print its manifest and its template",
    },
)
def releases(c: Context, profile: str = "", env: str = "dev", show: str = "") -> None:
    """List the releases and where they run."""
    from tooling.deploy.record import releases_at
    from tooling.local.target import target
    from tooling.release.list import listed, shown

    with told():
        here = target(ROOT, env, profile)
        found = releases_at(here)
        print(shown(found, show, here.name) if show else listed(found))


@changes(
    "deploy the release before the one that runs",
    help={"profile": PROFILE, "env": ENV, "yes": "do not ask, whatever would be replaced or removed"},
)
def rollback(c: Context, env: str, profile: str = "", yes: bool = False) -> None:
    """Deploy the release before the one that runs: the very bytes that ran then."""
    from tooling.deploy.deploy import Order, conclude, deploy
    from tooling.deploy.record import before, carry_out, of_release, releases_at
    from tooling.local.target import target

    with told():
        here = target(ROOT, env, profile)
        found = releases_at(here)
        id = before(found, here)
        print(f"{here.stack} goes back to release {id}")
        order = of_release(ROOT, Order(here, yes=yes), found, id)
        conclude(here, carry_out(ROOT, order, found, lambda order: deploy(ROOT, order), back=True))
