"""What a template makes, in a form in which the CDK's template and SAM's can be compared."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from infra.resolved import ALIAS, Resolved, Resource

PARTS = ("AWS::ApiGateway::Method", "AWS::ApiGateway::Resource", "AWS::IAM::Policy")  # of another resource
POLICY = "PolicyDocument"
NOBODY: Mapping[str, Any] = {"Statement": []}
CALL = ALIAS.split("{}")[0]


def facts(template: Mapping[str, Any], given: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    """Each resource by its type and name: its properties, and what becomes of it when the stack goes."""
    resolved = Resolved(template, given)
    found: dict[str, dict[str, Any]] = {}
    for id, resource in resolved.resources.items():
        if resource["Type"] in PARTS:
            continue
        name = f"{resource['Type']} {_identity(resolved, id, resource)}"
        if name in found:
            raise ValueError(f"two resources are {name}")
        found[name] = _properties(resolved, id, resource)
    return found


def statements(document: Mapping[str, Any]) -> list[str]:
    """The statements of a policy in one form and order, whatever their Sid."""
    every = document["Statement"]
    return sorted(map(_statement, every if isinstance(every, list) else [every]))


def _statement(given: Mapping[str, Any]) -> str:
    found = {name: each for name, each in given.items() if name != "Sid"}
    for name in ("Action", "Resource"):
        if name in found:
            found[name] = sorted(found[name]) if isinstance(found[name], list) else [found[name]]
    if found.get("Principal") == "*":
        found["Principal"] = {"AWS": "*"}
    return json.dumps(found, sort_keys=True).replace("arn:aws:", "arn:<AWS.Partition>:")


def _identity(resolved: Resolved, id: str, resource: Resource) -> str:
    properties = resource.get("Properties", {})
    match resource["Type"]:
        case "AWS::Lambda::Permission":
            source = properties["SourceArn"]
            path = source.split("/", 2)[-1] if "execute-api" in source else source
            return f"{properties['Principal']} -> {properties['FunctionName']} for {path}"
        case "AWS::Lambda::Version":
            return f"of {properties['FunctionName']}"
        case "AWS::Lambda::EventSourceMapping":
            return f"of {properties['EventSourceArn']}"
        case "AWS::CloudWatch::Alarm":
            return f"{properties['MetricName']} of {properties['Dimensions'][-1]['Value']}"
        case "AWS::SQS::QueuePolicy" | "AWS::SNS::TopicPolicy" | "AWS::S3::BucketPolicy":
            return str([value for name, value in properties.items() if name != POLICY])
        case "AWS::SNS::Subscription":
            return f"{properties['Protocol']} of {properties['TopicArn']}"
    return resolved.name(id)


def _properties(resolved: Resolved, id: str, resource: Resource) -> dict[str, Any]:
    found: dict[str, Any] = dict(resource.get("Properties", {}))
    for name in ("DeletionPolicy", "UpdateReplacePolicy"):
        found[name] = resource.get(name, "Delete")
    found["Condition"] = "Condition" in resource
    if POLICY in found:
        found[POLICY] = statements(found[POLICY])
    match resource["Type"]:
        case "AWS::IAM::Role":
            return _role(resolved, id, found)
        case "AWS::ApiGateway::RestApi":
            return _api(resolved, found)
        case "AWS::ApiGateway::Stage":
            found["MethodSettings"] = sorted(map(_text, found.get("MethodSettings", ())))
        case "AWS::Events::Rule":
            found["Targets"] = [each["Arn"] for each in found["Targets"]]
        case "AWS::Lambda::EventSourceMapping":
            found["FunctionName"] = found["FunctionName"].removeprefix(CALL)
    return found


def _role(resolved: Resolved, id: str, found: dict[str, Any]) -> dict[str, Any]:
    """With the statements of its own policies, and of those that are attached to it."""
    attached = (
        each["Properties"]
        for each in resolved.of("AWS::IAM::Policy").values()
        if resolved.name(id) in each["Properties"]["Roles"]
    )
    own = found.pop("Policies", [])
    allowed = [line for policy in (*own, *attached) for line in statements(policy[POLICY])]
    trusted = statements(found.pop("AssumeRolePolicyDocument"))
    return found | {"allowed": sorted(allowed), "trusted": trusted}


def _api(resolved: Resolved, found: dict[str, Any]) -> dict[str, Any]:
    """With its policy and its routes, which SAM has in a body that API Gateway imports."""
    body = found.pop("Body", None)
    if body is None:
        policy, routes = found.pop("Policy", NOBODY), _methods(resolved)
    else:
        policy, routes = body.get("x-amazon-apigateway-policy", NOBODY), _paths(body["paths"])
        found["BinaryMediaTypes"] = body["x-amazon-apigateway-binary-media-types"]
    return found | {"policy": statements(policy), "routes": routes}


def _methods(resolved: Resolved) -> dict[str, str]:
    found = {}
    for each in resolved.of("AWS::ApiGateway::Method").values():
        properties = each["Properties"]
        integration = properties["Integration"]
        path = properties["ResourceId"] if properties["ResourceId"].startswith("/") else "/"
        found[f"{properties['HttpMethod']} {path}"] = _text(
            [properties["AuthorizationType"], integration["Type"].lower(), integration["Uri"]]
        )
    return found


def _paths(paths: Mapping[str, Any]) -> dict[str, str]:
    found = {}
    for path, methods in paths.items():
        for name, method in methods.items():
            integration = method["x-amazon-apigateway-integration"]
            open = "security" not in method and "x-amazon-apigateway-auth" not in method
            kind = "NONE" if open else "another"
            verb = "ANY" if name == "x-amazon-apigateway-any-method" else name.upper()
            found[f"{verb} {path}"] = _text([kind, integration["type"].lower(), integration["uri"]])
    return found


def _text(value: Any) -> str:
    return json.dumps(value, sort_keys=True).replace("arn:aws:", "arn:<AWS.Partition>:")
