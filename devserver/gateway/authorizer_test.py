"""Lambda authorizers: cases 46 and 93 of the recorded behaviour, and what the developer guide adds."""

from __future__ import annotations

import json
from typing import Any

import pytest

from devserver.gateway.gateway import Api, Client, Response

BEARER = {"Authorization": "Bearer token"}


def policy(effect: str, resource: Any = "*", **rest: Any) -> dict[str, Any]:
    statement = {"Action": "execute-api:Invoke", "Effect": effect, "Resource": resource}
    return {
        "principalId": "ana",
        "policyDocument": {"Version": "2012-10-17", "Statement": [statement]},
        **rest,
    }


def ask(answer: object, headers: dict[str, str] = BEARER, asked: list[Any] | None = None) -> Response:
    def authorizer(event: dict[str, Any]) -> object:
        if asked is not None:
            asked.append(event)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def echo(event: dict[str, Any], _: object) -> dict[str, Any]:
        return {"body": json.dumps(event["requestContext"]["authorizer"])}

    return Client(echo, Api(binary_media_types=(), authorizer=authorizer), log=lambda text: None).get(
        "/orders/1", headers=headers
    )


def test_46_the_context_arrives_as_flat_text() -> None:
    response = ask(policy("Allow", context={"team": "web", "admin": True, "limit": 3}))
    authorizer = response.json()
    assert authorizer.pop("integrationLatency").isdigit()
    assert authorizer == {"principalId": "ana", "team": "web", "admin": "true", "limit": "3"}


def test_the_authorizer_is_told_the_method() -> None:
    asked: list[Any] = []
    ask(policy("Allow"), asked=asked)
    assert asked[0]["type"] == "REQUEST"
    assert asked[0]["methodArn"].endswith("/local/GET/orders/1")


@pytest.mark.parametrize("resource", ["*", "arn:aws:execute-api:*:*:*/local/GET/orders/*", ["x", "*"]])
def test_a_policy_that_allows_the_method_lets_pass(resource: Any) -> None:
    assert ask(policy("Allow", resource)).status == 200


@pytest.mark.parametrize(
    ("answer", "end"),
    [
        (policy("Deny"), " with an explicit deny"),
        (policy("Allow", "arn:aws:execute-api:*:*:*/local/POST/*"), ""),
        ({"principalId": "ana", "policyDocument": {"Statement": []}}, ""),
    ],
)
def test_93_who_is_not_allowed_gets_a_403(answer: object, end: str) -> None:
    response = ask(answer)
    assert response.status == 403
    assert response.json() == {"Message": f"User is not authorized to access this resource{end}"}
    assert response.header("x-amzn-ErrorType") == "AccessDeniedException"


@pytest.mark.parametrize(("answer", "headers"), [(policy("Allow"), {}), (Exception("Unauthorized"), BEARER)])
def test_93_without_a_token_or_with_a_bad_one_it_is_a_401(answer: object, headers: dict[str, str]) -> None:
    asked: list[Any] = []
    response = ask(answer, headers, asked)
    assert response.status == 401
    assert response.json() == {"message": "Unauthorized"}
    assert bool(asked) is bool(headers)


@pytest.mark.parametrize(
    "answer",
    [RuntimeError("boom"), None, {}, [], policy("Allow", context={"teams": ["a"]}), {"principalId": 1}],
)
def test_an_authorizer_that_fails_is_the_gateways_500(answer: object) -> None:
    response = ask(answer)
    assert (response.status, response.json()) == (500, {"message": None})
    assert response.header("x-amzn-ErrorType") == "AuthorizerConfigurationException"
