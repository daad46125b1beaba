from __future__ import annotations

import threading
from dataclasses import dataclass, field

import botocore.session
import pytest

from services.cloud.rates import ACTIONS, DEFAULT, DESCRIBE, SHARED, Bucket, Limiter, Rate, rate_of


@dataclass
class Time:
    """A clock that only waiting moves."""

    now: float = 0.0
    waited: list[float] = field(default_factory=list)

    def wait(self, seconds: float) -> None:
        self.waited.append(seconds)
        self.now += seconds


def limiter(time: Time, most: int = 1_000) -> Limiter:
    return Limiter(clock=lambda: time.now, wait=time.wait, most=most)


def test_burst_is_free_and_then_the_rate_counts() -> None:
    bucket, waits = Bucket(Rate(3, 2), 3, 0.0), []
    for _ in range(6):
        bucket, seconds = bucket.take(0.0)
        waits.append(seconds)
    assert waits == [0, 0, 0, 0.5, 1.0, 1.5]


def test_pause_refills_the_bucket_no_further_than_its_burst() -> None:
    bucket, _ = Bucket(Rate(3, 2), 0, 0.0).take(3_600.0)
    assert bucket.tokens == 2


def test_clock_that_goes_back_gives_no_tokens() -> None:
    bucket, _ = Bucket(Rate(1, 1), 1, 10.0).take(10.0)
    _, seconds = bucket.take(4.0)
    assert seconds == 1.0


def test_thousand_calls_take_as_long_as_the_rate_says() -> None:
    time = Time()
    limit = limiter(time)
    for _ in range(1_000):
        limit.before("1", "eu-west-1", "ec2", "DescribeInstances")
    assert sum(time.waited) == pytest.approx((1_000 - DESCRIBE.burst) / DESCRIBE.per_second)


@pytest.mark.parametrize(
    "other",
    [
        ("2", "eu-west-1", "route53", "ListHostedZones"),
        ("1", "us-east-1", "route53", "ListHostedZones"),
        ("1", "eu-west-1", "cloudfront", "ListHostedZones"),
        ("1", "eu-west-1", "route53", "ListTagsForResources"),
    ],
)
def test_account_region_service_and_action_have_each_their_own_bucket(other: tuple[str, ...]) -> None:
    time = Time()
    limit = limiter(time)
    for _ in range(5):
        limit.before("1", "eu-west-1", "route53", "ListHostedZones")
    limit.before(*other)
    assert time.waited == []
    limit.before("1", "eu-west-1", "route53", "ListHostedZones")
    assert time.waited == [0.2]


def test_many_threads_share_one_bucket() -> None:
    waited: list[float] = []
    limit = Limiter(clock=lambda: 0.0, wait=waited.append)
    threads = [
        threading.Thread(
            target=lambda: [limit.before("1", "r", "route53", "ListHostedZones") for _ in range(25)]
        )
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(round(seconds, 1) for seconds in waited) == [n / 5 for n in range(1, 196)]


def test_buckets_that_are_full_again_are_forgotten() -> None:
    time = Time()
    limit = limiter(time, most=10)
    for number in range(10):
        limit.before(str(number), "r", "ec2", "DescribeVolumes")
    time.now += 60
    for _ in range(5):
        limit.before("busy", "r", "route53", "ListHostedZones")
    limit.before("new", "r", "ec2", "DescribeVolumes")
    assert len(limit._buckets) <= 10
    limit.before("busy", "r", "route53", "ListHostedZones")
    assert time.waited == [pytest.approx(0.2)], "the one that is in use is kept"


@pytest.mark.parametrize("action", sorted({*ACTIONS, *SHARED}))
def test_every_action_that_has_a_rate_is_one_of_its_service(action: tuple[str, str]) -> None:
    service, operation = action
    assert operation in botocore.session.get_session().get_service_model(service).operation_names


def test_actions_of_one_bucket_wait_for_each_other_and_have_its_rate() -> None:
    for service, names in {
        "ecs": ("DescribeClusters", "ListClusters"),
        "elbv2": ("DescribeTags", "DescribeRules"),
    }.items():
        time = Time()
        limit, rate = limiter(time), rate_of(service, names[0])
        assert rate_of(service, names[1]) == rate
        for number in range(2 * int(rate.burst)):
            limit.before("1", "r", service, names[number % 2])
        assert sum(time.waited) == pytest.approx(rate.burst / rate.per_second)
    for action, name in SHARED.items():
        assert {ACTIONS[other] for other, shared in SHARED.items() if shared == name} == {ACTIONS[action]}


def test_twelve_thousand_queues_fit_into_a_delivery() -> None:
    time = Time()
    limit = limiter(time)
    for _ in range(12_000):
        limit.before("1", "r", "sqs", "GetQueueAttributes")
    assert time.now < 120


@pytest.mark.parametrize(
    ("service", "operation", "burst", "per_second"),
    [
        ("elbv2", "DescribeTargetHealth", 40, 10),
        ("ecs", "DescribeServices", 100, 20),
        ("kinesis", "DescribeStreamSummary", 20, 20),
        ("logs", "DescribeLogGroups", 10, 10),
        ("ec2", "DescribeInstances", 100, 20),
        ("ec2", "DescribeAddresses", 50, 10),
        ("lambda", "ListFunctions", 10, 10),
        ("iam", "ListRoles", 15, 15),
        ("route53", "ListHostedZones", 5, 5),
        ("cloudfront", "ListDistributions", 5, 5),
        ("cloudwatch", "GetMetricData", 50, 50),
        ("ce", "GetCostAndUsage", 1, 1),
        ("sqs", "GetQueueAttributes", 100, 100),
        ("apigateway", "GetRestApis", 20, 5),
        ("eks", "DescribeNodegroup", DEFAULT.burst, DEFAULT.per_second),
        ("kms", "ListKeys", 100, 100),
        ("mq", "DescribeBroker", 100, 15),
        ("rds", "DescribeDBInstances", DEFAULT.burst, DEFAULT.per_second),
        ("secretsmanager", "ListSecrets", 50, 50),
        ("stepfunctions", "ListStateMachines", 100, 5),
        ("backup", "ListBackupVaults", DEFAULT.burst, DEFAULT.per_second),
    ],
)
def test_rate_of_an_action(service: str, operation: str, burst: float, per_second: float) -> None:
    assert rate_of(service, operation) == Rate(burst, per_second)
