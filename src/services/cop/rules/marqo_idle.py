"""MARQO-IDLE: an index that nobody searches."""

from __future__ import annotations

from decimal import Decimal

from services.cop.judge.facts import Facts
from services.cop.judge.rule import Example, Rule, ago, example
from services.models.domain.finding import Finding, Verdict
from services.models.marqoindex import MarqoIndex
from services.prices.marqo import storage_formula

QUERIES, DOCUMENTS = "queries", "documents"  # the first is a counter since the index was made


def check(index: MarqoIndex, facts: Facts) -> Verdict:
    days = facts.limits["days"]
    if index.state != "ready" or facts.days_since(index.created, "its age") < days:
        return None
    if index.documents == 0 and not any(facts.daily(index, DOCUMENTS, days)):
        return Finding("holds no documents", *_saving(index, facts))
    counted = facts.every_day(index, QUERIES, days)
    if counted[0] != counted[-1]:
        return None
    return Finding(f"no query in {days} days", *_saving(index, facts), confidence="measured")


def _saving(index: MarqoIndex, facts: Facts) -> tuple[Decimal | None, str]:
    """USD a month. Inference has no published price; without it the saving is at least this."""
    storage = storage_formula(index.storage_class, index.shards, index.replicas)
    return facts.told(storage, before="at least: ")


def _index(**changes: object) -> MarqoIndex:
    usual: dict[str, object] = {"state": "ready", "created": ago(14), "documents": 5000}
    usual |= {"storage_class": "marqo.basic", "shards": 1, "replicas": 0}
    index: MarqoIndex = example("marqoindexes", **usual | changes)
    return index


_SAME, _MORE = (70.0,) * 14, tuple(float(n) for n in range(14))

RULE = Rule(
    id="MARQO-IDLE",
    title="Marqo index is not searched",
    types=("marqoindexes",),
    severity="high",
    confidence="certain",
    check=check,
    limits={"days": 14},
    metrics=(QUERIES, DOCUMENTS),
    why="An index costs by the hour for its shards, replicas and inference, searched or not.",
    fix="Export it if it may be needed, then delete it.",
    source="Polo; search.queryTotal and docs.count of Marqo Cloud's index list",
    good=(
        Example(_index(), daily={QUERIES: _MORE}),
        Example(_index(), daily={QUERIES: (69.0, *_SAME[1:])}),
        Example(_index(), daily={QUERIES: (*_SAME[1:], 71.0)}),
        Example(_index(created=ago(13.9), documents=0)),
        Example(_index(state="creating")),
        Example(_index(documents=0), daily={QUERIES: _MORE, DOCUMENTS: (5000.0,) * 14}),  # being filled anew
    ),
    bad=(
        Example(
            _index(), daily={QUERIES: _SAME}, saving=Decimal("43.29"), severity="high", confidence="measured"
        ),
        Example(_index(documents=0), saving=Decimal("43.29"), confidence="certain"),
        Example(_index(documents=0, shards=2, replicas=1), saving=Decimal("173.16")),
        Example(_index(documents=0, storage_class="novel"), saving=None),
        Example(_index(documents=0, replicas=None), saving=None),
    ),
    unknown=(Example(_index()), Example(_index(), daily={QUERIES: _SAME[:5]})),
)
