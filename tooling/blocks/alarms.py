"""The alarms of an environment: one rule for template.yaml and the CDK. Periods in seconds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from tooling.blocks.blocks import Function
from tooling.blocks.queues import HOUR, queue_name
from tooling.blocks.variables import SERVICE, namespace

TOPIC = "alarms"  # <env>-alarms
OLDEST_DATA = 3  # hours; the collection runs every hour
COLLECTED = "ScopesCollected"  # what the sync function counts
FIVE_MINUTES = 300


@dataclass(frozen=True)
class Alarm:
    """One alarm on one metric; texts may hold ${Env}. fires: on more than nothing, or on nothing.

    id: its logical name. periods: how many in a row.
    """

    id: str
    meaning: str
    namespace: str
    metric: str
    dimensions: tuple[tuple[str, str], ...]
    statistic: Literal["Sum", "Maximum"] = "Sum"
    period: int = FIVE_MINUTES
    periods: int = 1
    fires: Literal["more", "nothing"] = "more"

    @property
    def comparison(self) -> str:
        return "GreaterThanThreshold" if self.fires == "more" else "LessThanOrEqualToThreshold"

    @property
    def missing(self) -> str:
        """What no data means: silence is an alarm where something must have happened."""
        return "notBreaching" if self.fires == "more" else "breaching"


def alarms(functions: Iterable[Function]) -> tuple[Alarm, ...]:
    """Failed and refused calls of each function, dead letters, failed pages, and data that grows old."""
    every = tuple(functions)
    return (
        *(alarm for function in every for alarm in _of_function(function.name)),
        *(_dead_letters(function.queue) for function in every if function.queue),
        Alarm("ApiErrors", "pages failed", "AWS/ApiGateway", "5XXError", (("ApiName", "${Env}-polo"),)),
        Alarm(
            "DataAge",
            f"nothing has been collected for {OLDEST_DATA} hours: the data is older",
            namespace("${Env}"),
            COLLECTED,
            (("service", SERVICE),),
            period=HOUR,
            periods=OLDEST_DATA,
            fires="nothing",
        ),
    )


def publish_policy(topic: Any, account: Any) -> dict[str, Any]:
    """The policy of the alarms' topic: this account's alarms may publish, and nobody without TLS.

    topic: its ARN. A topic with a policy of its own no longer has the one by which an account's services may
    publish, so this says it.
    """
    publish = {"Action": "sns:Publish", "Resource": topic}
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "Alarms",
                "Effect": "Allow",
                "Principal": {"Service": "cloudwatch.amazonaws.com"},
                **publish,
                "Condition": {"StringEquals": {"aws:SourceAccount": account}},
            },
            {
                "Sid": "OnlyWithTls",
                "Effect": "Deny",
                "Principal": "*",
                **publish,
                "Condition": {"Bool": {"aws:SecureTransport": "false"}},
            },
        ],
    }


def _of_function(name: str) -> Iterator[Alarm]:
    deployed = f"${{Env}}-{name}"
    alias = (("FunctionName", deployed), ("Resource", f"{deployed}:live"))
    for metric, meaning in (("Errors", "failed"), ("Throttles", "was refused for lack of concurrency")):
        yield Alarm(f"{name}{metric}", f"{name} {meaning}", "AWS/Lambda", metric, alias)


def _dead_letters(queue: str) -> Alarm:
    return Alarm(
        f"{queue_name(queue).removesuffix('Queue')}DeadLetters",
        "messages that failed three times wait there",
        "AWS/SQS",
        "ApproximateNumberOfMessagesVisible",
        (("QueueName", f"${{Env}}-{queue}-dead-letters"),),
        statistic="Maximum",
    )
