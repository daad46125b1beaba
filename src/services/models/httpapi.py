"""API Gateway HTTP and WebSocket APIs (version 2)."""

from __future__ import annotations

from typing import Self

from services.models.kit.base import Call, Column, Resource, ResourceType, arn_of
from services.models.kit.record import model
from services.models.kit.scope import Scope
from services.models.kit.values import Item, flag, required, text


@model
class HttpApi(Resource):
    protocol: str = ""
    endpoint: str = ""
    default_endpoint: bool | None = None
    description: str = ""

    @classmethod
    def from_aws(cls, item: Item, scope: Scope) -> Self:
        id = required(item, "ApiId")
        disabled = flag(item, "DisableExecuteApiEndpoint")
        return cls.of(
            item,
            scope,
            tags=item.get("Tags"),
            id=id,
            arn=arn_of(Scope("", scope.region, scope.type), "apigateway", f"/apis/{id}"),
            name=text(item, "Name"),
            created=item.get("CreatedDate"),
            protocol=text(item, "ProtocolType").lower(),
            endpoint=text(item, "ApiEndpoint"),
            default_endpoint=None if disabled is None else not disabled,
            description=text(item, "Description"),
        )


RESOURCE_TYPE = ResourceType(
    name="httpapis",
    title="HTTP APIs",
    singular="HTTP API",
    order=84,
    model=HttpApi,
    call=Call("apigatewayv2", "get_apis", "Items[]", page_size=500),
    actions=("apigateway:GET",),
    columns=(
        Column("protocol", "Protocol", facet=True),
        Column("endpoint", "Endpoint", mono=True),
        Column("default_endpoint", "Default endpoint", facet=True),
        Column("description", "Description"),
    ),
    console="https://{region}.console.aws.amazon.com/apigateway/main/api-detail?api={id}&region={region}",
    sample={
        "ApiId": "f6g7h8i9j0",
        "Name": "webhooks",
        "ProtocolType": "HTTP",
        "ApiEndpoint": "https://f6g7h8i9j0.execute-api.us-east-1.amazonaws.com",
        "CreatedDate": "2025-11-12T13:14:15+00:00",
        "DisableExecuteApiEndpoint": False,
        "RouteSelectionExpression": "$request.method $request.path",
        "Tags": {"Team": "checkout"},
    },
)
