"""What starts a function by itself: its schedule and its queue."""

from __future__ import annotations

from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs

from infra.functions import LambdaFunction
from tooling.blocks.queues import AT_A_TIME


def schedule(function: LambdaFunction) -> None:
    """Call it on its schedule, if it has one."""
    if function.block.schedule:
        rule = events.Rule(function, "Schedule", schedule=events.Schedule.expression(function.block.schedule))
        rule.add_target(targets.LambdaFunction(function.alias))


def work(function: LambdaFunction, queue: sqs.Queue) -> None:
    """Call it with each message of its queue: one at a time, so that a failure takes no other with it."""
    lambda_.EventSourceMapping(
        function,
        "Queue",
        target=function.alias,
        event_source_arn=queue.queue_arn,
        batch_size=1,
        report_batch_item_failures=True,
        max_concurrency=AT_A_TIME,
    )
