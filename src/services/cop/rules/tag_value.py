"""TAG-VALUE: one thing under three spellings can't be added up."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from services.cop.judge.facts import Facts
from services.cop.judge.rule import Example, Rule, example
from services.models.domain.finding import EVERY_TYPE, TAGS_UNKNOWN, Finding, Unknown, Verdict
from services.models.kit.base import Resource

ALLOWED = {"Environment": "prod|staging|dev|test|sandbox"}


def check(resource: Resource, facts: Facts) -> Verdict:
    if not resource.tags_known:
        return Unknown(TAGS_UNKNOWN)
    patterns = _patterns(tuple(facts.limits["allowed"].items()))
    odd = [
        f"{key}={value[:60]}"
        for key, value in resource.tags.items()
        if (pattern := patterns.get(key.lower())) and value and not pattern.fullmatch(value)
    ]
    return Finding(f"{', '.join(odd)} is none of the values agreed on") if odd else None


@lru_cache  # it is asked for each resource
def _patterns(allowed: tuple[tuple[str, str], ...]) -> Mapping[str, re.Pattern[str]]:
    return {key.lower(): re.compile(pattern) for key, pattern in allowed}


RULE = Rule(
    id="TAG-VALUE",
    title="Tag has a value that was not agreed on",
    types=EVERY_TYPE,
    severity="low",
    confidence="certain",
    check=check,
    limits={"allowed": ALLOWED},
    why="Costs are grouped by a tag's value as it is spelt.",
    fix="Set one of the values; cop.toml says which are allowed, as patterns.",
    source="Cloud Custodian; Vantage, virtual tags",
    good=(
        Example(example("volumes", tags={"Environment": "prod"})),
        Example(example("volumes", tags={"Owner": "anybody"})),
        Example(example("volumes", tags={"Environment": ""})),
    ),
    bad=(
        Example(example("volumes", tags={"Environment": "Production"}), severity="low"),
        Example(example("volumes", tags={"environment": "prod1"})),
    ),
    unknown=(Example(example("functions", tags={}, denied=("tag:GetResources",))),),
)
