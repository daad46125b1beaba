"""Tables and the data bucket in template.yaml."""

from __future__ import annotations

from tooling.blocks.grants import BUCKETS
from tooling.blocks.retention import SNAPSHOTS_STAY, UPLOADS_STAY
from tooling.blocks.template_yaml import GetAtt, If, Node, Ref, Sub, only_with_tls
from tooling.blocks.variables import TABLES

KEEPS = "Keeps"  # condition: what this environment has stored must not be deleted by mistake


def table(name: str) -> Node:
    """A table of an infra block, such as resource. It stays when the stack goes."""
    keys = ("pk", "HASH"), ("sk", "RANGE")
    return {
        "Type": "AWS::DynamoDB::Table",
        "DeletionPolicy": "Retain",  # which knows no conditions: the tables of every environment stay
        "UpdateReplacePolicy": "Retain",
        "Properties": {
            "TableName": Sub("${Env}-" + TABLES[name]),
            "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": [{"AttributeName": key, "AttributeType": "S"} for key, _ in keys],
            "KeySchema": [{"AttributeName": key, "KeyType": kind} for key, kind in keys],
            "TimeToLiveSpecification": {"AttributeName": "ttl", "Enabled": True},
            "SSESpecification": {"SSEEnabled": True},
            "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True},
            "DeletionProtectionEnabled": If([KEEPS, True, False]),
        },
    }


def bucket() -> Node:
    """The data bucket and its policy. It goes with the stack once it is empty: it is made from the tables."""
    closed = ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets")
    rule = {
        "Status": "Enabled",
        "ExpirationInDays": SNAPSHOTS_STAY,
        "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": UPLOADS_STAY},
    }
    encrypted = {"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
    made = {
        "Type": "AWS::S3::Bucket",
        "DeletionPolicy": "Delete",
        "UpdateReplacePolicy": "Delete",
        "Properties": {
            "BucketName": Sub(BUCKETS["data"]),
            "PublicAccessBlockConfiguration": dict.fromkeys(closed, True),
            "BucketEncryption": {"ServerSideEncryptionConfiguration": [encrypted]},
            "LifecycleConfiguration": {"Rules": [rule]},
        },
    }
    all_of_it = [GetAtt("DataBucket.Arn"), Sub("${DataBucket.Arn}/*")]
    policy = {
        "Type": "AWS::S3::BucketPolicy",
        "Properties": {"Bucket": Ref("DataBucket"), "PolicyDocument": only_with_tls("s3", all_of_it)},
    }
    return {"DataBucket": made, "DataBucketPolicy": policy}
