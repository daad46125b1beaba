"""Questions about what a list named, and what becomes of those that AWS does not answer.

Gone: the item is dropped. Denied, or failed otherwise: the item stays, what the answer would tell is unknown,
and the item says so under DENIED_KEY or UNANSWERED_KEY. Where the answer would have listed items, they are a
lost part of the scope, of which what is stored stays. Throttled: asked again, and once botocore's own tries
and these are used up, the scope fails: half of it would be as old as the last collection, and look complete.
What concerns everything fails the scope as well: credentials that have expired or are not valid, and no way
to the service that has just answered with the list.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from errors import CollectError
from services.models.kit.base import DENIED_KEY, UNANSWERED_KEY, Call, Source
from services.models.kit.error_codes import (
    DENIED,
    EC2_GONE,
    EITHER,
    EXPIRED,
    GONE,
    INVALID,
    MISSING,
    NOT_OFFERED,
    SKEWED,
    THROTTLED,
    UNREACHABLE,
)
from services.models.kit.iam_actions import action_of, api_name
from services.models.kit.lost import Part, lose
from services.models.kit.values import Item, at, texts

TRIES, PAUSE = 3, 0.5  # seconds, doubled each time; botocore has waited for up to a minute before
ODD = "odd answer"  # in the place of an error code
NOTHING: Item = {}
T = TypeVar("T")


class Gone(Exception):
    """What was listed is not there any more."""


@dataclass
class Questions:
    """The questions about one item, or about several at once; the marks that they leave.

    home: the service that the list was asked of. one: about one item, which may be gone. dead: endpoints
    (service, region) that could not be reached; they are not asked again.
    """

    source: Source
    home: str = ""
    one: bool = True
    dead: dict[tuple[str, str | None], str] = field(default_factory=dict)
    denied: list[str] = field(default_factory=list)
    unanswered: list[str] = field(default_factory=list)

    def call(
        self,
        service: str,
        operation: str,
        *,
        gone: Sequence[str] = GONE,
        none: Sequence[str] = (),
        otherwise: Item = NOTHING,
        region: str | None = None,
        **parameters: Any,
    ) -> Item | None:
        """One answer, `otherwise` where AWS says with a code of `none` that there is none; None: unknown.

        gone: codes that mean that the item does not exist, as "Code" or as "Code: words of its message".
        Raises Gone for them, and CollectError for what concerns the whole scope.
        """
        codes = tuple(gone) if self.one else ()
        where = {"region": region} if region else {}

        def answer() -> Item:
            found = self.source.call(service, operation, absent=codes, **where, **parameters)
            if found is None and codes:
                raise Gone
            return _mapping(found)

        return self.ask(service, operation, answer, gone=codes, none=none, region=region, otherwise=otherwise)

    def listed(
        self,
        call: Call,
        *,
        gone: Sequence[str] = GONE,
        region: str | None = None,
        part: Part | None = None,
    ) -> list[Any] | None:
        """What is in the list `call.items` of all pages; None: unknown. Raises as `call` does.

        part: it is items that are listed, those of this part of the scope, which must not be lost unseen. A
        page without the list is empty, as it is of the type's own call.
        """
        name = call.items.partition("[")[0]
        pages = [region] if region else []

        def answer() -> list[Any]:
            found = (at(page, name) for page in self.source.pages(call, *pages))
            return [one for some in found for one in _list([] if part and some is None else some)]

        codes = tuple(gone) if self.one else ()
        return self.ask(
            call.service, call.operation, answer, gone=codes, region=region, otherwise=[], part=part
        )

    def ask(
        self,
        service: str,
        operation: str,
        answer: Callable[[], T],
        *,
        otherwise: T,
        gone: Sequence[str] = (),
        none: Sequence[str] = (),
        region: str | None = None,
        part: Part | None = None,
    ) -> T | None:
        """The answer, or `otherwise` for a code of `none`; None, and a mark, where there is none."""
        if code := self.dead.get((service, region)):
            self._unknown(service, operation, code, part)
            return None
        try:
            return patiently(answer)
        except OddAnswer:
            self._unknown(service, operation, ODD, part)
            return None
        except CollectError as error:
            if _is(error, none) or (part and error.code == NOT_OFFERED):
                return otherwise
            if gone and (_is(error, gone) or error.code.endswith(EC2_GONE)):
                raise Gone from None
            if self._concerns_all(error.code, service, region):
                raise
            if error.code in UNREACHABLE:
                self.dead[service, region] = error.code
            self._unknown(service, operation, error.code, part, error.action)
            return None

    def odd(self, service: str, operation: str) -> None:
        """Note that the answer to this question is not what AWS documents."""
        self._note(service, operation, ODD)

    def mark(self, item: Item) -> Item:
        """The item with the marks of these questions, beside those that it has."""
        marks = {DENIED_KEY: self.denied, UNANSWERED_KEY: self.unanswered}
        added = {
            key: list(dict.fromkeys((*texts(item, key), *names))) for key, names in marks.items() if names
        }
        return {**item, **added}

    def _unknown(self, service: str, operation: str, code: str, part: Part | None, action: str = "") -> None:
        if part:
            lose(part, f"{service} {api_name(operation)}: {code or 'failed'}")
        else:
            self._note(service, operation, code, action)

    def _note(self, service: str, operation: str, code: str, action: str = "") -> None:
        name = api_name(operation)
        if code in DENIED:
            self.denied.append(action or action_of(service, name))
        else:
            self.unanswered.append(f"{service} {name}: {code or 'failed'}")

    def _concerns_all(self, code: str, service: str, region: str | None) -> bool:
        """region: another one than the list's, where the same credentials may be refused."""
        if any(code in codes for codes in (EXPIRED, EITHER, SKEWED, MISSING, THROTTLED)):
            return True
        if code in UNREACHABLE:
            return region is None and service == self.home
        return code in INVALID and region is None


class OddAnswer(Exception):
    """An answer that is not what AWS documents."""


def patiently(answer: Callable[[], T]) -> T:
    """The answer; what is throttled is asked again. Raises CollectError."""
    for number in range(TRIES - 1):
        try:
            return answer()
        except CollectError as error:
            if error.code not in THROTTLED:
                raise
        time.sleep(PAUSE * 2**number)
    return answer()


def _is(error: CollectError, codes: Sequence[str]) -> bool:
    return any(
        error.code == code and words.strip().lower() in error.message.lower()
        for code, _, words in (each.partition(":") for each in codes)
    )


def _mapping(answer: Any) -> Item:
    if not isinstance(answer, Mapping):
        raise OddAnswer
    return answer


def _list(value: Any) -> list[Any]:
    if not isinstance(value, (list, tuple)):
        raise OddAnswer
    return list(value)
