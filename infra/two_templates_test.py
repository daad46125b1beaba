"""template.yaml, as SAM's own transform makes it, and the CDK's stack are the same thing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from infra.conftest import NETWORKS, ROOT, Assembly
from infra.facts import facts

pytestmark = pytest.mark.infra

# (type, property, or * for all of it) -> why it differs
DIFFERENT = {
    ("AWS::CloudWatch::Dashboard", "*"): "for looking at; it closes nothing and warns of nothing",
    ("AWS::ApiGateway::Deployment", "Description"): "each tool's own words",
    ("AWS::ApiGateway::RestApi", "Parameters"): "how SAM imports the API's body",
    ("AWS::Events::Rule", "State"): "the CDK says ENABLED, which is CloudFormation's default",
    ("AWS::Lambda::Function", "Code"): "the same zip; each tool uploads it to a place of its own",
    ("AWS::Lambda::Function", "Tags"): "SAM marks what it makes",
    ("AWS::Lambda::Permission", "SourceArn"): "SAM names no stage; the API has one",
    ("AWS::Lambda::Version", "DeletionPolicy"): "SAM keeps versions that went",
}
# what an environment that keeps nothing deletes: a template that is for all of them can't say it
NOT_IN_PROD = {
    ("AWS::DynamoDB::Table", "DeletionPolicy"): "knows no conditions: template.yaml keeps every table",
    ("AWS::DynamoDB::Table", "UpdateReplacePolicy"): "likewise",
}
ENVIRONMENTS = ("prod", "dev", "pr-7")


def both(assembly: Assembly, sam: dict[str, Any], name: str) -> tuple[dict[str, Any], dict[str, Any]]:
    given = {"AllowedCidrs": NETWORKS, "Env": name}
    return facts(assembly.stack(name).content, given), facts(sam[name], given)


def differences(one: dict[str, Any], other: dict[str, Any]) -> dict[tuple[str, str], list[str]]:
    """(type, property) -> what differs; a resource that only one has differs in *."""
    found: dict[tuple[str, str], list[str]] = {}
    for name in sorted(one.keys() | other.keys()):
        kind = name.split(" ")[0]
        if name not in one or name not in other:
            found.setdefault((kind, "*"), []).append(f"{name}: only in {'one' if name in one else 'other'}")
            continue
        for key in sorted(one[name].keys() | other[name].keys()):
            values = one[name].get(key), other[name].get(key)
            if values[0] != values[1]:
                found.setdefault((kind, key), []).append(f"{name} {key}: {values[0]} != {values[1]}")
    return found


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_both_make_the_same_resources(assembly: Assembly, sam_stacks: dict[str, Any], name: str) -> None:
    allowed = DIFFERENT if name == "prod" else DIFFERENT | NOT_IN_PROD
    found = differences(*both(assembly, sam_stacks, name))
    assert {key: lines for key, lines in found.items() if key not in allowed} == {}
    assert sorted(allowed.keys() - found.keys()) == []  # else the list would hide what comes later


def test_both_ask_for_the_same_values(assembly: Assembly, sam_stacks: dict[str, Any]) -> None:
    stack, sam = assembly.stack("prod").content["Parameters"], sam_stacks["prod"]["Parameters"]
    assert stack.keys() - {"BootstrapVersion"} == sam.keys() - {"Env"}
    for name in sam.keys() - {"Env"}:
        for key in ("Type", "Default", "AllowedPattern"):
            assert stack[name].get(key) == sam[name].get(key), (name, key)
    assert "Default" not in sam["AllowedCidrs"]


@pytest.mark.parametrize(
    ("kind", "edit"),
    [
        ("AWS::DynamoDB::Table", lambda each: each.pop("PointInTimeRecoverySpecification")),
        ("AWS::DynamoDB::Table", lambda each: each.pop("SSESpecification")),
        ("AWS::S3::BucketPolicy", lambda each: each["PolicyDocument"].update(Statement=[])),
        ("AWS::S3::Bucket", lambda each: each.pop("LifecycleConfiguration")),
        ("AWS::Logs::LogGroup", lambda each: each.update(RetentionInDays=30)),
        ("AWS::ApiGateway::Stage", lambda each: each["MethodSettings"].pop()),
        ("AWS::ApiGateway::Stage", lambda each: each.pop("AccessLogSetting")),
        ("AWS::ApiGateway::RestApi", lambda each: each["Policy"]["Statement"].pop(0)),
        ("AWS::ApiGateway::Method", lambda each: each.update(AuthorizationType="AWS_IAM")),
        ("AWS::CloudWatch::Alarm", lambda each: each.update(AlarmActions=[])),
        ("AWS::SNS::TopicPolicy", lambda each: each["PolicyDocument"]["Statement"].pop(0)),
        ("AWS::IAM::Role", lambda each: each.update(ManagedPolicyArns=["arn:aws:iam::aws:policy/Admin"])),
        ("AWS::IAM::Policy", lambda each: each["PolicyDocument"]["Statement"].pop()),
        ("AWS::SQS::Queue", lambda each: each.update(SqsManagedSseEnabled=False)),
    ],
)
def test_a_difference_is_seen(
    assembly: Assembly, sam_stacks: dict[str, Any], kind: str, edit: Callable[[Any], object]
) -> None:
    template = assembly.stack("prod").content
    edit(next(each for each in template["Resources"].values() if each["Type"] == kind)["Properties"])
    given = {"AllowedCidrs": NETWORKS, "Env": "prod"}
    found = differences(facts(template, given), facts(sam_stacks["prod"], given))
    assert found.keys() - DIFFERENT.keys()


def test_sam_deploys_the_api_anew_each_time_so_that_the_networks_are_in_force(
    sam_stacks: dict[str, Any],
) -> None:
    """A stage keeps the policy of its deployment: a removed network must lose its access."""
    template = (ROOT / "template.yaml").read_text(encoding="utf-8")
    assert "      AlwaysDeploy: true\n" in template
    resources = sam_stacks["prod"]["Resources"]
    (deployment,) = [id for id, each in resources.items() if each["Type"] == "AWS::ApiGateway::Deployment"]
    (stage,) = [each for each in resources.values() if each["Type"] == "AWS::ApiGateway::Stage"]
    assert stage["Properties"]["DeploymentId"] == {"Ref": deployment}
    again = sam_stacks["prod again"]["Resources"]
    assert deployment not in again
    assert again.keys() - resources.keys() == {again["ApiStage"]["Properties"]["DeploymentId"]["Ref"]}
