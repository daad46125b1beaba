"""Roles that let a deployed Polo look into other accounts, and change nothing there.

PoloDestination is deployed in each member account, or by PoloDestinationStackSet from the organisation's
management account into all of them. PoloCostReader goes into the account that pays (CORE_ROLE_ARN).
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping, Sequence
from typing import Any

from aws_cdk import App, BootstraplessSynthesizer, CfnOutput, CfnParameter, CfnStackSet, Fn, Stack
from aws_cdk import aws_iam as iam
from constructs import Construct

from infra.nag import acknowledge, wild
from services.collect.iam_policy import policy
from services.models import RESOURCE_TYPES
from tooling.blocks.grants import COST_ACTIONS, COST_ROLE
from tooling.blocks.variables import DEFAULTS

ACCOUNT, EXTERNAL_ID, ROLE_NAME = "PoloAccountId", "ExternalId", "RoleName"  # parameters


class DestinationStack(Stack):
    """The read-only role that the collection assumes: the exact actions of RESOURCE_TYPES, no more."""

    def __init__(self, scope: Construct, id: str) -> None:
        super().__init__(scope, id, description="Polo: read-only role", synthesizer=_plain())
        document = policy(RESOURCE_TYPES.values())
        _role(self, DEFAULTS["DESTINATION_ROLE_NAME"], document, "lists whole accounts: no narrower resource")


class CostReaderStack(Stack):
    """The role in the account that pays, which may read what everything costs."""

    def __init__(self, scope: Construct, id: str) -> None:
        super().__init__(scope, id, description="Polo: cost-reading role", synthesizer=_plain())
        statement = {"Sid": "PoloCosts", "Effect": "Allow", "Action": [*COST_ACTIONS], "Resource": "*"}
        document = {"Version": "2012-10-17", "Statement": [statement]}
        _role(self, COST_ROLE, document, "Cost Explorer knows no resources")


class DestinationStackSet(Stack):
    """The same role in every account of these organisational units, also in those that come later."""

    def __init__(self, scope: Construct, id: str) -> None:
        super().__init__(scope, id, description="Polo: read-only role in all accounts", synthesizer=_plain())
        units = CfnParameter(
            self,
            "OrganizationalUnitIds",
            type="CommaDelimitedList",
            description="organisational units (ou-...), or the root (r-...)",
        )
        given = _parameters(self)
        CfnStackSet(
            self,
            "StackSet",
            stack_set_name="PoloDestination",
            permission_model="SERVICE_MANAGED",
            auto_deployment=CfnStackSet.AutoDeploymentProperty(
                enabled=True, retain_stacks_on_account_removal=False
            ),
            capabilities=["CAPABILITY_NAMED_IAM"],
            parameters=[
                CfnStackSet.ParameterProperty(parameter_key=name, parameter_value=each.value_as_string)
                for name, each in given.items()
            ],
            stack_instances_group=[
                CfnStackSet.StackInstancesProperty(
                    deployment_targets=CfnStackSet.DeploymentTargetsProperty(
                        organizational_unit_ids=units.value_as_list
                    ),
                    regions=[self.region],  # a role is the whole account's: one region is enough
                )
            ],
            template_body=json.dumps(role_template("PoloDestination"), separators=(",", ":")),
        )


ROLES: Mapping[str, type[DestinationStack | CostReaderStack]] = {
    "PoloDestination": DestinationStack,
    "PoloCostReader": CostReaderStack,
}


def role_template(name: str) -> dict[str, Any]:
    """The template of one of ROLES: plain CloudFormation, which needs no CDK to deploy."""
    with tempfile.TemporaryDirectory() as folder:
        app = App(outdir=folder, analytics_reporting=False, tree_metadata=False)
        stack = ROLES[name](app, name)
        template: dict[str, Any] = app.synth().get_stack_by_name(stack.stack_name).template
        return template


def _role(scope: Stack, name: str, document: Mapping[str, Any], why: str) -> None:
    given = _parameters(scope, name)
    trusted = Fn.sub(f"arn:${{AWS::Partition}}:iam::${{{ACCOUNT}}}:root")
    role = iam.Role(
        scope,
        "Role",
        role_name=given[ROLE_NAME].value_as_string,
        description="Polo reads with it, and changes nothing",
        assumed_by=iam.ArnPrincipal(trusted).with_conditions(
            {"StringEquals": {"sts:ExternalId": given[EXTERNAL_ID].value_as_string}}
        ),
        inline_policies={"ReadOnly": iam.PolicyDocument.from_json(document)},
    )
    acknowledge(role, why, wild("*"), *_wild(document["Statement"]))
    CfnOutput(scope, "RoleArn", value=role.role_arn)


def _wild(statements: Sequence[Mapping[str, Any]]) -> list[str]:
    actions = (action for statement in statements for action in statement["Action"])
    return [f"IAM5[Action::{action}]" for action in actions if "*" in action]


def _parameters(scope: Stack, role: str = DEFAULTS["DESTINATION_ROLE_NAME"]) -> dict[str, CfnParameter]:
    account = CfnParameter(
        scope,
        ACCOUNT,
        allowed_pattern="[0-9]{12}",
        description="account that Polo is deployed in",
        constraint_description="12 digits",
    )
    external_id = CfnParameter(
        scope,
        EXTERNAL_ID,
        allowed_pattern=r"[\w+=,.@:/-]{2,1224}",
        description="EXTERNAL_ID of the deployment: who does not say it may not assume the role",
        constraint_description="2 to 1224 letters, digits and _+=,.@:/-",
    )
    name = CfnParameter(scope, ROLE_NAME, default=role, description="DESTINATION_ROLE_NAME of the deployment")
    return {ACCOUNT: account, EXTERNAL_ID: external_id, ROLE_NAME: name}


def _plain() -> BootstraplessSynthesizer:
    """Templates without anything of the CDK: they are for accounts that are not bootstrapped."""
    return BootstraplessSynthesizer()
