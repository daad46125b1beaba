"""IAM's name of an operation, where it is not the one that botocore knows it by.

Source: the Service Authorization Reference,
https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""

from __future__ import annotations

# service as botocore names it -> IAM's prefix
PREFIXES = {
    "apigatewayv2": "apigateway",
    "efs": "elasticfilesystem",
    "elb": "elasticloadbalancing",
    "elbv2": "elasticloadbalancing",
    "opensearch": "es",
    "resourcegroupstaggingapi": "tag",
    "s3control": "s3",
    "stepfunctions": "states",
}
ACTIONS = {
    ("s3", "GetBucketEncryption"): "s3:GetEncryptionConfiguration",
    ("s3", "GetBucketLifecycleConfiguration"): "s3:GetLifecycleConfiguration",
    ("s3", "GetPublicAccessBlock"): "s3:GetBucketPublicAccessBlock",
    ("s3", "ListBuckets"): "s3:ListAllMyBuckets",
    ("s3control", "GetPublicAccessBlock"): "s3:GetAccountPublicAccessBlock",
}
ACRONYMS = {"db": "DB"}  # words of an operation that the API writes in capitals
READS_BY_METHOD = "apigateway"  # its actions are HTTP methods, and Polo only reads


def action_of(service: str, operation: str) -> str:
    """The action that allows an operation; service as botocore names it, operation as the API does."""
    prefix = PREFIXES.get(service, service)
    if prefix == READS_BY_METHOD:
        return f"{prefix}:GET"
    return ACTIONS.get((service, operation), f"{prefix}:{operation}")


def api_name(operation: str) -> str:
    """An operation as the API names it (DescribeDBSnapshots), from how botocore does in Python."""
    return "".join(ACRONYMS.get(word) or word[:1].upper() + word[1:] for word in operation.split("_"))
