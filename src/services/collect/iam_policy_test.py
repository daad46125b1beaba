from __future__ import annotations

import json
from dataclasses import replace

from services.collect.iam_policy import policy
from services.models import RESOURCE_TYPES
from services.models.kit.base import Metric

# the second makes IAM write its own report, which is read then
READS_BY_OTHER_NAMES = {"apigateway:GET", "iam:GenerateCredentialReport"}


def actions(*names: str) -> list[str]:
    """Of these types, their metrics left aside."""
    kinds = (replace(RESOURCE_TYPES[name], metrics=()) for name in names)
    (statement,) = policy(kinds)["Statement"]
    assert (statement["Effect"], statement["Resource"]) == ("Allow", "*")
    return statement["Action"]  # type: ignore[no-any-return]


def test_policy_has_what_the_types_need_and_no_more() -> None:
    assert actions("volumes") == ["ec2:DescribeRegions", "ec2:DescribeVolumes", "sts:GetCallerIdentity"]


def test_action_that_two_types_need_is_there_once() -> None:
    found = actions("functions", "loggroups")
    assert found.count("tag:GetResources") == 1
    assert found == sorted(found)


def test_metrics_are_allowed_where_a_type_has_some() -> None:
    kind = RESOURCE_TYPES["volumes"]

    def allowed(*metrics: Metric) -> list[str]:
        return policy([replace(kind, metrics=metrics)])["Statement"][0]["Action"]  # type: ignore[no-any-return]

    assert set(allowed(*kind.metrics)) - set(allowed()) == {"cloudwatch:GetMetricData"}


def test_organization_is_asked_only_when_it_is_said() -> None:
    kinds = [RESOURCE_TYPES["volumes"]]
    plain, asked = (policy(kinds, organization=asks)["Statement"][0]["Action"] for asks in (False, True))
    assert set(asked) - set(plain) == {"organizations:ListAccounts"}


def test_policy_reads_only() -> None:
    other = [
        action
        for action in actions(*RESOURCE_TYPES)
        if not action.partition(":")[2].startswith(("Describe", "Get", "List"))
    ]
    assert set(other) <= READS_BY_OTHER_NAMES
    assert len(json.dumps(policy(RESOURCE_TYPES.values()))) < 6144, "the limit of a managed policy"
