"""Sample events: what would set a function off, as AWS sends it, made from its infra block."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from devserver.functions.found import make_api
from devserver.gateway.gateway import Request, handle
from devserver.gateway.lambda_context import ACCOUNT_ID, REGION
from tooling.blocks.blocks import Function

_PLACEHOLDER = re.compile(r"\{\w+\+?\}")


@dataclass(frozen=True)
class Sample:
    """An event and the trigger that would send it: route, schedule, queue, topic or none."""

    trigger: str
    title: str
    event: Any


def samples(function: Function, now: datetime | None = None, port: int = 2200) -> tuple[Sample, ...]:
    """One event for each trigger of the function's block; an empty event if it declares none."""
    now = now or datetime.now(UTC)
    found: list[Sample] = []
    if function.routes:
        path = _path(function.routes)
        found.append(Sample("route", f"GET {path}", _proxy_event(function, path, port)))
    if function.schedule:
        found.append(Sample("schedule", function.schedule, _scheduled_event(function, now)))
    if function.queue:
        found.append(Sample("queue", function.queue, _queue_event(function.queue, {}, now)))
    if function.topic:
        found.append(Sample("topic", function.topic, _topic_event(function.topic, now)))
    return tuple(found) or (Sample("none", "empty event", {}),)


def _path(routes: Iterable[str]) -> str:
    """The plainest path among the routes, example values in its parameters."""
    route = min(routes, key=lambda route: (route.count("{"), len(route)))
    return _PLACEHOLDER.sub("example", route)


def _proxy_event(function: Function, path: str, port: int) -> Any:
    kept: list[Any] = []
    headers = (("Host", f"localhost:{port}"), ("Accept", "*/*"), ("User-Agent", "polo-sample"))

    def keep(about: object, event: Any, context: object) -> object:
        kept.append(event)
        return {}

    handle(make_api([function], port), Request("GET", path, headers), keep)
    return kept[0]


def _scheduled_event(function: Function, now: datetime) -> Any:
    """EventBridge user guide, "Scheduled event"."""
    return {
        "version": "0",
        "id": str(uuid4()),
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": ACCOUNT_ID,
        "time": now.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "region": REGION,
        "resources": [f"arn:aws:events:{REGION}:{ACCOUNT_ID}:rule/{function.name}-schedule"],
        "detail": {},
    }


def _queue_event(queue: str, content: Any, now: datetime) -> Any:
    """Lambda developer guide, "Example standard queue message event"."""
    body, sent = json.dumps(content), str(int(now.timestamp() * 1000))
    return {
        "Records": [
            {
                "messageId": str(uuid4()),
                "receiptHandle": "AQEBsample",
                "body": body,
                "attributes": {
                    "ApproximateReceiveCount": "1",
                    "SentTimestamp": sent,
                    "SenderId": "AIDAIENQZJOLO23YVJ4VO",
                    "ApproximateFirstReceiveTimestamp": sent,
                },
                "messageAttributes": {},
                "md5OfBody": hashlib.md5(body.encode(), usedforsecurity=False).hexdigest(),
                "eventSource": "aws:sqs",
                "eventSourceARN": f"arn:aws:sqs:{REGION}:{ACCOUNT_ID}:{queue}",
                "awsRegion": REGION,
            }
        ]
    }


def _topic_event(topic: str, now: datetime) -> Any:
    """Lambda developer guide, "Amazon SNS message event"."""
    arn = f"arn:aws:sns:{REGION}:{ACCOUNT_ID}:{topic}"
    return {
        "Records": [
            {
                "EventVersion": "1.0",
                "EventSubscriptionArn": f"{arn}:{uuid4()}",
                "EventSource": "aws:sns",
                "Sns": {
                    "Type": "Notification",
                    "MessageId": str(uuid4()),
                    "TopicArn": arn,
                    "Subject": "Sample",
                    "Message": "{}",
                    "Timestamp": now.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
                    "MessageAttributes": {},
                },
            }
        ]
    }
