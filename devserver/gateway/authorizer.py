"""Lambda authorizers (type REQUEST): a function of the API says who calls, and what he may.

AWS developer guide, "Use API Gateway Lambda authorizers" and "Output from an API Gateway Lambda authorizer".
"""

from __future__ import annotations

import json
import traceback
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

Authorizer = Callable[[dict[str, Any]], object]  # its event -> its answer
REGION, ACCOUNT = "us-east-1", "123456789012"


@dataclass(frozen=True)
class Refusal(Exception):
    """What the gateway answers for the authorizer. key: how it spells the message's name."""

    status: int
    message: str | None
    type: str
    key: str = "message"


UNAUTHORIZED = Refusal(401, "Unauthorized", "UnauthorizedException")
NOT_ALLOWED = Refusal(
    403, "User is not authorized to access this resource", "AccessDeniedException", "Message"
)
DENIED = Refusal(403, f"{NOT_ALLOWED.message} with an explicit deny", NOT_ALLOWED.type, "Message")
BROKEN = Refusal(500, None, "AuthorizerConfigurationException")


def authorize(authorizer: Authorizer, event: Mapping[str, Any], log: Callable[[str], None]) -> dict[str, str]:
    """What the handler finds in requestContext.authorizer. Raises Refusal.

    The identity source is the Authorization header: without it the authorizer is not asked.
    """
    if not any(name.lower() == "authorization" and value for name, value in event["headers"].items()):
        raise UNAUTHORIZED
    arn = _method_arn(event)
    try:
        answer: Any = json.loads(json.dumps(authorizer({**event, "type": "REQUEST", "methodArn": arn})))
        principal, statements = str(answer["principalId"]), answer["policyDocument"]["Statement"]
        effects = _effects(statements, arn)
        context = {name: _flat(value) for name, value in (answer.get("context") or {}).items()}
    except Exception as error:
        if str(error) == "Unauthorized":
            raise UNAUTHORIZED from None
        log(traceback.format_exc())
        raise BROKEN from None
    if "Deny" in effects:
        raise DENIED
    if "Allow" not in effects:
        raise NOT_ALLOWED
    return {"principalId": principal, "integrationLatency": "1", **context}


def _method_arn(event: Mapping[str, Any]) -> str:
    context = event["requestContext"]
    path = f"{context['apiId']}/{context['stage']}/{event['httpMethod']}{event['path']}"
    return f"arn:aws:execute-api:{REGION}:{ACCOUNT}:{path}"


def _effects(statements: Any, arn: str) -> set[str]:
    """The effects of the statements that speak of this method."""
    return {
        statement["Effect"]
        for statement in _list(statements)
        if any(fnmatchcase("execute-api:invoke", action.lower()) for action in _list(statement["Action"]))
        and any(fnmatchcase(arn, resource) for resource in _list(statement["Resource"]))
    }


def _list(value: Any) -> Iterable[Any]:
    return value if isinstance(value, list) else [value]


def _flat(value: Any) -> str:
    """Context values arrive as text; lists and maps are refused."""
    if isinstance(value, (list, dict)):
        raise TypeError("the context's values must be text, numbers or booleans")
    return value if isinstance(value, str) else json.dumps(value)
