"""Has another function of the environment do its work now: an asynchronous invocation, now and then."""

from __future__ import annotations

import json
import time
from collections.abc import Callable

from errors import PoloError
from services.cloud.aws import Aws, AwsSource
from services.models.kit.scope import GLOBAL

AGAIN = 60.0  # seconds until it is asked once more


def _own_account() -> AwsSource:
    return Aws(who="the function").source(GLOBAL)


class AskedFor:
    """A call asks the function of this name, unless it was asked just now; it never raises.

    name: qualified by its alias ("prod-SnapshotFunction:live"). kind: the read model that it shall build.
    """

    def __init__(
        self,
        name: str,
        kind: str,
        log: Callable[[str], object] = str,
        source: Callable[[], AwsSource] = _own_account,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.name = name
        self.kind = kind
        self._log = log
        self._source = source
        self._clock = clock
        self._asked = float("-inf")
        self._taken = False

    def __call__(self) -> bool:
        """Whether it has taken the last request."""
        if self._clock() - self._asked < AGAIN:
            return self._taken
        self._asked = self._clock()
        self._log(f"Asking {self.name} for {self.kind}")
        asked = {"FunctionName": self.name, "InvocationType": "Event"}
        try:
            self._source().call("lambda", "invoke", **asked, Payload=json.dumps({"model": self.kind}))
            self._taken = True
        except PoloError as error:  # in time, too, it may not answer
            self._log(f"{self.name} can't be asked: {error}")
            self._taken = False
        return self._taken
