"""`inv deploy` and `inv destroy`: what is refused, what is asked, and what happens then."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from errors import CollectError, PoloError
from services.models.kit.scope import Account
from tooling.deploy import cdk, deploy, destroy, stack
from tooling.deploy.deploy import Deployed, Order
from tooling.deploy.smoke import Verdict
from tooling.deploy.stack_test import FakeCloud, change
from tooling.environments import environment
from tooling.local.target import Target

RELEASE = "abc123"
URL = "https://a1.execute-api.eu-west-1.amazonaws.com/dev/"


@dataclass
class FakeAws:
    """An account with one stack, whose functions answer as told."""

    cloud: FakeCloud
    answers: dict[str, Any] = field(default_factory=dict)
    profile: str = "company"
    region: str = "eu-west-1"

    def source(self, region: str) -> FakeAws:
        return self

    def account(self) -> Account:
        return Account("111122223333", "company")

    def home(self) -> str:
        return "eu-west-1"

    def call(self, service: str, operation: str, **given: Any) -> Any:
        if service == "cloudformation":
            return self.cloud.call(service, operation, **given)
        self.cloud.calls.append((operation, given))
        if service == "lambda":
            body = {"statusCode": 200, "body": json.dumps(self.answers)}
            return {"Payload": io.BytesIO(json.dumps(body).encode())}
        return {"deploymentId": "d1"} if operation == "get_stage" else {}


@dataclass
class Scene:
    """A deployment to `name`, up to the CDK, which is faked: its change set has `changes`."""

    monkeypatch: pytest.MonkeyPatch
    cloud: FakeCloud = field(default_factory=FakeCloud)
    told: list[str] = field(default_factory=list)
    terminal: bool = False
    answer: str = ""

    def target(self, name: str = "dev") -> Target:
        return Target(environment(name), FakeAws(self.cloud))  # type: ignore[arg-type]

    def deploy(
        self,
        *changes: Any,
        name: str = "dev",
        dry_run: bool = False,
        yes: bool = False,
        app: Path | None = None,
    ) -> Deployed:
        self.cloud.says["describe_change_set"] = {"Changes": changes}
        self.cloud.outputs = {"Url": URL}
        patch = self.monkeypatch.setattr
        patch(stack.time, "sleep", lambda _: None)
        patch(cdk, "version", lambda root: RELEASE)
        patch(cdk, "assembly", lambda root, environment: root)
        patch(cdk, "parameters", lambda app, environment: ("AllowedCidrs",))
        patch(cdk, "prepare", lambda *_, **__: self.cloud.calls.append(("prepare", {})))
        patch(deploy, "smoke", lambda target, url, release: Verdict(notes=(release,)))
        patch(deploy.sys.stdin, "isatty", lambda: self.terminal, raising=False)
        return deploy.deploy(
            Path(deploy.__file__).parent.parent.parent,
            Order(self.target(name), dry_run=dry_run, yes=yes, ask=lambda _: self.answer, app=app),
            self.told.append,
        )


@pytest.fixture
def scene(monkeypatch: pytest.MonkeyPatch) -> Scene:
    monkeypatch.setenv("ALLOWED_CIDRS", "203.0.113.0/24")
    return Scene(monkeypatch)


def test_changes_are_shown_then_made_then_tried(scene: Scene) -> None:
    done = scene.deploy(change("Add"))
    assert scene.cloud.did() == ["delete_change_set", "prepare", "execute_change_set"]
    assert scene.told[0].startswith("  + AWS::SQS::Queue")
    assert done == Deployed(URL, Verdict(notes=(RELEASE,)))


@pytest.mark.parametrize("changes", [(change("Modify"),), ()], ids=["networks", "left over"])
@pytest.mark.parametrize("app", [None, Path("release")], ids=["checkout", "release"])
def test_other_networks_are_in_force_after_a_deployment(
    scene: Scene, changes: tuple[Any, ...], app: Path | None
) -> None:
    """A stage keeps the policy of its deployment, and for a parameter CloudFormation makes no new one.

    Without changes an interrupted deployment may have left it undone.
    """
    scene.cloud.parameters = {"AllowedCidrs": "203.0.113.0/24"}
    scene.deploy(*changes, app=app)
    (given,) = [given for operation, given in scene.cloud.calls if operation == "create_deployment"]
    assert (given["restApiId"], given["stageName"]) == ("a1", "dev")
    done = scene.cloud.did()
    assert not changes or done.index("create_deployment") > done.index("execute_change_set")
    assert "the stage is deployed again: it lets in 203.0.113.0/24 alone" in scene.told


def test_a_rolled_back_deployment_puts_the_networks_in_force_as_well(scene: Scene) -> None:
    scene.cloud.parameters = {"AllowedCidrs": "203.0.113.0/24"}
    scene.cloud.ends = {"execute_change_set": "UPDATE_ROLLBACK_COMPLETE"}
    with pytest.raises(PoloError, match="UPDATE_ROLLBACK_COMPLETE"):
        scene.deploy(change("Modify"))
    assert scene.cloud.did()[-1] == "create_deployment"


def test_a_dry_run_does_not_touch_the_stage(scene: Scene) -> None:
    scene.cloud.parameters = {"AllowedCidrs": "203.0.113.0/24"}
    scene.deploy(change("Modify"), dry_run=True)
    assert "create_deployment" not in scene.cloud.did()


def test_a_dry_run_shows_and_leaves_nothing(scene: Scene) -> None:
    scene.deploy(change("Remove"), dry_run=True)
    assert scene.cloud.did() == ["delete_change_set", "prepare", "delete_change_set"]
    assert scene.told[-1] == "1 changes to dev-PoloStack; nothing was changed"


def test_without_changes_nothing_is_made_and_what_runs_is_tried(scene: Scene) -> None:
    assert scene.deploy().verdict.notes == (RELEASE,)
    assert "execute_change_set" not in scene.cloud.did()
    assert scene.told == ["dev-PoloStack is up to date"]


def test_a_loss_is_refused_without_a_terminal_and_done_with_yes(scene: Scene) -> None:
    with pytest.raises(PoloError, match=r"1 of 1 changes to dev-PoloStack replace or remove .*--yes"):
        scene.deploy(change("Remove"))
    assert scene.cloud.did()[-1] == "delete_change_set"
    scene.deploy(change("Remove"), yes=True)
    assert scene.cloud.did()[-1] == "execute_change_set"


@pytest.mark.parametrize(("answer", "goes_on"), [("y", True), ("Yes ", True), ("", False), ("n", False)])
def test_on_a_terminal_a_loss_is_asked_about(scene: Scene, answer: str, goes_on: bool) -> None:
    scene.terminal = True
    scene.answer = answer
    if goes_on:
        scene.deploy(change("Remove"))
    else:
        with pytest.raises(PoloError, match="nothing was changed"):
            scene.deploy(change("Remove"))
    assert ("execute_change_set" in scene.cloud.did()) is goes_on


@pytest.mark.parametrize(
    ("status", "told"),
    [
        ("UPDATE_IN_PROGRESS", "another change is under way. Way out: inv events -e dev -p company"),
        ("UPDATE_ROLLBACK_FAILED", "Way out: aws cloudformation continue-update-rollback --stack-name dev-P"),
        ("DELETE_FAILED", "Way out: inv destroy -e dev -p company"),
    ],
)
def test_a_stack_that_can_not_be_changed_now_says_what_to_do(scene: Scene, status: str, told: str) -> None:
    scene.cloud.status = status
    with pytest.raises(PoloError, match=told):
        scene.deploy(change("Add"))
    assert scene.cloud.did() == []


def test_a_deployment_that_was_interrupted_says_how_to_go_on(scene: Scene) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    scene.monkeypatch.setattr("tooling.deploy.change_set.ChangeSet.execute", interrupt)
    with pytest.raises(PoloError, match="AWS goes on by itself. Way out: inv events -e dev -p company, then"):
        scene.deploy(change("Add"))


def test_an_account_that_is_not_bootstrapped_is_told(scene: Scene) -> None:
    scene.cloud.status = ""
    with pytest.raises(PoloError, match="not bootstrapped in eu-west-1. Way out: inv bootstrap -e dev -p c"):
        scene.deploy(change("Add"))


def test_a_console_that_would_be_open_to_all_is_refused_first(scene: Scene) -> None:
    scene.monkeypatch.delenv("ALLOWED_CIDRS")
    with pytest.raises(PoloError, match="ALLOWED_CIDRS is not set"):
        deploy.check(Path(deploy.__file__).parent.parent.parent, scene.target())


def test_a_release_that_fails_its_smoke_test_is_an_error_with_the_way_back(scene: Scene) -> None:
    bad = Deployed(URL, Verdict("the table is unreadable", ("release x",)))
    with pytest.raises(PoloError, match="the table is unreadable; it stays, .* Way out: check out the"):
        deploy.conclude(scene.target(), bad, scene.told.append)
    deploy.conclude(scene.target(), Deployed(URL, Verdict()), scene.told.append)
    assert scene.told == ["smoke test: release x", URL]


def test_events_are_followed_and_a_stack_that_is_not_there_is_told(scene: Scene) -> None:
    scene.cloud._go_to("CREATE_COMPLETE")
    assert deploy.follow(scene.target(), scene.told.append) == "dev-PoloStack is CREATE_COMPLETE"
    assert len(scene.told) == 1
    scene.cloud.status = ""
    with pytest.raises(PoloError, match="dev-PoloStack is not deployed"):
        deploy.follow(scene.target(), scene.told.append)


def take_down(scene: Scene, name: str = "dev", force: bool = False, answer: str = "") -> None:
    scene.monkeypatch.setattr(destroy.sys.stdin, "isatty", lambda: scene.terminal, raising=False)
    scene.monkeypatch.setattr(stack.time, "sleep", lambda _: None)
    table = {"ResourceType": "AWS::DynamoDB::Table", "ResourceStatus": "CREATE_COMPLETE"}
    resources = [table | {"PhysicalResourceId": f"{name}-ResourceTable"}]
    scene.cloud.says["list_stack_resources"] = {"StackResourceSummaries": resources}
    destroy.destroy(Path(), scene.target(name), force=force, tell=scene.told.append, ask=lambda _: answer)


@pytest.mark.parametrize("answer", ["", "prod", "DEV"])
def test_destroying_wants_the_name_typed(scene: Scene, answer: str) -> None:
    scene.terminal = True
    with pytest.raises(PoloError, match="nothing was deleted"):
        take_down(scene, answer=answer)
    assert scene.cloud.did() == []
    take_down(scene, answer="dev")
    assert scene.cloud.did()[0] == "delete_stack"


def test_without_a_terminal_only_force_destroys(scene: Scene) -> None:
    with pytest.raises(PoloError, match="everything of dev-PoloStack in 111122223333 would be deleted"):
        take_down(scene)
    take_down(scene, force=True)
    assert scene.told[-1] == "dev-PoloStack is deleted"
    (_, given) = scene.cloud.calls[-1]
    assert given["Delete"]["Objects"] == [{"Key": "environments/dev.json"}]  # it runs nothing any more


def test_prods_tables_stay_and_are_named(scene: Scene) -> None:
    take_down(scene, name="prod", force=True)
    assert "prod-ResourceTable stays; inv deploy -e prod -p company takes it over" in scene.told


def test_what_is_not_deployed_can_not_be_destroyed(scene: Scene) -> None:
    scene.cloud.status = ""
    with pytest.raises(PoloError, match="dev-PoloStack is not deployed"):
        take_down(scene, force=True)


def test_an_expired_login_is_told_before_anything_is_built(scene: Scene) -> None:
    expired = CollectError("the credentials have expired", "aws sso login --profile company", "ExpiredToken")

    def refuse(self: object) -> Account:
        raise expired

    scene.monkeypatch.setattr(FakeAws, "account", refuse)
    with pytest.raises(PoloError, match="aws sso login --profile company"):
        deploy.check(Path(deploy.__file__).parent.parent.parent, scene.target())
