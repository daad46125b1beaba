from __future__ import annotations

import json
from decimal import Decimal

import pytest

from services.models.kit.scope import Scope
from services.models.marqoindex import RESOURCE_TYPE, MarqoIndex, cost

SCOPE = Scope("marqo", "global", "marqoindexes")


def index(**changes: object) -> MarqoIndex:
    return MarqoIndex.from_aws({**RESOURCE_TYPE.sample, **changes}, SCOPE)


def test_sample_becomes_an_index() -> None:
    found = index()
    assert (found.id, found.state, found.kind) == ("product-search", "ready", "structured")
    assert (found.documents, found.stored, found.queries) == (1_284_033, 9_126_805_504, 88_231)
    assert (found.shards, found.replicas, found.inferences) == (2, 1, 1)
    assert found.created == "2025-12-01T10:20:30Z"


def test_other_spellings_are_read_too() -> None:
    found = MarqoIndex.from_aws(
        {"index_name": "a", "created": "2026-01-01", "indexstatus": "CREATING", "number_of_shards": "3"},
        SCOPE,
    )
    assert (found.id, found.created, found.state, found.shards) == (
        "a", "2026-01-01T00:00:00Z", "creating", 3,
    )  # fmt: skip


def test_index_that_counts_nothing_yet_is_unknown_not_zero() -> None:
    found = MarqoIndex.from_aws({"indexName": "a"}, SCOPE)
    assert (found.documents, found.stored, found.queries, found.cost) == (None, None, None, None)


def test_cost_is_unknown_while_the_price_of_inference_is() -> None:
    assert index().cost is None


@pytest.mark.parametrize(
    ("storage_class", "shards", "replicas", "usd"),
    [
        ("marqo.basic", 1, 0, "43.289"),
        ("marqo.balanced", 2, 1, "2542.736"),
        ("marqo.balanced.throughput", 1, 0, "635.684"),
        ("performance", 1, 2, "4775.952"),
    ],
)
def test_cost_without_inference_is_that_of_storage(
    storage_class: str, shards: int, replicas: int, usd: str
) -> None:
    assert cost(storage_class, shards, replicas, "", 0) == Decimal(usd)


def test_cost_is_unknown_when_anything_is() -> None:
    assert cost("marqo.new", 1, 0, "", 0) is None
    assert cost("marqo.basic", None, 0, "", 0) is None
    assert cost("marqo.basic", 1, None, "", 0) is None
    assert cost("marqo.basic", 1, 0, "", None) is None


def test_credentials_of_a_model_store_are_not_kept() -> None:
    found = index(
        modelProperties={"name": "m", "auth": {"hf": {"token": "hf_secret"}}},
        model_auth={"s3": {"aws_secret_access_key": "s3_secret"}},
    )
    text = json.dumps(found.to_json())
    assert "hf_secret" not in text and "s3_secret" not in text
    assert found.raw["modelProperties"] == {"name": "m"}
