"""What an infra block's `queue` becomes: the queue, its dead letters, and who may send and receive."""

from __future__ import annotations

from tooling.infra_blocks import Function
from tooling.template_yaml import GetAtt, Node, Ref, Sub

DELIVERIES = 3  # then a message is a dead letter
AT_A_TIME = 10  # functions; a reserved concurrency would fail in a new account
HOUR = 3600
RETENTION = 6 * HOUR  # three deliveries; what is older, the schedule has sent again
DEAD_LETTERS_STAY = 14 * 24 * HOUR  # the most that SQS allows


def queue_name(queue: str) -> str:
    """The queue's logical name: SyncQueue."""
    return "".join(map(str.capitalize, queue.split("-"))) + "Queue"


def url_variable(queue: str) -> str:
    """The variable that tells a function the queue's URL: SYNC_QUEUE_URL."""
    return queue.upper().replace("-", "_") + "_QUEUE_URL"


def queue_resources(function: Function) -> Node:
    """The queue of a function and its dead letters, by logical name. Visibility: AWS's advice, 6 timeouts."""
    if not function.queue:
        return {}
    name = queue_name(function.queue)
    dead = f"{name.removesuffix('Queue')}DeadLetters"
    redrive = {"deadLetterTargetArn": GetAtt(f"{dead}.Arn"), "maxReceiveCount": DELIVERIES}
    return {
        name: _queue(
            function.queue,
            VisibilityTimeout=6 * function.timeout,
            MessageRetentionPeriod=RETENTION,
            RedrivePolicy=redrive,
        ),
        dead: _queue(f"{function.queue}-dead-letters", MessageRetentionPeriod=DEAD_LETTERS_STAY),
    }


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


def queue_policies(queue: str) -> list[Node]:
    """To send, to receive, and to say when a message comes again."""
    name = GetAtt(f"{queue_name(queue)}.QueueName")
    return [{policy: {"QueueName": name}} for policy in ("SQSSendMessagePolicy", "SQSPollerPolicy")]


def _queue(name: str, **properties: object) -> Node:
    return {
        "Type": "AWS::SQS::Queue",
        "Properties": {"QueueName": Sub("${Env}-" + name), "SqsManagedSseEnabled": True, **properties},
    }


def queue_variables(functions: list[Function]) -> dict[str, Ref]:
    """Variables that the template itself knows the value of: the URL of each queue."""
    queues = [function.queue for function in functions if function.queue]
    return {url_variable(queue): Ref(queue_name(queue)) for queue in queues}
