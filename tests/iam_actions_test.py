"""What AWS itself says of the IAM actions that Polo asks for."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import botocore.session
import pytest

from services.collect.iam_policy import ORGANIZATION, actions
from services.models import RESOURCE_TYPES
from services.models.kit.base import ResourceType
from services.models.kit.iam_actions import PREFIXES, action_of, api_name
from services.models.models_test import aws_types, every_aws_type
from settings import ROOT

# service -> what its requests are signed for, where IAM has yet another name
SIGNED_OTHERWISE = {"resourcegroupstaggingapi": "tagging"}
# asked by an `enrich`, beside the service of the type's own call
FURTHER_SERVICES = ("application-autoscaling", "s3control")


@cache
def reference() -> dict[str, str]:
    """Action -> access level, of those that Polo may need; out of the Service Authorization Reference.

    An action that is missing is added by hand: `uvx policy_sentry query action-table --service ec2 --name
    DescribeVolumes` prints its entry.
    """
    found: dict[str, str] = json.loads((ROOT / "tests" / "iam_actions.json").read_text())["actions"]
    return found


def test_every_action_exists_and_only_reads() -> None:
    needed = {*actions(RESOURCE_TYPES.values()), *ORGANIZATION}
    assert sorted(needed - reference().keys()) == [], "see `reference`"
    assert {reference()[action] for action in needed} <= {"Read", "List"}


@every_aws_type
def test_actions_are_those_of_operations(kind: ResourceType) -> None:
    assert set(kind.actions) <= allowed_by_operation()


@cache
def allowed_by_operation() -> frozenset[str]:
    services = {kind.call.service for kind in aws_types} | set(FURTHER_SERVICES)
    return frozenset(
        action_of(service, operation) for service in services for operation in model(service).operation_names
    )


@cache
def model(service: str) -> Any:
    return botocore.session.Session().get_service_model(service)


@pytest.mark.parametrize("service", sorted({kind.call.service for kind in aws_types} | set(PREFIXES)))
def test_prefix_is_what_requests_are_signed_for(service: str) -> None:
    assert model(service).signing_name == SIGNED_OTHERWISE.get(service, PREFIXES.get(service, service))


def test_operations_are_called_as_the_api_does() -> None:
    client = botocore.session.Session().create_client
    for service in sorted({kind.call.service for kind in aws_types} | set(FURTHER_SERVICES)):
        for name, api in client(service, region_name="eu-west-1").meta.method_to_api_mapping.items():
            if action_of(service, api) in asked():
                assert api_name(name) == api


def asked() -> frozenset[str]:
    return frozenset(actions(RESOURCE_TYPES.values()))
