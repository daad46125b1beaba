"""How Cost Explorer's services are called in short, and which resource types they are charged for."""

from __future__ import annotations

from collections.abc import Mapping

SHORT: Mapping[str, str] = {
    "Amazon Elastic Compute Cloud - Compute": "EC2",
    "EC2 - Other": "EC2 other",
    "Amazon Simple Storage Service": "S3",
    "Amazon Relational Database Service": "RDS",
    "Amazon Elastic Load Balancing": "Load balancing",
    "Amazon Virtual Private Cloud": "VPC",
    "Amazon Elastic Container Service for Kubernetes": "EKS",
    "Amazon Elastic Container Service": "ECS",
    "Amazon EC2 Container Registry (ECR)": "ECR",
    "Amazon Elastic File System": "EFS",
    "Amazon Simple Queue Service": "SQS",
    "Amazon Simple Notification Service": "SNS",
    "Amazon OpenSearch Service": "OpenSearch",
    "AWS Key Management Service": "KMS",
    "AmazonCloudWatch": "CloudWatch",
}
# service -> the resource types that make most of it
TYPES: Mapping[str, tuple[str, ...]] = {
    "Amazon Elastic Compute Cloud - Compute": ("instances",),
    "EC2 - Other": ("volumes", "snapshots", "natgateways"),
    "Amazon Simple Storage Service": ("buckets",),
    "Amazon Relational Database Service": ("databases", "dbclusters", "dbsnapshots"),
    "Amazon Elastic Load Balancing": ("loadbalancers", "classicloadbalancers"),
    "Amazon Virtual Private Cloud": ("addresses", "vpcendpoints"),
    "AWS Lambda": ("functions",),
    "AmazonCloudWatch": ("loggroups",),
    "Amazon DynamoDB": ("tables",),
    "Amazon SageMaker": ("endpoints", "notebooks"),
    "Amazon ElastiCache": ("cacheclusters", "cachegroups", "serverlesscaches"),
    "Amazon OpenSearch Service": ("searchdomains",),
    "Amazon Redshift": ("redshiftclusters",),
    "Amazon Kinesis": ("streams",),
    "Amazon Elastic Container Service": ("ecsservices", "ecsclusters"),
    "Amazon Elastic Container Service for Kubernetes": ("eksclusters",),
    "Amazon EC2 Container Registry (ECR)": ("repositories",),
    "Amazon Elastic File System": ("filesystems",),
    "AWS Secrets Manager": ("secrets",),
    "AWS Key Management Service": ("keys",),
    "Amazon Simple Queue Service": ("queues",),
    "Amazon Simple Notification Service": ("topics",),
    "Amazon CloudFront": ("distributions",),
    "Amazon Route 53": ("hostedzones",),
    "AWS Step Functions": ("statemachines",),
}


# how the names begin of what is no use of a service: it follows the bill, or comes once a month or a year
APART = (
    "Tax",
    "AWS Support",
    "AWS Premium Support",
    "Savings Plans for ",
    "Amazon Registrar",
    "Refund",
    "Credit",
)


def is_apart(service: str) -> bool:
    """Whether Cost Explorer's service is tax, support or a fee. One that is booked under the service that it
    is for, such as a reservation's, comes on the same day of each month.
    """
    return service.startswith(APART)


def short(service: str) -> str:
    """ "Amazon SageMaker" -> "SageMaker"."""
    return SHORT.get(service) or service.removeprefix("Amazon ").removeprefix("AWS ") or service
