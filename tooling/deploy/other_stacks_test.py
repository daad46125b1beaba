"""The pipeline's stack: what it needs before anything is made. Roles are tried on a local AWS."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from errors import PoloError
from tooling.deploy import cdk, other_stacks
from tooling.deploy.change_set import ChangeSet
from tooling.deploy.deploy import Order
from tooling.deploy.deploy_test import FakeAws
from tooling.deploy.other_stacks import deploy_other
from tooling.deploy.stack_test import FakeCloud, change, stack
from tooling.environments import environment
from tooling.local.target import PIPELINE, Target

TEMPLATE = '{"Resources": {}}'


@pytest.fixture
def cloud() -> FakeCloud:
    return FakeCloud()


@pytest.fixture
def order(cloud: FakeCloud) -> Order:
    return Order(Target(environment("prod"), FakeAws(cloud), kind=PIPELINE))  # type: ignore[arg-type]


def test_a_pipeline_without_its_source_is_refused(order: Order, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONNECTION_ARN", "")
    monkeypatch.setenv("REPOSITORY", "owner/polo")
    with pytest.raises(PoloError, match="PoloPipeline needs CONNECTION_ARN: .* Way out: set them in .env"):
        deploy_other(Path(), order, "", str)


def test_the_pipeline_is_deployed_from_an_app_of_its_own(
    order: Order, cloud: FakeCloud, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[Any] = []
    cloud.says["describe_change_set"] = {"Changes": [change("Add")]}
    monkeypatch.setenv("CONNECTION_ARN", "arn:aws:codeconnections:eu-west-1:1:connection/1")
    monkeypatch.setenv("REPOSITORY", "owner/polo")
    monkeypatch.setattr(cdk, "pipeline", lambda root, folder: folder)
    monkeypatch.setattr(
        cdk, "prepare", lambda root, target, app, given, **_: made.append((target.selector, app))
    )
    deploy_other(tmp_path, order, "", str)
    assert made == [(PIPELINE, tmp_path / other_stacks.FOLDER)]
    assert cloud.did() == ["delete_change_set", "execute_change_set"]


@pytest.mark.parametrize(("status", "type"), [("", "CREATE"), ("CREATE_COMPLETE", "UPDATE")])
def test_a_change_set_makes_a_stack_or_changes_it(cloud: FakeCloud, status: str, type: str) -> None:
    cloud.status = status
    cloud.says["describe_change_set"] = {"Status": "CREATE_COMPLETE"}
    ChangeSet(stack(cloud)).create(TEMPLATE, {"Name": "x"})
    ((_, given),) = [call for call in cloud.calls if call[0] == "create_change_set"]
    assert given["ChangeSetType"] == type
    assert given["Parameters"] == [{"ParameterKey": "Name", "ParameterValue": "x"}]


def test_a_change_set_that_can_not_be_made_says_why(cloud: FakeCloud) -> None:
    cloud.says["describe_change_set"] = {"Status": "FAILED", "StatusReason": "Template format error"}
    with pytest.raises(PoloError, match="dev-PoloStack can't be made: Template format error"):
        ChangeSet(stack(cloud)).create(TEMPLATE, {})
    cloud.says["describe_change_set"] = {
        "Status": "FAILED",
        "StatusReason": "The submitted information didn't contain changes.",
    }
    ChangeSet(stack(cloud)).create(TEMPLATE, {})


def test_a_change_set_that_takes_too_long_is_told(cloud: FakeCloud) -> None:
    times = iter(range(0, 10_000, 200))
    cloud.says["describe_change_set"] = {"Status": "CREATE_IN_PROGRESS"}
    with pytest.raises(PoloError, match="is not made after 300 s"):
        ChangeSet(stack(cloud, lambda: float(next(times)))).create(TEMPLATE, {})
