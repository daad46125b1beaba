"""A template with its functions worked out, as far as a template alone can say: for tests that compare.

What only AWS knows stays as text in <>: <AWS.Region>, <PoloFunctionRole.Arn>. A resource is called by the
name it is given, or by what it belongs to, so the same thing has the same name in two templates.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

Resource = dict[str, Any]

# type -> the property that names it
NAMED = {
    "AWS::ApiGateway::RestApi": "Name",
    "AWS::ApiGateway::Stage": "StageName",
    "AWS::CloudWatch::Dashboard": "DashboardName",
    "AWS::DynamoDB::Table": "TableName",
    "AWS::Lambda::Function": "FunctionName",
    "AWS::Logs::LogGroup": "LogGroupName",
    "AWS::S3::Bucket": "BucketName",
    "AWS::SNS::Topic": "TopicName",
    "AWS::SQS::Queue": "QueueName",
}
ALIAS = "arn:<AWS.Partition>:lambda:<AWS.Region>:<AWS.AccountId>:function:{}:{}"
_VARIABLE = re.compile(r"\$\{([\w.:]+)\}")


class Resolved:
    """resources: by logical id, with all functions worked out. given: parameter -> value."""

    def __init__(self, template: Mapping[str, Any], given: Mapping[str, str]) -> None:
        self._template, self._given = template, given
        self._raw: dict[str, Resource] = template["Resources"]
        self._functions: dict[str, Callable[[Any], Any]] = {
            "Ref": self._ref,
            "Fn::GetAtt": self._attribute,
            "Fn::Sub": self._sub,
            "Fn::Join": lambda given: given[0].join(map(str, self.value(given[1]))),
            "Fn::Split": lambda given: str(self.value(given[1])).split(given[0]),
            "Fn::Select": lambda given: self.value(given[1])[int(given[0])],
            "Fn::If": lambda given: self.value(given[1] if self._holds(given[0]) else given[2]),
        }
        self.resources = {id: self.value(each) for id, each in self._raw.items()}

    def of(self, type: str) -> dict[str, Resource]:
        return {id: each for id, each in self.resources.items() if each["Type"] == type}

    def value(self, given: Any) -> Any:
        """`given` without functions."""
        if isinstance(given, list):
            return [self.value(each) for each in given]
        if not isinstance(given, dict):
            return given
        if len(given) == 1:
            ((name, argument),) = given.items()
            if name in self._functions:
                return self._functions[name](argument)
        return {name: self.value(each) for name, each in given.items()}

    def name(self, id: str) -> str:
        """What the resource of this logical id is called."""
        resource = self._raw[id]
        properties = resource.get("Properties", {})
        kind = resource["Type"]
        if kind in NAMED:
            return str(self.value(properties.get(NAMED[kind], id)))
        if kind == "AWS::Lambda::Alias":
            return ALIAS.format(self.value(properties["FunctionName"]), properties["Name"])
        if kind == "AWS::IAM::Role":
            return self._role(id)
        if kind == "AWS::Events::Rule":
            return f"rule {self.value(properties.get('ScheduleExpression'))}"
        if kind == "AWS::ApiGateway::Resource":
            return self.path(id)
        return str(kind)

    def path(self, id: str) -> str:
        """The path of an API's resource, or of the API itself."""
        resource = self._raw[id]
        if resource["Type"] != "AWS::ApiGateway::Resource":
            return ""
        properties = resource["Properties"]
        parent = properties["ParentId"]
        above = parent.get("Ref") or parent["Fn::GetAtt"][0]
        return f"{self.path(above)}/{properties['PathPart']}"

    def _role(self, id: str) -> str:
        """By who has it."""
        for other, each in self._raw.items():
            properties = each.get("Properties", {})
            if properties.get("Role") == {"Fn::GetAtt": [id, "Arn"]}:
                return f"role of {self.name(other)}"
            if properties.get("CloudWatchRoleArn") == {"Fn::GetAtt": [id, "Arn"]}:
                return "role of API Gateway"
        return f"role {id}"

    def _ref(self, name: str) -> Any:
        if name in self._raw:
            return self.name(name)
        return self._given.get(name, f"<{name.replace('::', '.')}>")

    def _attribute(self, given: Any) -> str:
        id, attribute = given if isinstance(given, list) else given.split(".", 1)
        return f"<{self.name(id)}.{attribute}>"

    def _sub(self, given: Any) -> str:
        text, variables = (given, {}) if isinstance(given, str) else given
        values = {name: self.value(each) for name, each in variables.items()}

        def replaced(found: re.Match[str]) -> str:
            name = found[1]
            if name in values:
                return str(values[name])
            return (
                self._attribute(name) if name.split(".")[0] in self._raw and "." in name else self._ref(name)
            )

        return _VARIABLE.sub(replaced, text)

    def _holds(self, condition: str) -> bool:
        return bool(self._truth(self._template["Conditions"][condition]))

    def _truth(self, given: Mapping[str, Any]) -> bool:
        ((name, argument),) = given.items()
        if name == "Fn::Not":
            return not self._truth(argument[0])
        if name == "Fn::Equals":
            return bool(self.value(argument[0]) == self.value(argument[1]))
        raise NotImplementedError(name)
