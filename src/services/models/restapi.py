"""API Gateway REST APIs (version 1)."""

from __future__ import annotations

from typing import Self

from services.models.kit.base import Call, Column, Resource, ResourceType, arn_of
from services.models.kit.record import model
from services.models.kit.scope import Scope
from services.models.kit.values import Item, flag, required, text, texts


@model
class RestApi(Resource):
    kind: str = ""
    key_source: str = ""
    default_endpoint: bool | None = None
    description: str = ""

    @classmethod
    def from_aws(cls, item: Item, scope: Scope) -> Self:
        id = required(item, "id")
        disabled = flag(item, "disableExecuteApiEndpoint")
        return cls.of(
            item,
            scope,
            tags=item.get("tags"),
            id=id,
            arn=arn_of(Scope("", scope.region, scope.type), "apigateway", f"/restapis/{id}"),
            name=text(item, "name"),
            state=text(item, "apiStatus").lower(),
            created=item.get("createdDate"),
            kind=", ".join(texts(item, "endpointConfiguration", "types")).lower(),
            key_source=text(item, "apiKeySource").lower(),
            default_endpoint=None if disabled is None else not disabled,
            description=text(item, "description"),
        )


RESOURCE_TYPE = ResourceType(
    name="restapis",
    title="REST APIs",
    singular="REST API",
    order=83,
    model=RestApi,
    call=Call("apigateway", "get_rest_apis", "items[]", page_size=500),
    actions=("apigateway:GET",),
    columns=(
        Column("kind", "Endpoint", facet=True),
        Column("key_source", "API key in", facet=True),
        Column("default_endpoint", "Default endpoint", facet=True),
        Column("description", "Description"),
    ),
    console="https://{region}.console.aws.amazon.com/apigateway/main/apis/{id}/resources?region={region}",
    sample={
        "id": "a1b2c3d4e5",
        "name": "storefront-api",
        "description": "Public API of the shop",
        "createdDate": "2025-03-04T05:06:07+00:00",
        "apiKeySource": "HEADER",
        "endpointConfiguration": {"types": ["REGIONAL"]},
        "disableExecuteApiEndpoint": False,
        "rootResourceId": "x1y2z3",
        "tags": {"Team": "web"},
    },
)
