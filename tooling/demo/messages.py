"""APIs, queues, stacks, logs and search indexes of the demo estate."""

from __future__ import annotations

import json
from collections.abc import Callable

from tooling.demo.apps import mapped
from tooling.demo.place import Item, Place

STATES = {
    "CREATE_COMPLETE": 4,
    "UPDATE_COMPLETE": 6,
    "UPDATE_ROLLBACK_COMPLETE": 1,
    "ROLLBACK_COMPLETE": 1,
}
OTHERS = ("backup:backup-vault:", "glue:job/", "ssm:parameter/")
BYTES_A_DOCUMENT = 7_108  # vectors and all, as in the sample of Marqo indexes


def state_machine(place: Place) -> Item:
    id = f"{place.name.app}-flow-{place.number:02d}"
    return place.like(
        "statemachines",
        stateMachineArn=place.arn("states", f"stateMachine:{id}"),
        name=id,
        creationDate=place.ago(20, 800),
        Tags=place.name.tags,
    )


def rest_api(place: Place) -> Item:
    return place.like(
        "restapis",
        id=f"{place.random.getrandbits(40):010x}",
        name=f"{place.name.app}-api",
        description=f"API of {place.name.app}",
        createdDate=place.ago(30, 1300),
        tags=mapped(place.name),
    )


def http_api(place: Place) -> Item:
    id = f"{place.random.getrandbits(40):010x}"
    return place.like(
        "httpapis",
        ApiId=id,
        Name=f"{place.name.app}-hooks",
        ApiEndpoint=f"https://{id}.execute-api.{place.region}.amazonaws.com",
        CreatedDate=place.ago(30, 900),
        Tags=mapped(place.name),
    )


def queue(place: Place) -> Item:
    """A queue of jobs, whose dead letters go to one of their own."""
    random, dead = place.random, place.promise is not None
    name = place.promised("name", place.name)
    id = place.promise.id if place.promise else f"{name.app}-jobs-{place.number:02d}"
    letters = None if dead else place.will_have("queues", f"{id}-dead", name=name)
    redrive = {"deadLetterTargetArn": place.arn("sqs", str(letters)), "maxReceiveCount": 3}
    made = str(int(place.now.timestamp()) - random.randrange(86_400, 90_000_000))
    return place.like(
        "queues",
        QueueUrl=f"https://sqs.{place.region}.amazonaws.com/{place.account}/{id}",
        QueueArn=place.arn("sqs", id),
        ApproximateNumberOfMessages=str(random.choice([0, 0, 3, 12, 1840])),
        CreatedTimestamp=made,
        LastModifiedTimestamp=made,
        RedrivePolicy=None if dead else json.dumps(redrive),
        Tags=name.tags,
    )


def topic(place: Place) -> Item:
    return place.like(
        "topics",
        TopicArn=place.arn("sns", f"{place.name.app}-alarms-{place.number:02d}"),
        SubscriptionsConfirmed=str(place.random.choice([0, 1, 4])),
        Tags=place.name.tags,
    )


def stack(place: Place) -> Item:
    random = place.random
    id = f"{place.name.app}-{place.name.environment}-{place.number:02d}"
    return place.like(
        "stacks",
        StackId=place.arn("cloudformation", f"stack/{id}/{random.getrandbits(64):016x}"),
        StackName=id,
        Description=f"Everything of {place.name.app}",
        CreationTime=place.ago(60, 1200),
        LastUpdatedTime=place.ago(1, 60),
        StackStatus=random.choices([*STATES], [*STATES.values()])[0],
        Tags=place.name.tags,
    )


def log_group(place: Place) -> Item:
    """Of a function, or of something else that writes logs."""
    random, name = place.random, place.promised("name", place.name)
    id = place.promise.id if place.promise else f"/{random.choice(['ecs', 'app', 'aws/rds'])}/{name.app}"
    id += "" if place.promise else f"-{place.number:03d}"
    key = place.any("keys") if place.often(20) else None
    born = int(place.now.timestamp() * 1000) - random.randrange(86_400_000, 90_000_000_000)
    return place.like(
        "loggroups",
        logGroupName=id,
        creationTime=born,
        arn=place.arn("logs", f"log-group:{id}:*"),
        logGroupArn=place.arn("logs", f"log-group:{id}"),
        storedBytes=int(10 ** random.uniform(4, 11.4)),
        retentionInDays=None if place.often(40) else random.choice([14, 30, 90, 365]),
        kmsKeyId=key.arn if key else None,
        Tags=name.tags,
    )


def marqo_index(place: Place) -> Item:
    random = place.random
    documents = random.choice([0, 20_000, 184_033, 1_284_033])
    id = f"{random.choice(['product', 'image', 'support', 'listing'])}-search-{place.number:02d}"
    return place.like(
        "marqoindexes",
        indexName=id,
        marqoEndpoint=f"https://{id}-ab12cd.marqo.ai",
        Created=place.ago(20, 400),
        indexStatus="READY",
        storageClass=random.choices(["marqo.basic", "marqo.balanced", "marqo.performance"], [6, 3, 1])[0],
        numberOfShards=random.choice([1, 1, 2, 4]),
        numberOfReplicas=random.choice([0, 0, 1]),
        numberOfInferences=random.choice([0, 0, 1]),
        **{"docs.count": str(documents), "store.size": str(documents * BYTES_A_DOCUMENT)},
    )


def other(place: Place) -> Item:
    """What has no type of its own: a launch template, a task definition, a vault."""
    name = place.promised("name", place.name)
    kind = place.promised("kind") or place.random.choice(OTHERS)
    service, _, start = kind.partition(":")
    id = place.promise.id if place.promise else f"{name.app}-{place.number:02d}"
    return place.like("others", ResourceARN=place.arn(service, f"{start}{id}"), Tags=name.tags)


ITEMS: dict[str, Callable[[Place], Item]] = {
    "statemachines": state_machine,
    "restapis": rest_api,
    "httpapis": http_api,
    "queues": queue,
    "topics": topic,
    "stacks": stack,
    "loggroups": log_group,
    "marqoindexes": marqo_index,
    "others": other,
}
