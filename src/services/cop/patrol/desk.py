"""Desk: what Cloud Cop's pages ask. The rules are imported when a page asks for the first time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any, Protocol

from services.models.all import Everything
from services.models.domain.finding import Mute, RuleInfo, Verdict
from services.models.everything.query import Detail

if TYPE_CHECKING:
    from services.cop.judge.inspection import World
    from services.cop.store.findings import Findings
    from services.cop.store.port import FindingStore


class FindingsSource(Protocol):
    """Raises PoloError when the findings can't be read."""

    def current(self, everything: Everything, now: datetime) -> Findings: ...

    def at_hand(self, everything: Everything, now: datetime) -> Findings | None:
        """The same, but raises OnItsWay at once when they would have to be made first and that takes long."""
        ...


class Desk(Protocol):
    """Every method raises PoloError when the findings, the mutes or cop.toml can't be read."""

    def rules(self) -> Mapping[str, RuleInfo]: ...

    def store(self) -> FindingStore: ...

    def mutes(self) -> tuple[Mute, ...]:
        """Those that were entered, then the built-in ones."""
        ...

    def findings(self, everything: Everything, now: datetime) -> Findings: ...

    def at_hand(self, everything: Everything, now: datetime) -> Findings | None:
        """The same for a page that is about something else: it does not wait for what takes long."""
        ...

    def limits(self, rule: str) -> tuple[Mapping[str, Any], str]:
        """The rule's limits as cop.toml has them for everything, and where prices are from."""
        ...

    def why(
        self, everything: Everything, detail: Detail, now: datetime
    ) -> tuple[list[tuple[RuleInfo, Verdict]], str]:
        """Each rule of the resource's type with its verdict; and why none was asked, "" if all were."""
        ...


class CopDesk:
    """store, source, world: made when they are first needed."""

    def __init__(
        self,
        store: Callable[[], FindingStore],
        source: Callable[[], FindingsSource],
        world: Callable[[datetime], World],
    ) -> None:
        self.store = cache(store)
        self._source = cache(source)
        self._world = world

    @property
    def notice(self) -> str:
        """What pages say of findings that could not be read anew, mostly nothing."""
        made = self._source.cache_info().currsize  # no page pays for a source that it does not ask
        return getattr(self._source(), "notice", "") if made else ""

    def rules(self) -> Mapping[str, RuleInfo]:
        from services.cop.registry import RULES

        return RULES

    def mutes(self) -> tuple[Mute, ...]:
        from services.cop.store.default_mutes import DEFAULT_MUTES

        return (*self.store().mutes(), *DEFAULT_MUTES)

    def findings(self, everything: Everything, now: datetime) -> Findings:
        return self._source().current(everything, now)

    def at_hand(self, everything: Everything, now: datetime) -> Findings | None:
        return self._source().at_hand(everything, now)

    def limits(self, rule: str) -> tuple[Mapping[str, Any], str]:
        from services.cop.judge.limits import FILE, read_limits
        from services.cop.registry import RULES
        from services.prices import TOLD

        return read_limits(FILE, RULES).usual(RULES[rule]), TOLD

    def why(
        self, everything: Everything, detail: Detail, now: datetime
    ) -> tuple[list[tuple[RuleInfo, Verdict]], str]:
        from services.cop.patrol.second_look import second_look

        return second_look(everything, detail, self._world(now))
