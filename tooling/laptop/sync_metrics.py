"""What `inv sync` does for daily values: ask for the whole days that are missing, within its plan."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

from services.cloud.tally import Tally, counting
from services.collect.metrics_sync import DailyMetrics, Due, Failed, Question, attempt_of
from services.daily_store import Fetched
from services.data_service import Collected
from services.local_data_service import LocalDataService
from services.models import RESOURCE_TYPES
from services.models.kit.base import Source
from services.models.kit.parallel import spread
from services.models.kit.scope import METRICS, Scope, ScopeHead
from tooling.laptop.sync_summary import many


@dataclass(frozen=True)
class Metrics:
    """The metrics of a run. generation: milliseconds since 1970 at its start."""

    store: LocalDataService
    generation: int

    def questions(self, scopes: Sequence[Scope]) -> Iterator[Question]:
        """What is to be asked about those of the scopes that are due."""
        return (self._metrics.question(due) for due in self._due(scopes))

    def ask(
        self, scopes: Sequence[Scope], source: Callable[[Scope], Source], workers: int, patience: float
    ) -> tuple[str, list[ScopeHead]]:
        """Ask, and keep the answers: a line on it, "" when nothing was asked, and the metrics' heads.

        patience: seconds without an answer after which a scope's metrics have failed, and hold up no other's.
        """
        dues = self._due(scopes)
        if not dues:
            return "", []
        asked: dict[Scope, tuple[Question, Tally]] = {}

        def work(due: Due) -> tuple[Question, Fetched | Failed]:
            question = self._metrics.question(due)
            with counting() as tally:
                asked[due.scope] = question, tally
                return question, self._metrics.answer(question, source)

        def given_up(due: Due, _: float) -> tuple[Question, Fetched | Failed] | None:
            question, tally = asked.get(due.scope, (None, None))
            if question is None or tally is None or time.monotonic() - tally.heard < patience:
                return None
            why = f"CloudWatch has not answered for {patience:.0f} s: given up"
            return question, Failed(due.scope, f"{why}. Way out: inv sync again, later")

        found = list(spread(work, dues, workers, given_up))
        answers = [answer for _, answer in found]
        self.store.daily.keep((each for each in answers if isinstance(each, Fetched)), self._today)
        failed = [each for each in answers if isinstance(each, Failed)]
        questions = [question for question, _ in found if question.series]
        accounts = sorted({question.scope.account for question in questions})
        if not accounts:
            return "", []
        heads = self.store.save_type(METRICS, [self._attempt(account, failed) for account in accounts])
        self.store.combine()
        return f"metrics: {told(questions)}", heads

    def _attempt(self, account: str, failed: Sequence[Failed]) -> Collected:
        return attempt_of(
            account, self.generation, [each for each in failed if each.scope.account == account]
        )

    def _due(self, scopes: Sequence[Scope]) -> list[Due]:
        planned = set(scopes)
        accounts = sorted({scope.account for scope in scopes})
        return [due for id in accounts for due in self._metrics.due(id) if due.scope in planned]

    @property
    def _metrics(self) -> DailyMetrics:
        return DailyMetrics(self.store, RESOURCE_TYPES, self._today)

    @property
    def _today(self) -> date:
        return datetime.fromtimestamp(self.generation / 1000, UTC).date()


def told(questions: Sequence[Question]) -> str:
    """How much was asked and what that costs: "1,284 series of 12 scopes, $0.01284"."""
    count = sum(len(each.series) for each in questions)
    cost = sum((each.cost for each in questions), Decimal())
    return f"{count:,} series of {many(len(questions), 'scope')}, ${cost:,.5f}"
