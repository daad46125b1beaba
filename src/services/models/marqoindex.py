"""Marqo Cloud indexes."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Self

from services.models.kit.base import Call, Column, Reading, Resource, ResourceType
from services.models.kit.record import model
from services.models.kit.scope import Scope
from services.models.kit.values import Item, required, text, whole

HOURS = 730  # a month
# USD per shard and hour, by storage class, as Marqo publishes it
STORAGE_PRICES = {
    "basic": Decimal("0.0593"),
    "balanced": Decimal("0.8708"),
    "balanced.storage": Decimal("0.8708"),
    "balanced.throughput": Decimal("0.8708"),
    "performance": Decimal("2.1808"),
}
# USD per inference node and hour: Marqo publishes none
INFERENCE_PRICES: dict[str, Decimal] = {}
SECRETS = ("auth", "modelauth", "token", "apikey", "password")


@model
class MarqoIndex(Resource):
    kind: str = ""
    model: str = ""
    version: str = ""
    endpoint: str = ""
    documents: int | None = None
    stored: int | None = None  # bytes
    queries: int | None = None  # since creation
    storage_class: str = ""
    shards: int | None = None
    replicas: int | None = None
    inference_type: str = ""
    inferences: int | None = None

    @classmethod
    def from_aws(cls, item: Item, scope: Scope) -> Self:
        item = without_secrets(item)
        key = _key(item, "indexName")
        id = required(item, key)
        values: dict[str, Any] = {
            "storage_class": _text(item, "storageClass"),
            "shards": _whole(item, "numberOfShards"),
            "replicas": _whole(item, "numberOfReplicas"),
            "inference_type": _text(item, "inferenceType"),
            "inferences": _whole(item, "numberOfInferences"),
        }
        return cls.of(
            item,
            scope,
            id=id,
            arn=f"marqo:index/{id}",
            name=id,
            state=_text(item, "indexStatus").lower(),
            created=item.get(_key(item, "Created")),
            cost=cost(**values),
            kind=_text(item, "type"),
            model=_text(item, "model"),
            version=_text(item, "marqoVersion"),
            endpoint=_text(item, "marqoEndpoint"),
            documents=_whole(item, "docs.count"),
            stored=_whole(item, "store.size"),
            queries=_whole(item, "search.queryTotal"),
            **values,
        )


def cost(
    storage_class: str, shards: int | None, replicas: int | None, inference_type: str, inferences: int | None
) -> Decimal | None:
    """USD a month: 730 x (storage price x shards x (1 + replicas) + inference price x inferences).

    None unless every part of it is known. Formula: Marqo Cloud's price page.
    """
    storage = storage_cost(storage_class, shards, replicas)
    inference = Decimal(0) if inferences == 0 else INFERENCE_PRICES.get(inference_type)
    if storage is None or inference is None or inferences is None:
        return None
    return storage + HOURS * inference * inferences


def storage_cost(storage_class: str, shards: int | None, replicas: int | None) -> Decimal | None:
    """USD a month of an index's shards and their copies; None when unknown."""
    price = STORAGE_PRICES.get(storage_class.lower().removeprefix("marqo."))
    if price is None or shards is None or replicas is None:
        return None
    return HOURS * price * shards * (1 + replicas)


def without_secrets(item: Any) -> Any:
    """The answer without credentials: an index can hold those of the store its model is loaded from."""
    if isinstance(item, Mapping):
        return {key: without_secrets(value) for key, value in item.items() if _plain(key) not in SECRETS}
    return [without_secrets(one) for one in item] if isinstance(item, list) else item


def _key(item: Item, name: str) -> str:
    """The key as this answer spells it: Created or created, indexName or index_name."""
    return next((key for key in item if _plain(key) == _plain(name)), name)


def _plain(name: object) -> str:
    return str(name).lower().replace("_", "").replace("-", "")


def _text(item: Item, name: str) -> str:
    return text(item, _key(item, name))


def _whole(item: Item, name: str) -> int | None:
    return whole(item, _key(item, name))


RESOURCE_TYPE = ResourceType(
    name="marqoindexes",
    title="Marqo indexes",
    singular="Marqo index",
    order=100,
    model=MarqoIndex,
    scope="marqo",
    call=Call("marqo", "indexes", "results[]"),
    actions=(),
    columns=(
        Column("model", "Model", mono=True, facet=True),
        Column("documents", "Documents", numeric=True),
        Column("stored", "Stored", unit="B", numeric=True),
        Column("storage_class", "Storage class", mono=True, facet=True),
        Column("shards", "Shards", numeric=True),
        Column("replicas", "Replicas", numeric=True),
        Column("inference_type", "Inference", mono=True),
        Column("inferences", "Inference nodes", numeric=True),
    ),
    console="https://cloud.marqo.ai/indexes",
    volatile=(
        "documents",
        "stored",
        "queries",
        "raw.docs.count",
        "raw.docs.deleted",
        "raw.store.size",
        "raw.search.queryTotal",
    ),
    readings=(Reading("queries", "Queries since creation"), Reading("documents", "Documents")),
    sample={
        "Created": "2025-12-01T10:20:30.123456",
        "indexName": "product-search",
        "indexStatus": "READY",
        "marqoEndpoint": "https://product-search-ab12cd.marqo.ai",
        "marqoVersion": "2.13.0",
        "numberOfShards": 2,
        "numberOfReplicas": 1,
        "numberOfInferences": 1,
        "storageClass": "marqo.balanced",
        "inferenceType": "marqo.CPU.large",
        "docs.count": "1284033",
        "docs.deleted": "122",
        "store.size": "9126805504",
        "search.queryTotal": "88231",
        "type": "structured",
        "model": "hf/e5-base-v2",
        "modelProperties": {"name": "intfloat/e5-base-v2", "dimensions": 768, "type": "hf"},
        "vectorNumericType": "float",
        "normalizeEmbeddings": True,
        "annParameters": {
            "spaceType": "prenormalized-angular",
            "parameters": {"efConstruction": 512, "m": 16},
        },
        "tensorFields": ["title", "description"],
    },
)
