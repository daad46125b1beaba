"""What a queue of an infra block is like: one rule for template.yaml and the CDK. Times in seconds."""

from __future__ import annotations

DELIVERIES = 3  # then a message is a dead letter
VISIBLE_AFTER = 6  # timeouts of its function; AWS's advice
AT_A_TIME = 10  # functions; a reserved concurrency would fail in a new account
HOUR = 3600
RETENTION = 6 * HOUR  # three deliveries; what is older, the schedule has sent again
DEAD_LETTERS_STAY = 14 * 24 * HOUR  # the most that SQS allows


def queue_name(queue: str) -> str:
    """The queue's logical name: SyncQueue."""
    return "".join(map(str.capitalize, queue.split("-"))) + "Queue"
