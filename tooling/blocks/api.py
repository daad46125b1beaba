"""What the API lets in, and how often: one rule for template.yaml and the CDK."""

from __future__ import annotations

import json
from typing import Any

RATE, BURST = 100, 200  # requests a second, and at once, of all who may come in
HEALTH = "/health"
HEALTH_RATE, HEALTH_BURST = 5, 10  # of everybody: strangers can't use up what the others need
# one JSON line a request: never its query, which may hold what a user searched for
ACCESS_LOG = json.dumps(
    {
        "requestId": "$context.requestId",
        "ip": "$context.identity.sourceIp",
        "requestTime": "$context.requestTime",
        "httpMethod": "$context.httpMethod",
        "resourcePath": "$context.resourcePath",
        "status": "$context.status",
        "protocol": "$context.protocol",
        "responseLength": "$context.responseLength",
    },
    separators=(",", ":"),
)


def policy(networks: Any) -> dict[str, Any]:
    """The resource policy: everything for these networks, and for all others /health.

    networks: a list, or what CloudFormation makes one of.
    """
    inside = {"IpAddress": {"aws:SourceIp": networks}}
    health = [_invoke(f"execute-api:/*/{method}{HEALTH}") for method in ("GET", "HEAD")]
    return {"Version": "2012-10-17", "Statement": [_invoke("execute-api:/*", Condition=inside), *health]}


def _invoke(resource: str, **more: Any) -> dict[str, Any]:
    return {
        "Effect": "Allow",
        "Principal": {"AWS": "*"},
        "Action": "execute-api:Invoke",
        "Resource": resource,
        **more,
    }
