"""Continued: what AWS has answered of a scope that takes longer than a delivery has; the next goes on there.

The steps of a collection are run again from the start; what was answered before is not asked again. Nor is
what was read of a long list of the scope itself (continued_list).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from errors import CollectError, Unavailable
from services.collect.continued_list import ContinuedList, Following, nothing_follows
from services.collect.kept_answers import ANSWER, ERROR, Answers, answer_of, key_of, to_keep
from services.models.kit.base import Call, Source
from services.models.kit.values import Item

GRACE = 30.0  # seconds that a list which has begun may take longer


class OutOfTime(Exception):
    """What time is left is needed to keep what was answered."""


@dataclass(frozen=True)
class Continued:
    """A Source that asks only what was not answered yet.

    listing: the scope's own list. left: tells the seconds in which may still be asked. following: what asks
    for the page after one of the list.
    """

    source: Source
    listing: Call
    answers: Answers
    left: Callable[[], float]
    following: Following = nothing_follows

    @property
    def region(self) -> str:
        return self.source.region

    def pages(self, call: Call, region: str | None = None) -> Iterator[Item]:
        """Raises OutOfTime before a page that there is no time for."""
        if call == self.listing and region is None:
            own = ContinuedList(call, self._own_list, self.answers, self.following)
            yield from own.pages()
            return
        key = key_of(call.service, call.operation, region, {"": "pages", **call.parameters})
        known = self.answers.take(key)
        if known is None:
            known = self._asked(key, lambda: [dict(page) for page in self._in_time(call, region)])
        yield from answer_of(known) or ()

    def call(
        self,
        service: str,
        operation: str,
        *,
        absent: Sequence[str] = (),
        region: str | None = None,
        **parameters: Any,
    ) -> Item | None:
        """The answer, or the error, of now or before. Raises OutOfTime for what there is no time to ask."""
        key = key_of(service, operation, region, parameters)
        known = self.answers.take(key)
        if known is None:
            self._check()
            where = {"region": region} if region else {}
            known = self._asked(
                key, lambda: self.source.call(service, operation, absent=absent, **where, **parameters)
            )
        answer: Item | None = answer_of(known)
        return answer

    def _asked(self, key: str, ask: Callable[[], Any]) -> dict[str, Any]:
        with self.answers.asking():
            try:
                known = {ANSWER: to_keep(ask())}
            except Unavailable:
                raise
            except CollectError as error:
                known = {ERROR: {"kind": type(error).__name__, **vars(error)}}
            self.answers.add(key, known)
        return known

    def _own_list(self, call: Call) -> Iterator[Item]:
        return self._in_time(call, None)

    def _in_time(self, call: Call, region: str | None) -> Iterator[Item]:
        self._check()
        for page in self.source.pages(call, region) if region else self.source.pages(call):
            yield page
            self._check(GRACE)

    def _check(self, grace: float = 0.0) -> None:
        if self.left() + grace < 0:
            raise OutOfTime
