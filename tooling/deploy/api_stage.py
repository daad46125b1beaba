"""ALLOWED_CIDRS in force: a stage of an API keeps the resource policy that its deployment was made with.

CloudFormation makes a deployment only when the template changes, and the networks are a parameter. Without
this, a network that is taken out of ALLOWED_CIDRS could open the console until a route changes.
"""

from __future__ import annotations

import hashlib

from errors import PoloError
from tooling.blocks.deployment import ALLOWED_CIDRS
from tooling.deploy.stack import Stack, Tell
from tooling.local.target import Target

URL = "Url"  # output of the stack: https://<api>.execute-api...


def let_in(target: Target, stack: Stack, tell: Tell, *, after: PoloError | None = None) -> None:
    """Deploy the stage again, unless it is at a deployment that was made here for the stack's networks.

    after: what has already gone wrong. Nothing is done while the stack is changing, where it has no API, and
    where it asks for no networks, as on a local AWS. Raises PoloError when the stage can't be deployed.
    """
    found = stack.describe() or {}
    networks = {each["ParameterKey"]: each["ParameterValue"] for each in found.get("Parameters", ())}
    outputs = {each["OutputKey"]: each["OutputValue"] for each in found.get("Outputs", ())}
    changing = str(found.get("StackStatus", "")).endswith("_IN_PROGRESS")
    if changing or ALLOWED_CIDRS not in networks or URL not in outputs:
        return
    api = outputs[URL].split("//")[1].split(".")[0]
    try:
        if _deploy_stage(target, api, networks[ALLOWED_CIDRS]):
            tell(f"the stage is deployed again: it lets in {networks[ALLOWED_CIDRS]} alone")
    except PoloError as error:
        before = f"{after.message}; " if after else ""
        raise PoloError(
            f"{before}the stage {target.name} of API {api} can't be deployed again ({error.message}), so a"
            " network that was taken out of ALLOWED_CIDRS may still open the console",
            f"inv deploy {target.options} again, with a profile that has apigateway:GET and apigateway:POST",
        ) from None


def _deploy_stage(target: Target, api: str, networks: str) -> bool:
    """Make a deployment for these networks; False when the stage is at one. Raises PoloError."""
    description = f"ALLOWED_CIDRS {hashlib.sha256(networks.encode()).hexdigest()[:16]}"
    if _description(target, api) == description:
        return False
    target.call(
        "apigateway", "create_deployment", restApiId=api, stageName=target.name, description=description
    )
    return True


def _description(target: Target, api: str) -> str:
    """What is written on the deployment that the stage is at."""
    stage = target.call("apigateway", "get_stage", restApiId=api, stageName=target.name)
    made = target.call("apigateway", "get_deployment", restApiId=api, deploymentId=stage["deploymentId"])
    return str(made.get("description", ""))
