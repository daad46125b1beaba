"""MARQO-STUCK: an index that does not get ready."""

from __future__ import annotations

from services.cop.judge.facts import Facts
from services.cop.judge.rule import Example, Rule, ago, example
from services.models.domain.finding import Finding, Verdict
from services.models.marqoindex import MarqoIndex

MOVING = ("creating", "modifying", "deleting")


def check(index: MarqoIndex, facts: Facts) -> Verdict:
    if index.state == "failed":
        return Finding("failed")
    if index.state not in MOVING:
        return None
    hours = facts.days_since(index.state_since, "since when it is so") * 24
    return Finding(f"{index.state} for {hours:.0f} hours") if hours > facts.limits["hours"] else None


RULE = Rule(
    id="MARQO-STUCK",
    title="Marqo index is stuck",
    types=("marqoindexes",),
    severity="high",
    confidence="certain",
    check=check,
    limits={"hours": 2},
    why="Something waits for it, and it may be paid for meanwhile.",
    fix="Ask Marqo's support, with the name of the index.",
    source="Polo; indexStatus of Marqo Cloud's index list",
    good=(
        Example(example("marqoindexes", state="ready")),
        Example(example("marqoindexes", state="creating", state_since=ago(2 / 24))),
    ),
    bad=(
        Example(example("marqoindexes", state="failed"), severity="high"),
        Example(example("marqoindexes", state="deleting", state_since=ago(2.01 / 24)), severity="high"),
    ),
    unknown=(Example(example("marqoindexes", state="creating", state_since=None)),),
)
