"""Collection in production: one job for each account and group of services (pure), and how it is sent."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from errors import BadRequest, CollectError
from services.collect.plan import MARQO
from services.models.kit.base import ResourceType, Source
from services.models.kit.scope import METRICS, Account
from services.models.kit.values import each, text

BATCH = 10  # messages that SQS takes in one call
TRIES = 3
OTHER = "other"
# so that a job takes seconds rather than minutes, and a role is assumed a few times an hour only;
# a service that no group names belongs to OTHER
GROUPS = {
    "compute": ("ec2", "autoscaling", "elb", "elbv2"),
    "applications": (
        "apigateway", "apigatewayv2", "cloudformation", "ecr", "ecs", "eks", "lambda", "sagemaker",
        "stepfunctions",
    ),
    "data": (
        "dynamodb", "efs", "elasticache", "kinesis", "opensearch", "rds", "redshift", "s3",
    ),
}  # fmt: skip
_GROUP_OF = {service: group for group, services in GROUPS.items() for service in services}


@dataclass(frozen=True)
class Job:
    """What one message asks for: the types of one group in one account.

    generation: of the earlier message that this one goes on with, milliseconds since 1970; 0 for none.
    """

    account: Account
    group: str
    generation: int = 0

    def to_json(self) -> dict[str, Any]:
        asked = {"account": self.account.id, "name": self.account.name, "group": self.group}
        return asked | ({"generation": self.generation} if self.generation else {})

    @classmethod
    def from_body(cls, body: str) -> Job:
        """The job in a message's body. Raises BadRequest."""
        try:
            found = json.loads(body)
            account, name, group = (found[key] for key in ("account", "name", "group"))
            generation = found.get("generation", 0)
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise BadRequest(f"a message that is no job: {type(error).__name__} {error}") from None
        if not all(isinstance(value, str) and value for value in (account, name, group)):
            raise BadRequest("a message that is no job: a value is not text")
        if type(generation) is not int or generation < 0:
            raise BadRequest("a message that is no job: its generation is no number")
        return cls(Account(account, name), group, generation)


def group_of(kind: ResourceType) -> str:
    """The group that the type is collected in; Marqo's own is "marqo"."""
    return MARQO.id if kind.scope == "marqo" else _GROUP_OF.get(kind.call.service, OTHER)


def kinds_of(job: Job, types: Iterable[ResourceType]) -> tuple[ResourceType, ...]:
    """The types that the job asks for, or asks the metrics of. Raises BadRequest when the group has none."""
    if job.group == METRICS:
        found = tuple(kind for kind in types if kind.has_daily and _is_in(kind, job.account))
    else:
        found = tuple(kind for kind in types if group_of(kind) == job.group)
    if not found:
        raise BadRequest(f"a message asks for the group {job.group!r}, which no resource type is in")
    return found


def jobs(types: Iterable[ResourceType], accounts: Sequence[Account]) -> tuple[Job, ...]:
    """Every group of the types in every account, and Marqo once. The accounts take turns."""
    groups = dict.fromkeys(group_of(kind) for kind in types)
    found = [Job(account, group) for group in groups if group != MARQO.id for account in accounts]
    return tuple(found + [Job(MARQO, MARQO.id)] * (MARQO.id in groups))


def metrics_jobs(types: Iterable[ResourceType], accounts: Sequence[Account]) -> tuple[Job, ...]:
    """The metrics of every account, and Marqo's, if daily values are kept of a type there."""
    kinds = [kind for kind in types if kind.has_daily]
    return tuple(
        Job(account, METRICS)
        for account in (*accounts, MARQO)
        if any(_is_in(kind, account) for kind in kinds)
    )


def _is_in(kind: ResourceType, account: Account) -> bool:
    return (kind.scope == "marqo") == (account.id == MARQO.id)


def send(todo: Sequence[Job], queue: str, source: Source) -> int:
    """Send a message for each job; answer how many calls it took.

    queue: its URL. What SQS does not take is sent again, twice at most. Raises CollectError when messages
    are left even then: an hour without an account must not look like one without changes.
    """
    entries = [
        {"Id": str(number), "MessageBody": json.dumps(job.to_json())} for number, job in enumerate(todo)
    ]
    calls, why = 0, ""
    for _ in range(TRIES):
        refused: list[Any] = []
        for start in range(0, len(entries), BATCH):
            batch = entries[start : start + BATCH]
            answer = source.call("sqs", "send_message_batch", QueueUrl=queue, Entries=batch) or {}
            refused += each(answer, "Failed")
            calls += 1
        if not refused:
            return calls
        why = text(refused[0], "Code")
        ids = {text(entry, "Id") for entry in refused}
        entries = [entry for entry in entries if entry["Id"] in ids]
    raise CollectError(f"SQS did not take {len(entries)} of {len(todo)} messages ({why})", code=why)
