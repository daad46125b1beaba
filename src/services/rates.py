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


# EC2: "Request throttling for the Amazon EC2 API"; the others: their pages of quotas, and where AWS publishes
# none for an action (IAM, Lambda's ListFunctions) Steampipe's limiters. What nobody publishes has DEFAULT.
DEFAULT = Rate(20, 10)
DESCRIBE = Rate(100, 20)  # EC2, paginated; an account's deployments draw on the same bucket
UNPAGED = Rate(50, 10)  # EC2 calls that know no pages
ONE_AT_A_TIME = Rate(1, 1)
TOGETHER = frozenset(("ce",))  # services whose actions draw on one bucket
SERVICES = {
    "ce": ONE_AT_A_TIME,
    "cloudfront": Rate(5, 5),
    "cloudwatch": Rate(50, 50),
    "ec2": DESCRIBE,
    "iam": Rate(15, 15),
    "lambda": Rate(15, 15),
    "resource-explorer-2": Rate(3, 3),
    "route53": Rate(5, 5),
    "s3": Rate(200, 100),
    "sts": Rate(100, 100),
    "wafv2": Rate(5, 5),
}
ACTIONS = {
    ("dynamodb", "GetItem"): Rate(1_000, 1_000),
    ("dynamodb", "Query"): Rate(1_000, 1_000),
    ("ec2", "DescribeAddresses"): UNPAGED,
    ("ec2", "DescribeRegions"): UNPAGED,
    ("iam", "GetPolicy"): Rate(35, 35),
    ("iam", "GetPolicyVersion"): Rate(35, 35),
    ("lambda", "GetFunction"): Rate(100, 100),
    ("lambda", "ListFunctions"): Rate(10, 10),
    ("resource-explorer-2", "Search"): Rate(5, 5),
    ("sqs", "SendMessageBatch"): Rate(100, 100),
}


def rate_of(service: str, operation: str) -> Rate:
    """The rate of an action; service as botocore names it, operation as the API does (DescribeVolumes)."""
    return ACTIONS.get((service, operation)) or SERVICES.get(service, DEFAULT)


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
        key = (account, region, service, "" if service in TOGETHER else operation)
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
