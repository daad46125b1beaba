"""What the policies in a template allow: for the tests of infra/service_access.py."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from infra.resolved import Resolved

# how a resource is written to, the policy that says who may, and the property that names what it is for
WRITTEN = {
    "AWS::SNS::Topic": ("sns:Publish", "AWS::SNS::TopicPolicy", "Topics"),
    "AWS::SQS::Queue": ("sqs:SendMessage", "AWS::SQS::QueuePolicy", "Queues"),
    "AWS::S3::Bucket": ("s3:PutObject", "AWS::S3::BucketPolicy", "Bucket"),
}
KEYS = ("KmsMasterKeyId", "KMSMasterKeyID")  # of a topic, of a queue
ONLY_TLS = {"Bool": {"aws:SecureTransport": "false"}}
ACCOUNT = "<AWS.AccountId>"


@dataclass(frozen=True)
class Policies:
    """References are texts as infra/resolved.py makes them: prod-alarms, <prod-sync.Arn>."""

    resolved: Resolved

    def lets(self, target: str, service: str, source: str) -> bool:
        """Whether the target's own policy lets the service write to it, or call it, for `source`, an ARN.

        A topic with no policy is closed too: AWS's default one knows nothing of most services.
        """
        id, kind = self.find(target)
        if kind in WRITTEN:
            action, policies, names = WRITTEN[kind]
            documents = [
                each["Properties"]["PolicyDocument"]
                for each in self.resolved.of(policies).values()
                if self.find(_first(each["Properties"][names]))[0] == id
            ]
            return _allowed(documents, service, action) and self._may_encrypt(id, service)
        return source in self.callers(target, service)

    def callers(self, target: str, service: str) -> list[str]:
        """The source ARNs for which the service may call a function or its alias."""
        every = (each["Properties"] for each in self.resolved.of("AWS::Lambda::Permission").values())
        return [
            str(each.get("SourceArn", ""))
            for each in every
            if (each["FunctionName"], each["Principal"]) == (target, service)
        ]

    def trusts(self, role: str, service: str) -> bool:
        """Whether the service may assume the role, which is named by its ARN."""
        return _allowed([self.role(role).get("AssumeRolePolicyDocument", {})], service, "sts:AssumeRole")

    def may(self, role: str, action: str, target: str) -> bool:
        """Whether the policies of the role allow an action on what `target` names."""
        id, _ = self.find(role)
        attached = (
            each["Properties"]
            for each in self.resolved.of("AWS::IAM::Policy").values()
            if id and self.resolved.name(id) in each["Properties"]["Roles"]
        )
        every = (*self.role(role).get("Policies", ()), *attached)
        found = (line for each in every for line in _statements(each["PolicyDocument"]))
        names = {target, _arn(target), _arn(f"<{target}.Arn>")}
        return any(
            line["Effect"] == "Allow" and action in _list(line["Action"]) and names & _arns(line["Resource"])
            for line in found
        )

    def role(self, arn: str) -> Mapping[str, Any]:
        """The properties of a role of the template; empty when it is none."""
        id, kind = self.find(arn)
        return self.resolved.resources[id]["Properties"] if kind == "AWS::IAM::Role" else {}

    def find(self, reference: str) -> tuple[str, str]:
        """Logical id and type of what a text names; two empty texts when it is nothing of the template."""
        name = _arn(reference)
        for id, each in self.resolved.resources.items():
            if self.resolved.name(id) == name:
                return id, str(each["Type"])
        return "", ""

    def _may_encrypt(self, id: str, service: str) -> bool:
        """A key of one's own must let the service use it; AWS's (alias/aws/sns) lets none."""
        properties = self.resolved.resources[id]["Properties"]
        key = next((properties[name] for name in KEYS if name in properties), None)
        if key is None:
            return True
        found, kind = self.find(key)
        if kind != "AWS::KMS::Key":
            return False
        policy = self.resolved.resources[found]["Properties"]["KeyPolicy"]
        return all(_allowed([policy], service, action) for action in ("kms:Decrypt", "kms:GenerateDataKey"))


def _allowed(documents: list[Any], service: str, action: str) -> bool:
    about = [
        line
        for document in documents
        for line in _statements(document)
        if _is(line["Principal"], service)
        and any(fnmatchcase(action, each) for each in _list(line["Action"]))
    ]
    denied = [line for line in about if line["Effect"] == "Deny" and line.get("Condition") != ONLY_TLS]
    return not denied and any(line["Effect"] == "Allow" and _own(line, service) for line in about)


def _own(statement: Mapping[str, Any], service: str) -> bool:
    """Whether its condition lets in what the account's own resources make the service do, and no more.

    EventBridge sends no such keys; a role is assumed by a service for this account alone.
    """
    condition = statement.get("Condition", {})
    if not condition:
        return service == "events.amazonaws.com" or "sts:AssumeRole" in _list(statement["Action"])
    keys = {key: value for each in condition.values() for key, value in each.items()}
    if keys.get("aws:SourceAccount", ACCOUNT) != ACCOUNT:
        return False
    return bool(keys) and keys.keys() <= {"aws:SourceAccount", "aws:SourceArn"}


def _is(principal: Any, service: str) -> bool:
    if principal == "*" or principal.get("AWS") == "*":
        return True
    return service in _list(principal.get("Service", ()))


def _statements(document: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield from _list(document.get("Statement", ()))


def _list(given: Any) -> list[Any]:
    return [*given] if isinstance(given, list | tuple) else [given]


def _first(given: Any) -> str:
    return str(_list(given)[0])


def _arn(reference: str) -> str:
    """The name in <name.Arn>, or the text itself."""
    return reference.removeprefix("<").removesuffix(".Arn>")


def _arns(given: Any) -> set[str]:
    """A policy's resources, by the names at their ends too."""
    return {name for each in _list(given) for name in (each, _arn(each), each.split(":")[-1])}


def holds(resource: Any, text: str) -> bool:
    return text in json.dumps(resource)
