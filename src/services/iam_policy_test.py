from __future__ import annotations

import json

from services.iam_policy import policy
from services.models import RESOURCE_TYPES


def actions(*names: str) -> list[str]:
    (statement,) = policy(RESOURCE_TYPES[name] for name in names)["Statement"]
    assert (statement["Effect"], statement["Resource"]) == ("Allow", "*")
    return statement["Action"]  # type: ignore[no-any-return]


def test_policy_has_what_the_types_need_and_no_more() -> None:
    assert actions("volumes") == ["ec2:DescribeRegions", "ec2:DescribeVolumes", "sts:GetCallerIdentity"]


def test_action_that_two_types_need_is_there_once() -> None:
    found = actions("functions", "loggroups")
    assert found.count("tag:GetResources") == 1
    assert found == sorted(found)


def test_policy_reads_only() -> None:
    verbs = {action.partition(":")[2] for action in actions(*RESOURCE_TYPES)}
    assert all(verb.startswith(("Describe", "Get", "List")) for verb in verbs)
    assert len(json.dumps(policy(RESOURCE_TYPES.values()))) < 6144, "the limit of a managed policy"
