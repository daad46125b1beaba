"""Whatever a service is to do with a resource, the resource's policy lets it: in both templates."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest

from infra.conftest import NETWORKS, Assembly
from infra.service_access import problems

pytestmark = pytest.mark.infra

GIVEN = {"AllowedCidrs": NETWORKS, "Env": "prod"}
ACCOUNT = {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}
EVENT = {"Type": "AWS::Events::Rule", "Properties": {"ScheduleExpression": "rate(1 day)"}}


@pytest.mark.parametrize("name", ["local", "dev", "staging", "prod", "pr-7"])
def test_every_service_may_do_what_the_stack_wants_of_it(assembly: Assembly, name: str) -> None:
    assert problems(assembly.stack(name).content, GIVEN) == []


def test_every_service_may_do_what_template_yaml_wants_of_it(sam_stacks: dict[str, Any]) -> None:
    assert problems(sam_stacks["prod"], GIVEN) == []


def test_without_any_one_permission_something_is_missing(
    assembly: Assembly, sam_stacks: dict[str, Any]
) -> None:
    """So no grant to a service is there for nothing, and none can go unnoticed."""
    for template in (assembly.stack("prod").content, sam_stacks["prod"]):
        poorer = [*without_each_grant(template)]
        assert len(poorer) >= 9 + 1 + 8  # calls of functions, the alarms' topic, and roles
        for what, each in poorer:
            assert problems(each, GIVEN), f"nobody misses {what}"


def without_each_grant(template: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for id, resource in template["Resources"].items():
        if resource["Type"] == "AWS::Lambda::Permission":
            poorer = deepcopy(template)
            del poorer["Resources"][id]
            yield id, poorer
        for document in ("AssumeRolePolicyDocument", "PolicyDocument"):
            statements = resource.get("Properties", {}).get(document, {}).get("Statement", ())
            for number, statement in enumerate(statements):
                if statement["Effect"] == "Allow" and "Service" in statement.get("Principal", ()):
                    poorer = deepcopy(template)
                    del poorer["Resources"][id]["Properties"][document]["Statement"][number]
                    yield f"{id} {number}", poorer


def test_a_topic_whose_policy_holds_only_a_deny_is_closed(assembly: Assembly) -> None:
    template = assembly.stack("prod").content
    (policy,) = [each for each in template["Resources"].values() if each["Type"] == "AWS::SNS::TopicPolicy"]
    statements = policy["Properties"]["PolicyDocument"]["Statement"]
    assert [each["Effect"] for each in statements] == ["Allow", "Deny"]
    assert statements[0]["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
    assert statements[0]["Condition"] == ACCOUNT
    assert statements[1]["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    del statements[0]
    alarms = [each for each in template["Resources"].values() if each["Type"] == "AWS::CloudWatch::Alarm"]
    assert len(problems(template, GIVEN)) == 2 * len(alarms) > 0


def statement(service: str, action: str, **more: Any) -> dict[str, Any]:
    principal = {"Service": f"{service}.amazonaws.com"}
    return {"Effect": "Allow", "Principal": principal, "Action": action, "Resource": "*", **more}


def template(target: dict[str, Any], by: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"Resources": {"Target": target, "By": by, **more}}


def policy(kind: str, names: str, *statements: Any) -> dict[str, Any]:
    reference = {"Ref": "Target"}
    properties = {names: reference if names == "Bucket" else [reference]}
    return {
        "Type": kind,
        "Properties": properties | {"PolicyDocument": {"Statement": [*statements]}},
    }


QUEUE = {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "jobs"}}
TOPIC = {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": "news"}}
BUCKET = {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "logs"}}
TO_TARGET = {"Fn::GetAtt": ["Target", "Arn"]}


def rule(**target: Any) -> dict[str, Any]:
    return {**EVENT, "Properties": {**EVENT["Properties"], "Targets": [{"Id": "1", **target}]}}


def source(**properties: Any) -> dict[str, Any]:
    return {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "source", **properties}}


CASES = [
    (QUEUE, rule(Arn=TO_TARGET), "AWS::SQS::QueuePolicy", "Queues", "events", "sqs:SendMessage", {}),
    (TOPIC, rule(Arn={"Ref": "Target"}), "AWS::SNS::TopicPolicy", "Topics", "events", "sns:Publish", {}),
    (
        QUEUE,
        source(NotificationConfiguration={"QueueConfigurations": [{"Queue": TO_TARGET}]}),
        "AWS::SQS::QueuePolicy",
        "Queues",
        "s3",
        "sqs:SendMessage",
        ACCOUNT,
    ),
    (
        TOPIC,
        source(NotificationConfiguration={"TopicConfigurations": [{"Topic": {"Ref": "Target"}}]}),
        "AWS::SNS::TopicPolicy",
        "Topics",
        "s3",
        "sns:Publish",
        ACCOUNT,
    ),
    (
        BUCKET,
        source(LoggingConfiguration={"DestinationBucketName": {"Ref": "Target"}}),
        "AWS::S3::BucketPolicy",
        "Bucket",
        "logging.s3",
        "s3:PutObject",
        ACCOUNT,
    ),
]


@pytest.mark.parametrize(("target", "by", "kind", "names", "service", "action", "condition"), CASES)
def test_what_later_stacks_may_do(
    target: Any, by: Any, kind: str, names: str, service: str, action: str, condition: Any
) -> None:
    more = {"Condition": condition} if condition else {}
    good = policy(kind, names, statement(service, action, **more))
    assert problems(template(target, by, Policy=good), {}) == []
    assert len(problems(template(target, by), {})) == 1
    other = policy(kind, names, statement("lambda", action, **more))
    assert len(problems(template(target, by, Policy=other), {})) == 1
    deny = policy(kind, names, {**statement(service, action), "Effect": "Deny"}, *_statements(good))
    assert len(problems(template(target, by, Policy=deny), {})) == 1
    if condition:  # the same service for another account must not come in
        anyones = policy(kind, names, statement(service, action))
        assert len(problems(template(target, by, Policy=anyones), {})) == 1


def _statements(resource: dict[str, Any]) -> list[Any]:
    found: list[Any] = resource["Properties"]["PolicyDocument"]["Statement"]
    return found


def test_a_schedule_needs_a_role_that_trusts_it_and_may_call() -> None:
    schedule = {
        "Type": "AWS::Scheduler::Schedule",
        "Properties": {"Target": {"Arn": TO_TARGET, "RoleArn": {"Fn::GetAtt": ["Role", "Arn"]}}},
    }
    allow = {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": TO_TARGET}

    def role(service: str, *allowed: Any) -> dict[str, Any]:
        trust = {"Statement": [statement(service, "sts:AssumeRole")]}
        policies = [{"PolicyDocument": {"Statement": [*allowed]}}]
        properties = {"AssumeRolePolicyDocument": trust, "Policies": policies}
        return {"Type": "AWS::IAM::Role", "Properties": properties}

    assert problems(template(QUEUE, schedule, Role=role("scheduler", allow)), {}) == []
    assert len(problems(template(QUEUE, schedule, Role=role("events", allow)), {})) == 1
    assert len(problems(template(QUEUE, schedule, Role=role("scheduler")), {})) == 1


@pytest.mark.parametrize(
    ("key", "fine"),
    [
        ("alias/aws/sns", False),  # AWS's own key lets in no service
        ({"Ref": "Key"}, True),
    ],
)
def test_an_encrypted_topic_needs_a_key_that_lets_the_alarms_use_it(key: Any, fine: bool) -> None:
    topic = {**TOPIC, "Properties": {**TOPIC["Properties"], "KmsMasterKeyId": key}}
    alarm = {"Type": "AWS::CloudWatch::Alarm", "Properties": {"AlarmActions": [{"Ref": "Target"}]}}
    publish = statement("cloudwatch", "sns:Publish", Condition=ACCOUNT)
    use = statement("cloudwatch", ["kms:Decrypt", "kms:GenerateDataKey*"], Condition=ACCOUNT)  # type: ignore[arg-type]
    made = template(
        topic,
        alarm,
        Policy=policy("AWS::SNS::TopicPolicy", "Topics", publish),
        Key={"Type": "AWS::KMS::Key", "Properties": {"KeyPolicy": {"Statement": [use]}}},
    )
    assert (problems(made, {}) == []) is fine
    made["Resources"]["Key"]["Properties"]["KeyPolicy"]["Statement"] = []
    assert problems(made, {})


def test_a_type_that_nobody_has_thought_of_is_a_problem() -> None:
    pipe = {"Type": "AWS::Pipes::Pipe", "Properties": {}}
    assert problems(template(QUEUE, pipe), {}) == ["By: nobody has said on what AWS::Pipes::Pipe acts"]
