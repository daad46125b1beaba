"""Roles in other accounts: exactly what is read, and only for who says the ExternalId."""

from __future__ import annotations

import json
from typing import Any

import pytest

from infra.conftest import Assembly
from services.collect.iam_policy import policy
from services.models import RESOURCE_TYPES
from tooling.blocks.grants import COST_ACTIONS

pytestmark = pytest.mark.infra

MOST = 10_240  # characters of a role's inline policies, without white space


def role(assembly: Assembly, template: str) -> dict[str, Any]:
    (found,) = assembly.template(template).properties("AWS::IAM::Role")
    return found


def test_the_role_reads_what_the_resource_types_need_and_nothing_else(assembly: Assembly) -> None:
    (inline,) = role(assembly, "PoloDestination")["Policies"]
    (statement,) = inline["PolicyDocument"]["Statement"]
    (wanted,) = policy(RESOURCE_TYPES.values())["Statement"]
    assert statement == wanted
    assert len(json.dumps(inline["PolicyDocument"], separators=(",", ":"))) < MOST


def test_the_cost_role_reads_costs(assembly: Assembly) -> None:
    (inline,) = role(assembly, "PoloCostReader")["Policies"]
    (statement,) = inline["PolicyDocument"]["Statement"]
    assert tuple(statement["Action"]) == COST_ACTIONS
    assert all(action.split(":")[1].startswith(("Get", "List")) for action in COST_ACTIONS)


@pytest.mark.parametrize(
    ("template", "name"), [("PoloDestination", "PoloReader"), ("PoloCostReader", "PoloCostReader")]
)
def test_nobody_assumes_a_role_without_the_external_id(assembly: Assembly, template: str, name: str) -> None:
    (trust,) = role(assembly, template)["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Action"] == "sts:AssumeRole"
    assert trust["Condition"] == {"StringEquals": {"sts:ExternalId": {"Ref": "ExternalId"}}}
    assert trust["Principal"]["AWS"] == {"Fn::Sub": "arn:${AWS::Partition}:iam::${PoloAccountId}:root"}
    parameters = assembly.template(template).content["Parameters"]
    assert "Default" not in parameters["ExternalId"] and "Default" not in parameters["PoloAccountId"]
    assert parameters["RoleName"]["Default"] == name


@pytest.mark.parametrize("template", ["PoloDestination", "PoloCostReader", "PoloDestinationStackSet"])
def test_member_accounts_need_no_bootstrap(assembly: Assembly, template: str) -> None:
    content = assembly.template(template).content
    assert "BootstrapVersion" not in content["Parameters"] and "Rules" not in content


def test_the_stack_set_rolls_out_the_very_same_template(assembly: Assembly) -> None:
    (stack_set,) = assembly.template("PoloDestinationStackSet").properties("AWS::CloudFormation::StackSet")
    assert json.loads(stack_set["TemplateBody"]) == assembly.template("PoloDestination").content
    assert stack_set["AutoDeployment"]["Enabled"] is True
    given = {each["ParameterKey"] for each in stack_set["Parameters"]}
    assert given == set(assembly.template("PoloDestination").content["Parameters"])
    assert stack_set["Capabilities"] == ["CAPABILITY_NAMED_IAM"]
