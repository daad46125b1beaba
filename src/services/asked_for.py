"""Has another function of the environment do its work now: an asynchronous invocation, now and then."""

from __future__ import annotations

import time
from collections.abc import Callable

from errors import CollectError
from services.aws import Aws, AwsSource
from services.models.scope import GLOBAL

AGAIN = 60.0  # seconds until it is asked once more


def _own_account() -> AwsSource:
    return Aws(who="the function").source(GLOBAL)


class AskedFor:
    """A call asks the function of this name, unless it was asked just now; it never raises.

    name: qualified by its alias ("prod-SnapshotFunction:live").
    """

    def __init__(
        self,
        name: str,
        log: Callable[[str], object] = str,
        source: Callable[[], AwsSource] = _own_account,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.name = name
        self._log = log
        self._source = source
        self._clock = clock
        self._asked = float("-inf")

    def __call__(self) -> None:
        if self._clock() - self._asked < AGAIN:
            return
        self._asked = self._clock()
        self._log(f"Asking {self.name} for a snapshot")
        try:
            self._source().call("lambda", "invoke", FunctionName=self.name, InvocationType="Event")
        except CollectError as error:
            self._log(f"{self.name} can't be asked: {error}")
