"""The log of a deployed function: its last minutes, and what comes."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from errors import CollectError, PoloError
from tooling.blocks.blocks import read_functions
from tooling.deploy.stack import Tell
from tooling.local.target import Target
from tooling.names import one_of

BACK = 600  # seconds
LATE = 60  # seconds that a line may come after one that is younger
PAUSE = 2.0  # seconds between two looks


def logs(
    root: Path,
    target: Target,
    function: str,
    *,
    follow: bool,
    tell: Tell = print,
    now: float = 0.0,
    sleep: Callable[[float], None] = time.sleep,
) -> None:
    """Tell the last ten minutes of a function's log, and with `follow` what comes, until Ctrl-C.

    function: PoloFunction, or function as `inv invoke` takes it. Raises UnknownName, PoloError.
    """
    group = _log_group(root, target, function)
    start, seen = int((now or time.time()) - BACK) * 1000, set[str]()
    try:
        while True:
            for event in _events(target, group, start):
                id = str(
                    event.get("eventId") or (event["timestamp"], event["message"])
                )  # a local AWS has none
                if id not in seen:
                    seen.add(id)
                    start = max(start, event["timestamp"] - LATE * 1000)
                    tell(str(event["message"]).rstrip())
            if not follow:
                return
            sleep(PAUSE)
    except KeyboardInterrupt:
        return


def _log_group(root: Path, target: Target, function: str) -> str:
    names = {each.name: each.module.removeprefix("lambda_") for each in read_functions(root)}
    if function.casefold() in names.values():
        function = next(name for name, short in names.items() if short == function.casefold())
    return f"/aws/lambda/{target.function(one_of('function', function, names))}"


def _events(target: Target, group: str, start: int) -> Iterable[dict[str, Any]]:
    token: dict[str, str] = {}
    while True:
        try:
            page = target.call("logs", "filter_log_events", logGroupName=group, startTime=start, **token)
        except CollectError as error:
            if error.code != "ResourceNotFoundException":
                raise
            raise PoloError(
                f"there is no {group}: {target.stack} is not deployed", f"inv deploy {target.options}"
            ) from None
        yield from page.get("events", ())
        if not page.get("nextToken"):
            return
        token = {"nextToken": page["nextToken"]}
