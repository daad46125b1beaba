"""Which AWS services act on a template's resources, and whether the resources' policies let them.

For tests: where a policy does not, AWS accepts the template, and then nothing happens. `problems` knows what
every type of resource makes a service do; a type that it does not know is a problem too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from infra.access_policies import WRITTEN, Policies, holds
from infra.resolved import Resolved

# make no service do anything; functions, roles and policies are looked at where something is done with them
QUIET = (
    *(policy for _, policy, _ in WRITTEN.values()),
    "AWS::ApiGateway::Account",
    "AWS::ApiGateway::Deployment",
    "AWS::ApiGateway::Resource",
    "AWS::CloudWatch::Dashboard",
    "AWS::DynamoDB::Table",
    "AWS::IAM::Policy",
    "AWS::IAM::Role",
    "AWS::KMS::Key",
    "AWS::Lambda::Alias",
    "AWS::Lambda::Permission",
    "AWS::Lambda::Version",
    "AWS::Logs::LogGroup",
    "AWS::SNS::Topic",
    "AWS::SQS::Queue",
)
PUSH_LOGS = "AmazonAPIGatewayPushToCloudWatchLogs"
RECEIVE = ("sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage")
CALL = ("lambda:InvokeFunction", "sqs:SendMessage", "sns:Publish")

Found = Iterator[str]
Properties = Mapping[str, Any]


def problems(template: Mapping[str, Any], given: Mapping[str, str]) -> list[str]:
    """A line for each thing that a service is to do in this template and may not."""
    acts = _Acts(template, given)
    return [line for id, each in acts.resolved.resources.items() for line in acts.of(id, each)]


class _Acts:
    def __init__(self, template: Mapping[str, Any], given: Mapping[str, str]) -> None:
        self.resolved = Resolved(template, given)
        self._raw = template["Resources"]
        self._policies = Policies(self.resolved)
        self._acts: dict[str, Callable[[str, Properties], Found]] = {
            "AWS::ApiGateway::Method": self._method,
            "AWS::ApiGateway::RestApi": self._body,
            "AWS::ApiGateway::Stage": self._stage,
            "AWS::CloudWatch::Alarm": self._alarm,
            "AWS::Events::Rule": self._rule,
            "AWS::Lambda::EventSourceMapping": self._mapping,
            "AWS::Lambda::Function": self._function,
            "AWS::S3::Bucket": self._bucket,
            "AWS::SNS::Subscription": self._subscription,
            "AWS::Scheduler::Schedule": self._schedule,
        }

    def of(self, id: str, resource: Mapping[str, Any]) -> Found:
        kind = resource["Type"]
        if kind in self._acts:
            yield from self._acts[kind](id, resource.get("Properties", {}))
        elif kind not in QUIET:
            yield f"{id}: nobody has said on what {kind} acts"

    def _alarm(self, id: str, properties: Properties) -> Found:
        for key in ("AlarmActions", "OKActions", "InsufficientDataActions"):
            for target in properties.get(key, ()):
                yield from self._lets(target, "cloudwatch", id)

    def _rule(self, id: str, properties: Properties) -> Found:
        for target in properties.get("Targets", ()):
            if "RoleArn" in target:
                yield from self._by_role(target["RoleArn"], "events", target["Arn"], id)
            else:
                yield from self._lets(target["Arn"], "events", id)
            if "DeadLetterConfig" in target:
                yield from self._lets(target["DeadLetterConfig"]["Arn"], "events", id)

    def _schedule(self, id: str, properties: Properties) -> Found:
        target = properties["Target"]
        yield from self._by_role(target["RoleArn"], "scheduler", target["Arn"], id)

    def _bucket(self, id: str, properties: Properties) -> Found:
        notified = properties.get("NotificationConfiguration", {})
        for key, name in (("Lambda", "Function"), ("Queue", "Queue"), ("Topic", "Topic")):
            for each in notified.get(f"{key}Configurations", ()):
                yield from self._lets(each[name], "s3", id)
        if "LoggingConfiguration" in properties:
            yield from self._lets(
                properties["LoggingConfiguration"]["DestinationBucketName"], "logging.s3", id
            )

    def _subscription(self, id: str, properties: Properties) -> Found:
        if properties["Protocol"] in ("lambda", "sqs"):
            yield from self._lets(properties["Endpoint"], "sns", properties["TopicArn"])

    def _function(self, id: str, properties: Properties) -> Found:
        yield from self._trusts(properties["Role"], "lambda", id)
        log = properties.get("LoggingConfig", {}).get("LogGroup", "")
        if not self._policies.may(properties["Role"], "logs:PutLogEvents", log):
            yield f"{id}: its role may not write to the log {log!r}"

    def _mapping(self, id: str, properties: Properties) -> Found:
        name = properties["FunctionName"].removesuffix(":live").split(":")[-1]
        functions = self.resolved.of("AWS::Lambda::Function").items()
        roles = [each["Properties"]["Role"] for id, each in functions if self.resolved.name(id) == name]
        role = roles[0] if roles else ""
        for action in RECEIVE:
            if not self._policies.may(role, action, properties["EventSourceArn"]):
                yield f"{id}: {name} may not {action} of {properties['EventSourceArn']}"

    def _method(self, id: str, properties: Properties) -> Found:
        path = properties["ResourceId"] if properties["ResourceId"].startswith("/") else "/"
        yield from self._called(id, path, properties["Integration"]["Uri"])

    def _body(self, id: str, properties: Properties) -> Found:
        for path, methods in properties.get("Body", {}).get("paths", {}).items():
            for method in methods.values():
                yield from self._called(id, path, method["x-amazon-apigateway-integration"]["uri"])

    def _called(self, id: str, path: str, uri: str) -> Found:
        called = uri.split("/functions/")[1].removesuffix("/invocations")
        wanted = "*" + re.sub(r"\{[^}]+\}", "*", path)
        sources = self._policies.callers(called, "apigateway.amazonaws.com")
        if not any(source.split("/", 2)[-1] == wanted for source in sources):
            yield f"{id}: API Gateway may not call {called} for {path}"

    def _stage(self, id: str, properties: Properties) -> Found:
        if "AccessLogSetting" not in properties:
            return
        accounts = self.resolved.of("AWS::ApiGateway::Account")
        if not any(holds(self._raw[id], f'"{account}"') for account in accounts):
            yield f"{id}: nothing waits until API Gateway has a role to write the log with"
        for account in accounts.values():
            role = account["Properties"]["CloudWatchRoleArn"]
            yield from self._trusts(role, "apigateway", id)
            if not holds(self._policies.role(role), PUSH_LOGS):
                yield f"{id}: API Gateway's role may not write logs"

    def _lets(self, target: str, service: str, id: str) -> Found:
        source = f"<{self.resolved.name(id)}.Arn>" if id in self._raw else id
        if not self._policies.lets(target, f"{service}.amazonaws.com", source):
            yield f"{id}: the policy of {target} does not let in {service}.amazonaws.com"

    def _trusts(self, role: str, service: str, id: str) -> Found:
        if not self._policies.trusts(role, f"{service}.amazonaws.com"):
            yield f"{id}: {role} does not trust {service}.amazonaws.com"

    def _by_role(self, role: str, service: str, target: str, id: str) -> Found:
        yield from self._trusts(role, service, id)
        if not any(self._policies.may(role, action, target) for action in CALL):
            yield f"{id}: {role} may not write to {target}"
