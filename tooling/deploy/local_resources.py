"""What stands in a member account of the local AWS: a few services of each team, some of it wasteful."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

from services.cloud.aws import Aws, AwsSource
from services.models.kit.scope import Account
from tooling.local.accounts import REGION, REGIONS

SERVICES = {
    "shop": ("checkout", "catalogue", "payments"),
    "search": ("indexer", "query", "ranking"),
    "sandbox": ("spike", "demo", "training"),
}
INSTANCES = 4  # of each service and region; each brings a volume
EACH = 2  # of everything else
ROLE_NAME = "service"
ROLE = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    ],
}


def fill(account: Account) -> None:
    """Create about a hundred resources in an account that is empty. Raises CollectError."""
    aws = Aws(account.name)
    aws.source(REGION).call(
        "iam", "create_role", RoleName=ROLE_NAME, AssumeRolePolicyDocument=json.dumps(ROLE)
    )
    for region in REGIONS:
        source = aws.source(region)
        for service in SERVICES[account.name]:
            _machines(source, region, account, service)
            _others(source, region, account, service)


def _machines(source: AwsSource, region: str, account: Account, service: str) -> None:
    tags = _tags(account, service)

    def of(*kinds: str) -> list[dict[str, Any]]:
        return [{"ResourceType": kind, "Tags": tags} for kind in kinds]

    source.call(
        "ec2",
        "run_instances",
        ImageId="ami-0abcdef1234567890",
        InstanceType="m5.large",
        MinCount=INSTANCES,
        MaxCount=INSTANCES,
        TagSpecifications=of("instance", "volume"),
    )
    disk = source.call(
        "ec2",
        "create_volume",
        AvailabilityZone=f"{region}a",
        Size=100,
        VolumeType="gp2",
        TagSpecifications=of("volume"),
    )
    source.call("ec2", "create_snapshot", VolumeId=(disk or {})["VolumeId"], TagSpecifications=of("snapshot"))
    source.call("ec2", "allocate_address", Domain="vpc", TagSpecifications=of("elastic-ip"))


def _others(source: AwsSource, region: str, account: Account, service: str) -> None:
    tags = _tags(account, service)
    plain = {tag["Key"]: tag["Value"] for tag in tags}
    for number in range(1, EACH + 1):
        name = f"{service}-{number}"
        source.call("logs", "create_log_group", logGroupName=f"/{service}/{number}", tags=plain)
        source.call("sns", "create_topic", Name=name, Tags=tags)
        source.call("sqs", "create_queue", QueueName=name, tags=plain)
        source.call("secretsmanager", "create_secret", Name=name, SecretString="none", Tags=tags)
    source.call("s3", "create_bucket", Bucket=f"{account.name}-{service}-{region}", **_place(region))
    source.call(
        "dynamodb",
        "create_table",
        TableName=service,
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
        Tags=tags,
    )
    source.call(
        "lambda",
        "create_function",
        FunctionName=service,
        Runtime="python3.12",
        Role=f"arn:aws:iam::{account.id}:role/{ROLE_NAME}",
        Handler="app.handler",
        Code={"ZipFile": _code()},
        Tags=plain,
    )


def _tags(account: Account, service: str) -> list[dict[str, str]]:
    found = {"Name": service, "Service": service, "Owner": account.name, "Environment": "local"}
    return [{"Key": key, "Value": value} for key, value in found.items()]


def _place(region: str) -> dict[str, Any]:
    """us-east-1 is where buckets are unless it is said otherwise, and must not be said."""
    return {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}


def _code() -> bytes:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w") as archive:
        archive.writestr("app.py", "def handler(event, context):\n    return None\n")
    return body.getvalue()
