"""Published: the read models of one kind that another function builds and leaves in the bucket.

A request makes small ones by itself. For a large one it looks here, has the function build it, and says how
long that has been; it makes it by itself, piece by piece, where nobody can be asked or nothing comes of it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from services.cloud.deadline import sharing
from services.read.builds import OnItsWay, Progress
from services.read.snapshots import NONE_YET, OTHER_STATE, Snapshots

GIVES_UP = 180.0  # seconds until a request helps itself: Lambda tries a second time after one minute
LOOK_AGAIN = 15.0  # seconds until a bucket is asked again that could not be read


def nobody() -> bool:
    """There is no function to ask."""
    return False


class Published:
    """ask: has the function build what is missing, and answers whether it will. wall: seconds since 1970."""

    def __init__(
        self,
        snapshots: Snapshots,
        ask: Callable[[], bool] = nobody,
        log: Callable[[str], object] = str,
        wall: Callable[[], float] = time.time,
    ) -> None:
        self._snapshots, self._ask, self._log, self._wall = snapshots, ask, log, wall
        self._missing: tuple[str, float] = "", 0.0  # which state, and since when
        self._failed = float("-inf")

    def load(self, mark: str, target: Path, progress: Progress) -> bool:
        """Whether `target` is there now, of the state `mark`; False: make it here.

        Raises OnItsWay while the function may be at it.
        """
        now = self._wall()
        if now - self._failed < LOOK_AGAIN:
            return False
        with sharing(1 / 2):  # a bucket that hangs leaves time for the rest
            problem = self._snapshots.load(target, mark)
        if not problem:
            return True
        if problem not in (NONE_YET, OTHER_STATE):
            self._failed = now
            self._log(f"{target.name} is made here: {problem}")
            self._ask()  # which finds what is damaged
            return False
        if self._missing[0] != mark:
            self._missing = mark, now
        if now - self._missing[1] < GIVES_UP and self._ask():
            raise OnItsWay(replace(progress, since=self._missing[1]), now)
        return False
