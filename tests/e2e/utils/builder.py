"""What a test makes in a member account to be found there: it costs nothing, and is there at once."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from errors import CollectError
from services.cloud.aws import Aws
from services.models.kit.scope import Account
from tests.e2e.utils.system import System
from tests.e2e.utils.waiting import until


@contextmanager
def log_group(system: System, account: Account) -> Iterator[str]:
    """The name of a log group that keeps everything; gone afterwards, if the test has not deleted it."""
    source, name = Aws(account.name).source(system.regions[0]), f"/e2e/{secrets.token_hex(4)}"
    source.call("logs", "create_log_group", logGroupName=name, tags=dict(system.tags))
    try:
        yield name
    finally:
        with suppress(CollectError):
            source.call("logs", "delete_log_group", logGroupName=name)


def listed(system: System, type: str, account: Account, id: str) -> Any:
    """The resource as the console lists it; None when it does not."""
    found = system.json(f"/resources/{type}?account={account.id}&q={id}")["resources"]
    return next((each for each in found if each["id"] == id), None)


def collect(system: System, type: str, account: Account, id: str, *, there: bool = True) -> Any:
    """Collect, and wait until the console lists that resource, or until it does not any more."""
    system.run("SyncFunction")
    return until(
        lambda: (
            (listed(system, type, account, id) or False) if there else not listed(system, type, account, id)
        )
    )
