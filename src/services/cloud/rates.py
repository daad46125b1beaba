"""How fast AWS may be asked: one token bucket for each account, region and API action."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

Key = tuple[str, str, str, str]  # account, region, service, operation as the API names it
MOST_BUCKETS = 20_000  # about 10 MB; full ones are forgotten above it


@dataclass(frozen=True)
class Rate:
    """burst: calls at once after a pause; per_second: calls in the long run."""

    burst: float
    per_second: float


DEFAULT = Rate(20, 10)  # of what AWS publishes no limit for: as fast as EC2's calls without pages
DESCRIBE = Rate(100, 20)  # EC2, paginated; an account's deployments draw on the same bucket
UNPAGED = Rate(50, 10)  # EC2 calls that know no pages
ONE_AT_A_TIME = Rate(1, 1)
PLENTY = Rate(100, 100)  # where AWS allows more: the eight threads of a scope ask no faster
# services whose actions draw on one bucket
TOGETHER = frozenset(("apigateway", "apigatewayv2", "ce", "elb", "elbv2", "mq"))
# services whose quota pages and API references tell no rate of the calls that list and describe; what they
# throttle is asked again
UNPUBLISHED = (
    "application-autoscaling", "autoscaling", "cloudformation", "dynamodb", "ecr", "efs", "eks",
    "elasticache", "glue", "kafka", "opensearch", "rds", "redshift", "resourcegroupstaggingapi",
    "s3control", "sagemaker",
)  # fmt: skip
# of a whole service, with the page that says so
SERVICES = dict.fromkeys(UNPUBLISHED, DEFAULT) | {
    "apigateway": Rate(20, 5),  # "Amazon API Gateway quotas": 10 and a burst of 40 for all operations of both
    "apigatewayv2": Rate(20, 5),
    "ce": ONE_AT_A_TIME,  # published nowhere; LimitExceededException was seen at 60 quick calls
    "cloudfront": Rate(5, 5),  # CloudFront: "Quotas"
    "cloudwatch": Rate(50, 50),  # CloudWatch: "Service quotas"
    "ec2": DESCRIBE,  # "Request throttling for the Amazon EC2 API"
    "elb": Rate(40, 10),  # "Request throttling for the ELB API": what does not change anything
    "elbv2": Rate(40, 10),
    "iam": Rate(15, 15),  # published nowhere; Steampipe's limiter
    "lambda": Rate(15, 15),  # "Lambda quotas": the rest of the control plane
    "mq": Rate(100, 15),  # "Quotas in Amazon MQ", API throttling: across all of its APIs
    "resource-explorer-2": Rate(3, 3),  # Resource Explorer: "Quotas"
    "route53": Rate(5, 5),  # Route 53: "Quotas", on API requests
    "s3": Rate(200, 100),
    "sqs": PLENTY,  # "Amazon SQS quotas" limits messages of FIFO queues, and no request about a queue
    "sts": PLENTY,
    "wafv2": Rate(5, 5),
}
CLUSTERS, ECS_SERVICES = Rate(50, 20), Rate(100, 20)
ACTIONS = {
    ("acm", "ListCertificates"): ONE_AT_A_TIME,  # ACM: "Quotas"
    ("dynamodb", "GetItem"): Rate(1_000, 1_000),
    ("dynamodb", "Query"): Rate(1_000, 1_000),
    ("ec2", "DescribeAddresses"): UNPAGED,
    ("ec2", "DescribeRegions"): UNPAGED,
    ("ecs", "DescribeClusters"): CLUSTERS,  # "Request throttling for the Amazon ECS API"
    ("ecs", "DescribeServices"): ECS_SERVICES,
    ("ecs", "ListClusters"): CLUSTERS,
    ("ecs", "ListServices"): ECS_SERVICES,
    ("iam", "GetPolicy"): Rate(35, 35),
    ("iam", "GetPolicyVersion"): Rate(35, 35),
    ("kinesis", "DescribeStreamSummary"): Rate(20, 20),  # its API reference
    ("kinesis", "ListStreams"): Rate(5, 5),  # its API reference
    ("kms", "DescribeKey"): PLENTY,  # KMS: "Request quotas", 1,000 or 2,000 by region
    ("kms", "ListAliases"): PLENTY,  # the same: 500
    ("kms", "ListKeys"): PLENTY,
    ("lambda", "GetFunction"): PLENTY,
    ("lambda", "ListFunctions"): Rate(10, 10),  # published nowhere; Steampipe's limiter
    ("logs", "DescribeLogGroups"): Rate(10, 10),  # CloudWatch Logs: "Service quotas"
    ("resource-explorer-2", "Search"): Rate(5, 5),
    ("secretsmanager", "ListSecrets"): Rate(
        50, 50
    ),  # "AWS Secrets Manager quotas": with ListSecretVersionIds
    ("sns", "GetTopicAttributes"): PLENTY,  # "Amazon SNS endpoints and quotas": 3,000 in us-east-1
    ("sns", "ListTopics"): Rate(30, 30),  # its API reference
    ("stepfunctions", "ListStateMachines"): Rate(100, 5),  # "Step Functions service quotas"
}
# actions that draw on one bucket -> its name
SHARED = {
    ("ecs", "DescribeClusters"): "clusters",
    ("ecs", "ListClusters"): "clusters",
    ("ecs", "DescribeServices"): "services",
    ("ecs", "ListServices"): "services",
}


def rate_of(service: str, operation: str) -> Rate:
    """The rate of an action; service as botocore names it, operation as the API does (DescribeVolumes)."""
    return ACTIONS.get((service, operation)) or SERVICES.get(service, DEFAULT)


def bucket_of(service: str, operation: str) -> str:
    """The name of the bucket that an action draws on: its own, or that of all that share it."""
    return "" if service in TOGETHER else SHARED.get((service, operation), operation)


@dataclass(frozen=True)
class Bucket:
    """Tokens left at a time in seconds; below zero when callers wait for theirs."""

    rate: Rate
    tokens: float
    at: float

    def take(self, now: float) -> tuple[Bucket, float]:
        """The bucket without one token, and the seconds until that token is there (pure).

        Who comes while others wait is served after them.
        """
        later = max(now, self.at)
        tokens = min(self.rate.burst, self.tokens + (later - self.at) * self.rate.per_second) - 1
        return Bucket(self.rate, tokens, later), max(0.0, -tokens) / self.rate.per_second

    def full(self, now: float) -> bool:
        return self.tokens + (now - self.at) * self.rate.per_second >= self.rate.burst


class Limiter:
    """All buckets of one process. May be used by many threads."""

    def __init__(
        self,
        *,
        clock: Callable[[], float] = time.monotonic,
        wait: Callable[[float], None] = time.sleep,
        most: int = MOST_BUCKETS,
    ) -> None:
        self._clock, self._wait, self._most = clock, wait, most
        self._buckets: dict[Key, Bucket] = {}
        self._lock = threading.Lock()

    def before(self, account: str, region: str, service: str, operation: str) -> float:
        """Wait until the call may be made; answer the seconds waited."""
        key = (account, region, service, bucket_of(service, operation))
        with self._lock:
            now = self._clock()
            rate = rate_of(service, operation)
            bucket = self._buckets.get(key) or Bucket(rate, rate.burst, now)
            self._buckets[key], seconds = bucket.take(now)
            if len(self._buckets) > self._most:
                self._forget_full(now)
        if seconds > 0:
            self._wait(seconds)
        return seconds

    def _forget_full(self, now: float) -> None:
        self._buckets = {key: bucket for key, bucket in self._buckets.items() if not bucket.full(now)}
