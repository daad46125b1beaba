"""A scope's own list over several deliveries: what one has read is kept, and what asks for the rest.

A list that ends within a minute or two is asked anew by the next delivery, and tells what has appeared and
vanished meanwhile; of a longer one that is used which was kept, and only the rest is asked.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from errors import CollectError, Unavailable
from services.collect.kept_answers import ANSWER, Answers, key_of, to_keep
from services.models.kit.base import Call
from services.models.kit.values import Item

MOST_KEPT = 32_000_000  # bytes of JSON of one list: some 150 MB as objects, of a function's 512
REFUSED = "the list could not go on where an earlier delivery had stopped, and was begun again once: {}"

# a page of a call -> the parameters that ask for the one after it, none after the last
Following = Callable[[Call, Item], Mapping[str, Any]]


def nothing_follows(call: Call, page: Item) -> Mapping[str, Any]:
    """Of a source whose lists can't be gone on with."""
    return {}


@dataclass
class ContinuedList:
    """The list of one scope in one delivery. ask: gives the pages of a call while there is time."""

    call: Call
    ask: Callable[[Call], Iterator[Item]]
    answers: Answers
    following: Following

    def pages(self) -> Iterator[Item]:
        """All pages. Where AWS refuses to go on (the token of an earlier delivery has expired), the list is
        begun again, once; raises CollectError when it refuses again.

        A page is known by what asked for it, so that the pages of deliveries side by side are never mixed.
        """
        kept = self._kept()
        if kept and not kept[-1]["next"]:
            yield from (each["page"] for each in kept)
            return
        rest = self._asked(kept[-1]["next"], kept[-1]["size"]) if kept else self._asked({}, 0)
        try:
            first = next(rest, None)
        except Unavailable:
            raise
        except CollectError as error:
            if not kept:
                raise
            kept, rest = [], self._begin_again(error)
            first = next(rest, None)
        yield from (each["page"] for each in kept)
        if first is not None:
            yield first
            yield from rest

    def _kept(self) -> list[dict[str, Any]]:
        kept: list[dict[str, Any]] = []
        while (known := self.answers.take(self._key(kept[-1]["next"] if kept else {}))) is not None:
            kept.append(known[ANSWER])
            if not kept[-1]["next"]:
                break
        return kept

    def _asked(self, after: Mapping[str, Any], size: int) -> Iterator[Item]:
        goes_on, keys = bool(after), []
        for page in self.ask(replace(self.call, parameters={**self.call.parameters, **after})):
            follows = self.following(self.call, page)
            if after or follows:
                told = to_keep(page)
                size += len(json.dumps(told, default=str))
                if size <= MOST_KEPT:
                    keys.append(self._key(after))
                    self.answers.add(keys[-1], {ANSWER: {"page": told, "next": dict(follows), "size": size}})
            after = follows
            yield page
        if not goes_on:
            self.answers.forget(keys)

    def _begin_again(self, error: CollectError) -> Iterator[Item]:
        if self.answers.begun_again:
            raise type(error)(REFUSED.format(error.message), error.way_out, error.code) from None
        self.answers.begin_again()
        return self._asked({}, 0)

    def _key(self, after: Mapping[str, Any]) -> str:
        asked = {"": "page", "again": self.answers.begun_again, **self.call.parameters, **after}
        return key_of(self.call.service, self.call.operation, None, asked)
