"""FindingStore: where findings and mutes are kept. One conformance suite runs against every one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from errors import PoloError
from services.models.domain.finding import Entry, Mute
from services.models.domain.told import Told


@dataclass(frozen=True)
class Ledger:
    """The findings of an account. version: "" before the first; inspected: ISO 8601, UTC.

    trouble: why the entries can't be read, None if they can; the next ledger that is kept replaces them.
    """

    account: str
    entries: tuple[Entry, ...] = ()
    inspected: str = ""
    version: str = ""
    trouble: PoloError | None = None


class FindingStore(Protocol):
    """Each write is atomic: a reader sees one whole ledger or the next."""

    def versions(self) -> dict[str, str]:
        """Account -> version of its ledger; cheap."""
        ...

    def counts(self) -> dict[str, int | None]:
        """Account -> how many findings its ledger has, None where an earlier version has not said; cheap."""
        ...

    def ledger(self, account: str) -> Ledger:
        """The account's findings; an empty one when it was never inspected."""
        ...

    def keep(self, known: Ledger, entries: Sequence[Entry], inspected: str) -> bool:
        """Put these in place of what `known` was read from; False when somebody else did meanwhile."""
        ...

    def mutes(self) -> tuple[Mute, ...]:
        """The mutes, also those that have expired, by id."""
        ...

    def mute(self, mute: Mute) -> None:
        """Keep this mute; one with the same id is replaced."""
        ...

    def unmute(self, id: str) -> None:
        """Forget a mute; none with that id is no error."""
        ...

    def put_back(self, mutes: Sequence[Mute], known: Sequence[Mute]) -> bool:
        """Keep these mutes, all in one write where there are at most 100; others stay.

        known: as `mutes` has answered; False, and nothing is written, where one of them is another now.
        """
        ...

    def told(self, channel: str) -> Told:
        """What was told in that channel; nothing before the first time. With `trouble` if that is lost."""
        ...

    def tell(self, known: Told, now: Told) -> bool:
        """Put this in place of what was `known`; False when somebody else did meanwhile."""
        ...
