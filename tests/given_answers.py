"""AWS with given answers: a source for collectors, whose errors come translated as the real one's do."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

import botocore.session
from botocore.exceptions import ClientError

from services.cloud.callers import Caller
from services.cloud.errors import Asked, translate
from services.models.kit.base import Call
from services.models.kit.values import Item

CALLER = Caller("profile 'prod'", "aws sso login --profile prod")
REPORT = b"user,arn\n"  # a credential report of nobody
# service and operation as the API names it, parameters -> the answer; raises `refused`
Answer = Callable[[str, str, Mapping[str, Any]], Any]


class Given:
    """A source in one region that asks `answer`, and keeps what it was asked."""

    def __init__(self, answer: Answer, region: str = "us-east-1") -> None:
        self.answer = answer
        self.region = region
        self.asked: list[str] = []

    def pages(self, call: Call, region: str | None = None) -> Iterator[Item]:
        yield self._ask(call.service, call.operation, call.parameters, region)

    def call(
        self,
        service: str,
        operation: str,
        *,
        absent: Sequence[str] = (),
        region: str | None = None,
        **parameters: Any,
    ) -> Item | None:
        try:
            found: Item | None = self._ask(service, operation, parameters, region)
        except Exception as error:
            if getattr(error, "code", None) in absent:
                return None
            raise
        return found

    def _ask(self, service: str, operation: str, parameters: Mapping[str, Any], region: str | None) -> Any:
        name = api_name(service, operation)
        self.asked.append(f"{service}.{name}")
        try:
            return self.answer(service, name, parameters)
        except ClientError as error:
            raise translate(error, Asked(CALLER, service, name, region or self.region)) from None


def refused(operation: str, code: str, message: str = "", status: int = 400) -> ClientError:
    """What botocore raises for an error of AWS."""
    answer: Any = {
        "Error": {"Code": code, "Message": message},
        "ResponseMetadata": {"HTTPStatusCode": status},
    }
    return ClientError(answer, operation)


def of_case(answers: Mapping[str, Any]) -> Answer:
    """The answers of a case: "service.Operation" -> the answer, or the one about each thing by its name.

    {"error", "message"} is raised. What is not given is an answer in which every list is empty.
    """

    def answer(service: str, operation: str, parameters: Mapping[str, Any]) -> Any:
        found = answers.get(f"{service}.{operation}", EMPTY)
        if found is EMPTY:
            return empty(service, operation)
        if "error" in found:
            raise refused(operation, found["error"], found.get("message", ""))
        if not found.keys() - members(service, operation):
            return found
        told = [found[name] for name in dict.fromkeys(names(parameters)) if name in found]
        failed = next((one for one in told if "error" in one), None)
        if failed:
            raise refused(operation, failed["error"], failed.get("message", ""))
        return told[0] if len(told) == 1 else together(told)

    return answer


def together(answers: list[dict[str, Any]]) -> dict[str, Any]:
    """The lists of several answers in one."""
    return {key: [each for one in answers for each in one.get(key, ())] for key in answers[0]}


EMPTY: Any = object()


def names(parameters: Mapping[str, Any]) -> Iterator[str]:
    """The names of what is asked about: parameters that are a name, or end in one."""
    for value in parameters.values():
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, str):
                yield one
                yield one.replace(":", "/").rpartition("/")[2]


def empty(service: str, operation: str) -> dict[str, Any]:
    """An answer in which every list is empty."""
    if operation == "GetCredentialReport":
        return {"Content": REPORT}
    shape = model(service).operation_model(operation).output_shape
    return {name: [] for name, member in shape.members.items() if member.type_name == "list"} if shape else {}


def members(service: str, operation: str) -> frozenset[str]:
    shape = model(service).operation_model(operation).output_shape
    return frozenset(shape.members if shape else ())


def api_name(service: str, operation: str) -> str:
    """An operation as the API names it; given as botocore's clients do, or so already."""
    by_lower = {name.lower(): name for name in model(service).operation_names}
    return by_lower[operation.replace("_", "").lower()]


@cache
def model(service: str) -> Any:
    return botocore.session.Session().get_service_model(service)
