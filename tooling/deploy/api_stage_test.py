"""The stage is deployed again when the networks are others: over moto's API Gateway, with botocore's checks.

moto knows no resource policies that are in force, so what is seen is the request; AWS's documentation says
what follows ("Updating or saving the policy alone won't change the runtime behavior of the API").
"""

from __future__ import annotations

from typing import Any

import pytest

from errors import CollectError, PoloError
from services.cloud.aws import Aws
from tooling.deploy.api_stage import let_in
from tooling.deploy.stack import Stack
from tooling.deploy.stack_test import FakeCloud
from tooling.environments import environment
from tooling.local.target import Target

pytestmark = [pytest.mark.infra, pytest.mark.usefixtures("aws")]


class Scene:
    """An API with a stage `dev`, at the deployment that CloudFormation made."""

    def __init__(self) -> None:
        self.target = Target(environment("dev"), Aws(""))
        self.api = self.call("create_rest_api", name="dev-polo")["id"]
        root = self.call("get_resources", restApiId=self.api)["items"][0]["id"]
        where = {"restApiId": self.api, "resourceId": root, "httpMethod": "GET"}
        self.call("put_method", **where, authorizationType="NONE")
        self.call("put_integration", **where, type="MOCK")
        self.first = self.call("create_deployment", restApiId=self.api)["id"]
        self.call("create_stage", restApiId=self.api, stageName="dev", deploymentId=self.first)
        url = f"https://{self.api}.execute-api.eu-west-1.amazonaws.com/dev/"
        self.cloud = FakeCloud(outputs={"Url": url}, parameters={"AllowedCidrs": "203.0.113.0/24"})
        self.told: list[str] = []

    def call(self, operation: str, **given: Any) -> Any:
        return self.target.call("apigateway", operation, **given)

    def let_in(self, **more: Any) -> str:
        """Do it; the deployment that the stage is at then."""
        let_in(self.target, Stack("dev-PoloStack", self.cloud), self.told.append, **more)
        found = self.call("get_stage", restApiId=self.api, stageName="dev")
        return str(found["deploymentId"])


@pytest.fixture
def scene() -> Scene:
    return Scene()


def test_the_stage_moves_to_a_deployment_of_the_networks_that_are_let_in_now(scene: Scene) -> None:
    second = scene.let_in()
    assert second != scene.first
    assert scene.told == ["the stage is deployed again: it lets in 203.0.113.0/24 alone"]
    scene.cloud.parameters["AllowedCidrs"] = "198.51.100.7/32"  # the office is let in no more
    assert scene.let_in() not in (scene.first, second)


def test_with_the_same_networks_the_stage_stays(scene: Scene) -> None:
    assert scene.let_in() == scene.let_in()
    assert len(scene.told) == 1


def test_networks_that_come_back_are_a_change_too(scene: Scene) -> None:
    first = scene.let_in()
    scene.cloud.parameters["AllowedCidrs"] = "198.51.100.7/32"
    scene.let_in()
    scene.cloud.parameters["AllowedCidrs"] = "203.0.113.0/24"
    assert scene.let_in() != first


def test_a_deployment_that_cloudformation_has_gone_back_to_does_not_count(scene: Scene) -> None:
    scene.let_in()
    patch = [{"op": "replace", "path": "/deploymentId", "value": scene.first}]
    scene.call("update_stage", restApiId=scene.api, stageName="dev", patchOperations=patch)
    assert scene.let_in() != scene.first


@pytest.mark.parametrize(
    "missing",
    [
        {"status": ""},
        {"status": "UPDATE_IN_PROGRESS"},
        {"status": "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"},
        {"parameters": {}},
        {"outputs": {}},
    ],
    ids=str,
)
def test_what_has_no_networks_or_is_changing_is_left_alone(scene: Scene, missing: dict[str, Any]) -> None:
    for name, value in missing.items():
        setattr(scene.cloud, name, value)
    assert scene.let_in() == scene.first


def test_a_stage_that_can_not_be_deployed_is_an_error_that_says_who_may_still_come_in(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: Target, service: str, operation: str, **given: Any) -> Any:
        raise CollectError("not allowed: apigateway:POST", "", "AccessDeniedException")

    monkeypatch.setattr(Target, "call", refuse)
    with pytest.raises(PoloError, match="taken out of ALLOWED_CIDRS may still open .* inv deploy -e dev"):
        let_in(scene.target, Stack("dev-PoloStack", scene.cloud), scene.told.append)
    with pytest.raises(PoloError, match="dev-PoloStack is UPDATE_ROLLBACK_COMPLETE; the stage dev of API"):
        after = PoloError("dev-PoloStack is UPDATE_ROLLBACK_COMPLETE", "deploy again")
        let_in(scene.target, Stack("dev-PoloStack", scene.cloud), scene.told.append, after=after)
