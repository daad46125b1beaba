"""MARQO-DEV-HA: an index for trying things out, sized like production."""

from __future__ import annotations

import re
from decimal import Decimal

from services.cop.judge.facts import Facts
from services.cop.judge.rule import Example, Rule, example
from services.models.domain.finding import Finding, Unknown, Verdict
from services.models.marqoindex import MarqoIndex
from services.prices.formula import difference
from services.prices.marqo import storage_formula

PRODUCTION = ("prod", "production", "live")
BASIC = "marqo.basic"


def check(index: MarqoIndex, facts: Facts) -> Verdict:
    words = set(re.split(r"[^a-z]+", index.name.lower()))
    if words & set(facts.limits["production"]):
        return None
    why = []
    if index.replicas:
        why.append(f"{index.replicas} replicas")
    if "gpu" in index.inference_type.lower():
        why.append("GPU inference")
    if index.storage_class and index.storage_class != BASIC:
        why.append(f"storage {index.storage_class}")
    if not why:
        return Unknown("the number of its replicas is not told") if index.replicas is None else None
    now = storage_formula(index.storage_class, index.shards, index.replicas)
    then = storage_formula(BASIC, index.shards, 0)
    return Finding(", ".join(why), *facts.told(difference(now, then)))


def _index(**changes: object) -> MarqoIndex:
    usual = {"name": "products-dev", "replicas": 0, "shards": 1, "storage_class": BASIC}
    index: MarqoIndex = example("marqoindexes", **usual | {"inference_type": "marqo.CPU.large"} | changes)
    return index


RULE = Rule(
    id="MARQO-DEV-HA",
    title="Marqo index for development is sized like production",
    types=("marqoindexes",),
    severity="medium",
    confidence="certain",
    check=check,
    limits={"production": PRODUCTION},
    why="Replicas, GPUs and fast storage keep users happy; an index for tests has none.",
    fix="Make it again with basic storage, no replicas, CPU inference.",
    source="Polo; prices of docs.marqo.ai",
    good=(
        Example(_index()),
        Example(_index(name="products-prod", replicas=2)),
    ),
    bad=(
        Example(_index(replicas=1), saving=Decimal("43.29"), severity="medium"),
        Example(_index(storage_class="marqo.performance", shards=2), saving=Decimal("3097.39")),
        Example(_index(inference_type="marqo.GPU"), saving=None),
        Example(_index(storage_class="novel"), saving=None),
    ),
)
