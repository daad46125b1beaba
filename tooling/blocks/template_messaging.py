"""What an infra block's `queue` and `topic` become in template.yaml."""

from __future__ import annotations

from tooling.blocks.blocks import Function
from tooling.blocks.queues import (
    AT_A_TIME,
    DEAD_LETTERS_STAY,
    DELIVERIES,
    RETENTION,
    VISIBLE_AFTER,
    queue_name,
)
from tooling.blocks.template_yaml import GetAtt, Node, Ref, Sub, only_with_tls


def messaging(function: Function) -> Node:
    """The queue of a function with its dead letters, and its topic, by logical name."""
    return _queues(function) | _topic(function)


def queue_event(queue: str) -> Node:
    """One message a call, so that a failure takes no other message with it."""
    return {
        "Type": "SQS",
        "Properties": {
            "Queue": GetAtt(f"{queue_name(queue)}.Arn"),
            "BatchSize": 1,
            "FunctionResponseTypes": ["ReportBatchItemFailures"],
            "ScalingConfig": {"MaximumConcurrency": AT_A_TIME},
        },
    }


def topic_name(topic: str) -> str:
    """The topic's logical name: FindingsTopic."""
    return "".join(map(str.capitalize, topic.split("-"))) + "Topic"


def _queues(function: Function) -> Node:
    if not function.queue:
        return {}
    name = queue_name(function.queue)
    dead = f"{name.removesuffix('Queue')}DeadLetters"
    redrive = {"deadLetterTargetArn": GetAtt(f"{dead}.Arn"), "maxReceiveCount": DELIVERIES}
    made = {
        name: _queue(
            function.queue,
            VisibilityTimeout=VISIBLE_AFTER * function.timeout,
            MessageRetentionPeriod=RETENTION,
            RedrivePolicy=redrive,
        ),
        dead: _queue(f"{function.queue}-dead-letters", MessageRetentionPeriod=DEAD_LETTERS_STAY),
    }
    return made | {f"{each}Policy": _queue_policy(each) for each in made}


def _queue(name: str, **properties: object) -> Node:
    return {
        "Type": "AWS::SQS::Queue",
        "DeletionPolicy": "Delete",
        "UpdateReplacePolicy": "Delete",
        "Properties": {"QueueName": Sub("${Env}-" + name), "SqsManagedSseEnabled": True, **properties},
    }


def _queue_policy(name: str) -> Node:
    document = only_with_tls("sqs", GetAtt(f"{name}.Arn"))
    return {
        "Type": "AWS::SQS::QueuePolicy",
        "Properties": {"Queues": [Ref(name)], "PolicyDocument": document},
    }


def _topic(function: Function) -> Node:
    if not function.topic:
        return {}
    name = topic_name(function.topic)
    properties = {"TopicName": Sub("${Env}-" + function.topic)}
    policy = {"Topics": [Ref(name)], "PolicyDocument": only_with_tls("sns", Ref(name), "Publish")}
    return {
        name: {"Type": "AWS::SNS::Topic", "Properties": properties},
        f"{name}Policy": {"Type": "AWS::SNS::TopicPolicy", "Properties": policy},
    }
