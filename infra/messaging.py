"""Queues with their dead letters, and topics: those that the infra blocks name."""

from __future__ import annotations

from collections.abc import Sequence

from aws_cdk import Duration
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from tooling.blocks.blocks import Function
from tooling.blocks.queues import DEAD_LETTERS_STAY, DELIVERIES, RETENTION, VISIBLE_AFTER, queue_name
from tooling.environments import Environment


class Messaging(Construct):
    """queues, dead_letters, topics: by their names in the infra blocks."""

    def __init__(self, scope: Construct, environment: Environment, functions: Sequence[Function]) -> None:
        super().__init__(scope, "Messaging")
        self._environment = environment
        owners = {function.queue: function for function in functions if function.queue}
        self.dead_letters = {name: self._dead_letters(name) for name in owners}
        self.queues = {name: self._queue(name, owner) for name, owner in owners.items()}
        self.topics = {name: self._topic(name) for name in sorted({f.topic for f in functions if f.topic})}

    def _queue(self, name: str, owner: Function) -> sqs.Queue:
        return sqs.Queue(
            self,
            queue_name(name),
            queue_name=f"{self._environment.name}-{name}",
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            visibility_timeout=Duration.seconds(VISIBLE_AFTER * owner.timeout),
            retention_period=Duration.seconds(RETENTION),
            dead_letter_queue=sqs.DeadLetterQueue(
                queue=self.dead_letters[name], max_receive_count=DELIVERIES
            ),
        )

    def _dead_letters(self, name: str) -> sqs.Queue:
        return sqs.Queue(
            self,
            f"{queue_name(name)}DeadLetters",
            queue_name=f"{self._environment.name}-{name}-dead-letters",
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            retention_period=Duration.seconds(DEAD_LETTERS_STAY),
        )

    def _topic(self, name: str) -> sns.Topic:
        return sns.Topic(self, name, topic_name=f"{self._environment.name}-{name}", enforce_ssl=True)
