from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.models.arn_formats import FORMATS, told_by

UUID = "4f8f1c2e-1111-2222-3333-444455556666"
EACH = [(service, format) for service, formats in FORMATS.items() for format in formats.split()]


def kind_and_name(resource: str, service: str = "example", partition: str = "aws") -> tuple[str, str]:
    told = told_by(f"arn:{partition}:{service}:us-east-1:111122223333:{resource}")
    return told.kind, told.name


@pytest.mark.parametrize(("service", "format"), EACH, ids=lambda one: one.replace("/", "."))
@pytest.mark.parametrize("other", ["another", "a1b2c3d4e5", UUID, "7"])
def test_every_format_is_read_as_it_is_written(service: str, format: str, other: str) -> None:
    """None stands in the way of a later one, whatever stands in the places of ids."""
    kind, _, shape = format.rpartition("=")
    name = "/shop/the-name" if "{path}" in shape else "the-name"
    resource = re.sub(r"\{\w+\}", name, shape.replace("*", other))
    for slash in ("", "/"):
        found = kind_and_name(slash + resource, service, "aws-us-gov")
        assert found[1] == name
        assert found[0] == kind or (not kind and found[0] in shape)


@pytest.mark.parametrize(
    ("service", "resource", "kind", "name"),
    [
        ("acm-pca", f"certificate-authority/{UUID}", "certificate-authority", UUID),
        ("amplify", "apps/d2xmpl9a/branches/main", "branches", "main"),
        ("apigateway", "/restapis/a1b2c3/stages/prod", "stages", "prod"),
        ("apprunner", f"vpcconnector/to-db/1/{UUID.replace('-', '')}", "vpcconnector", "to-db"),
        ("appsync", "apis/q7zk2mx9ab", "apis", "q7zk2mx9ab"),
        ("backup", f"backup-plan:{UUID}", "backup-plan", UUID),
        ("batch", "job-definition/nightly:3", "job-definition", "nightly:3"),
        ("cassandra", "/keyspace/shop/table/orders", "table", "orders"),
        ("cloudformation", f"stackset/baseline:{UUID}", "stackset", "baseline"),
        ("cloudwatch", "alarm:orders are late", "alarm", "orders are late"),
        ("codebuild", "project/site", "project", "site"),
        ("codecommit", "site", "repository", "site"),
        ("codedeploy", "deploymentgroup:shop/blue", "deploymentgroup", "blue"),
        ("codepipeline", "release", "pipeline", "release"),
        ("cognito-idp", "userpool/us-east-1_aB3cD4eF5", "userpool", "us-east-1_aB3cD4eF5"),
        ("dms", "rep:ABCDEFGHIJKLMNOPQRSTUVWXYZ", "rep", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
        ("ec2", "transit-gateway/tgw-0a1b2c3d4e5f60718", "transit-gateway", "tgw-0a1b2c3d4e5f60718"),
        ("ecs", "task/prod/0a1b2c3d4e5f60718293a4b5c6d7e8f9", "task", "0a1b2c3d4e5f60718293a4b5c6d7e8f9"),
        ("ecs", "task-definition/web:118", "task-definition", "web:118"),
        ("eks", f"addon/platform/vpc-cni/{UUID}", "addon", "vpc-cni"),
        ("eks", f"nodegroup/platform/general/{UUID}", "nodegroup", "general"),
        ("elasticloadbalancing", "listener/app/web/50dc6c495c0c9188/f2f7dc8efc522ab2", "listener", "web"),
        ("elasticloadbalancing", "loadbalancer/web", "loadbalancer", "web"),
        ("elasticbeanstalk", "environment/shop/shop-prod", "environment", "shop-prod"),
        ("events", "rule/own-bus/nightly", "rule", "nightly"),
        ("fsx", "volume/fs-0123456789abcdef0/fsvol-0123456789abcdef0", "volume", "fsvol-0123456789abcdef0"),
        ("glue", "crawler/logs", "crawler", "logs"),
        ("imagebuilder", "image/base/1.0.0/3", "image", "base"),
        ("kafka", f"cluster/events/{UUID}-7", "cluster", "events"),
        ("kafka", "cluster/events/2f3a-7", "cluster", "events"),
        ("kafkaconnect", f"connector/sink/{UUID}-2", "connector", "sink"),
        ("kinesis", "stream/clicks/consumer/audit:1700000000", "consumer", "audit"),
        ("lambda", "layer:shared:7", "layer", "shared:7"),
        ("lambda", "layer:shared", "layer", "shared"),
        ("lambda", f"event-source-mapping:{UUID}", "event-source-mapping", UUID),
        ("logs", "log-group:/aws/lambda/web", "log-group", "/aws/lambda/web"),
        ("mq", "broker:name:b-1234", "broker", "name"),
        ("mq", f"broker:name:b-{UUID}", "broker", "name"),
        ("network-firewall", "firewall-policy/egress", "firewall-policy", "egress"),
        ("rds", "snapshot:rds:orders-2026-11-30", "snapshot", "rds:orders-2026-11-30"),
        ("s3", "site/index.html", "object", "index.html"),
        ("s3", "accesspoint/reports", "accesspoint", "reports"),
        ("servicecatalog", "/applications/0a1b2c3d4e5f", "applications", "0a1b2c3d4e5f"),
        ("sns", f"orders:{UUID}", "subscription", "orders"),
        ("sns", "orders.fifo", "topic", "orders.fifo"),
        ("ssm", "parameter/prod/db/password", "parameter", "/prod/db/password"),
        ("ssm", "parameter/limit", "parameter", "limit"),
        ("states", f"execution:nightly:{UUID}", "execution", "nightly"),
        ("synthetics", "canary:home", "canary", "home"),
        ("wafv2", f"global/ipset/office/{UUID}", "ipset", "office"),
        ("wafv2", f"regional/webacl/edge/{UUID}", "webacl", "edge"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("partition", ["aws", "aws-cn", "aws-eusc"])
def test_kind_and_name_are_those_that_aws_means(
    service: str, resource: str, kind: str, name: str, partition: str
) -> None:
    assert kind_and_name(resource, service, partition) == (kind, name)


@pytest.mark.parametrize(
    ("resource", "kind", "name"),
    [
        ("thing/nightly", "thing", "nightly"),
        ("thing:nightly", "thing", "nightly"),
        ("nightly", "", "nightly"),
        (f"thing/{UUID}", "thing", UUID),
        (f"thing/nightly/{UUID}", "thing", "nightly"),
        (f"thing/nightly/{UUID}/3", "thing", "nightly"),
        ("thing/nightly/v2", "thing", "nightly"),
        ("thing:nightly:$LATEST", "thing", "nightly"),
        ("thing/nightly/50dc6c495c0c9188", "thing", "nightly"),
        (f"regional/thing/nightly/{UUID}", "thing", "nightly"),
        (f"thing/app/nightly/{UUID}", "thing", "nightly"),
        ("thing/shop/part/wheel", "part", "wheel"),
        (f"thing/{UUID}/part/t-0a1b2c3d4e5f", "part", "t-0a1b2c3d4e5f"),
        ("thing/7", "thing", "7"),
        ("/", "", "/"),
    ],
)
def test_a_format_that_is_unknown_is_read_as_most_are(resource: str, kind: str, name: str) -> None:
    assert kind_and_name(resource) == (kind, name)


@given(st.text(alphabet=st.sampled_from("arn:aws/*-1a\n\x00{}é"), max_size=60))
def test_whatever_stands_there_has_a_name(arn: str) -> None:
    told = told_by(arn)
    assert bool(told.name) == bool(arn)
