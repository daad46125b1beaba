"""The sync function from its schedule to the store, over a faked AWS."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import boto3
import pytest
from moto import mock_aws

import lambda_sync
from errors import CollectError
from services.cloud.aws import Aws
from services.collect.worker import Delivery, Outcome
from services.conformance_test import make_table
from services.cop.judge.rule import example
from services.costs.dynamo_store import DynamoCostStore
from services.models import RESOURCE_TYPES
from services.models.domain.costs import ResourceCosts
from services.models.kit.scope import Account
from services.store.dynamo_table import Table
from tests.memory import MemoryAnswers, MemoryDataService
from wiring.table import TableBackend

SHOP, BLOG = Account("111122223333", "shop"), Account("444455556666", "blog")
TYPES = {name: RESOURCE_TYPES[name] for name in ("instances", "volumes", "buckets")}
REGIONS = ("eu-west-1", "us-east-1")
DELIVERIES = 3
STORE = TableBackend.data_service


@dataclass
class Context:
    """What Lambda hands to a handler, with the time that the test leaves."""

    seconds: float = 900.0
    function_name: str = "sync"
    memory_limit_in_mb: int = 512
    invoked_function_arn: str = "arn:aws:lambda:eu-west-1:123456789012:function:sync"
    aws_request_id: str = "1"

    def get_remaining_time_in_millis(self) -> int:
        return int(self.seconds * 1000)


@dataclass
class Deployment:
    """The function, its queue and its dead letters, driven as Lambda does it."""

    data: MemoryDataService
    sqs: Any
    url: str
    dead: str
    context: Context = field(default_factory=Context)

    def schedule(self) -> dict[str, Any]:
        event = {"source": "aws.events", "detail-type": "Scheduled Event"}
        return lambda_sync.lambda_handler(event, self.context)  # type: ignore[arg-type]

    def drain(self) -> int:
        """Deliver until the queue is empty; answer the number of deliveries. What fails comes again."""
        deliveries = 0
        while messages := self._receive(self.url):
            for message in messages:
                deliveries += 1
                answer = self.deliver(message)
                if answer == {"batchItemFailures": []}:
                    self.sqs.delete_message(QueueUrl=self.url, ReceiptHandle=message["ReceiptHandle"])
                else:
                    assert answer == {"batchItemFailures": [{"itemIdentifier": message["MessageId"]}]}
        return deliveries

    def deliver(self, *messages: Any) -> dict[str, Any]:
        records = [
            {
                "messageId": message["MessageId"],
                "receiptHandle": message["ReceiptHandle"],
                "body": message["Body"],
                "attributes": message["Attributes"],
                "eventSource": "aws:sqs",
            }
            for message in messages
        ]
        return lambda_sync.lambda_handler({"Records": records}, self.context)  # type: ignore[arg-type]

    def dead_letters(self) -> list[Any]:
        return [json.loads(message["Body"]) for message in self._receive(self.dead)]

    def put(self, body: str) -> None:
        self.sqs.send_message(QueueUrl=self.url, MessageBody=body)

    def _receive(self, url: str) -> list[Any]:
        answer = self.sqs.receive_message(
            QueueUrl=url, MaxNumberOfMessages=10, AttributeNames=["All"], VisibilityTimeout=900
        )
        return answer.get("Messages", [])  # type: ignore[no-any-return]

    def ids(self, account: Account, region: str = "eu-west-1") -> list[str]:
        scopes = [scope for scope in self.data.known if (scope.account, scope.region) == (account.id, region)]
        return [item["id"] for scope in scopes for item in self.data.resources(scope)]


@pytest.fixture
def deployment(monkeypatch: pytest.MonkeyPatch) -> Iterator[Deployment]:
    with mock_aws():
        sqs = boto3.client("sqs", "eu-west-1")
        dead = sqs.create_queue(QueueName="dead")["QueueUrl"]
        arn = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        redrive = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": DELIVERIES})
        url = sqs.create_queue(QueueName="sync", Attributes={"RedrivePolicy": redrive})["QueueUrl"]
        monkeypatch.setenv("SYNC_QUEUE_URL", url)
        monkeypatch.setenv("ACCOUNTS", f"{SHOP.id}=shop,{BLOG.id}=blog")
        monkeypatch.setenv("EXTERNAL_ID", "a-shared-word")
        monkeypatch.delenv("MARQO_API_KEY", raising=False)
        monkeypatch.setattr(lambda_sync, "RESOURCE_TYPES", TYPES)
        monkeypatch.setattr(lambda_sync, "PAUSE", 0)
        monkeypatch.setattr(Aws, "regions", lambda self: REGIONS if self.account() else ())
        data = MemoryDataService()
        monkeypatch.setattr(TableBackend, "data_service", lambda _: data)
        kept = MemoryAnswers()
        monkeypatch.setattr(TableBackend, "answers", lambda _: kept)
        for made in (lambda_sync.own, lambda_sync.backend):
            made.cache_clear()
        yield Deployment(data, sqs, url, dead)
        for made in (lambda_sync.own, lambda_sync.backend):
            made.cache_clear()


def in_account(account: Account, service: str) -> Any:
    """A client in a member account, as moto divides them: by the role that was assumed."""
    arn = f"arn:aws:iam::{account.id}:role/any"
    found = boto3.client("sts").assume_role(RoleArn=arn, RoleSessionName="test")["Credentials"]
    return boto3.client(
        service,
        "eu-west-1",
        aws_access_key_id=found["AccessKeyId"],
        aws_secret_access_key=found["SecretAccessKey"],
        aws_session_token=found["SessionToken"],
    )


def volume(account: Account) -> str:
    answer = in_account(account, "ec2").create_volume(AvailabilityZone="eu-west-1a", Size=8)
    return str(answer["VolumeId"])


@pytest.fixture
def closed(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Ids of the accounts whose role can't be assumed."""
    found: set[str] = set()
    open = Aws.account

    def account(self: Aws) -> Account:
        if self._key in found:
            raise CollectError(f"can't assume the role in {self._named}", "deploy it", "AccessDenied")
        return open(self)

    monkeypatch.setattr(Aws, "account", account)
    return found


def test_schedule_sends_a_job_for_each_account_and_group(deployment: Deployment) -> None:
    assert deployment.schedule() == {"jobs": 4}
    bodies = [json.loads(message["Body"]) for message in deployment._receive(deployment.url)]
    assert sorted((body["name"], body["group"]) for body in bodies) == [
        ("blog", "compute"), ("blog", "data"), ("shop", "compute"), ("shop", "data"),
    ]  # fmt: skip
    assert deployment.data.accounts() == (SHOP, BLOG)


def test_types_that_are_left_out_are_not_collected(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    volume(SHOP)
    monkeypatch.setenv("EXCLUDED_TYPES", "volumes, no-such-type")
    deployment.schedule()
    deployment.drain()
    assert {scope.type for scope in deployment.data.known} == TYPES.keys() - {"volumes"}


def test_what_is_in_the_accounts_is_stored_with_its_account(deployment: Deployment) -> None:
    of_shop, of_blog = volume(SHOP), volume(BLOG)
    in_account(SHOP, "s3").create_bucket(
        Bucket="shop-data", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
    )
    deployment.schedule()
    assert deployment.drain() == 4
    assert deployment.ids(SHOP) == [of_shop]
    assert deployment.ids(BLOG) == [of_blog]
    assert deployment.ids(SHOP, "global") == ["shop-data"]
    assert all(head.status == "ok" for head in deployment.data.heads())
    assert len(deployment.data.heads()) == 2 * (2 * len(REGIONS) + 1)


def test_without_accounts_the_own_one_is_collected(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ACCOUNTS", "")
    assert deployment.schedule() == {"jobs": 2}
    deployment.drain()
    assert {head.scope.account for head in deployment.data.heads()} == {"123456789012"}


def test_accounts_of_the_organisation(deployment: Deployment, monkeypatch: pytest.MonkeyPatch) -> None:
    organizations = boto3.client("organizations")
    organizations.create_organization(FeatureSet="ALL")
    organizations.create_account(Email="a@example.com", AccountName="team-a")
    monkeypatch.setenv("ACCOUNTS", "organization")
    assert deployment.schedule() == {"jobs": 4}
    assert "team-a" in {account.name for account in deployment.data.accounts()}


def test_account_that_is_closed_ends_among_the_dead_letters_and_the_others_are_collected(
    deployment: Deployment, closed: set[str]
) -> None:
    kept, of_blog = volume(SHOP), volume(BLOG)
    deployment.schedule()
    deployment.drain()
    closed.add(SHOP.id)
    deployment.schedule()
    assert deployment.drain() == 2 + 2 * DELIVERIES
    assert sorted(letter["group"] for letter in deployment.dead_letters()) == ["compute", "data"]
    assert (deployment.ids(SHOP), deployment.ids(BLOG)) == ([kept], [of_blog])
    errors = {head.scope.account for head in deployment.data.heads() if "can't assume" in head.error}
    assert errors == {SHOP.id}


def test_one_bad_message_takes_no_other_of_its_batch_with_it(
    deployment: Deployment, closed: set[str]
) -> None:
    closed.add(BLOG.id)
    for account in (SHOP, BLOG):
        deployment.put(json.dumps({"account": account.id, "name": account.name, "group": "compute"}))
    deployment.put("not a job")
    messages = deployment._receive(deployment.url)
    failed = {failure["itemIdentifier"] for failure in deployment.deliver(*messages)["batchItemFailures"]}
    assert [m["MessageId"] in failed for m in messages] == [False, True, True]
    assert {head.scope.account for head in deployment.data.heads()} == {SHOP.id}


@pytest.mark.parametrize("body", ['{"account": 3}', '{"account": "1", "name": "x", "group": "quantum"}'])
def test_message_that_nobody_can_read_is_kept_for_who_looks(deployment: Deployment, body: str) -> None:
    deployment.put(body)
    assert deployment.drain() == DELIVERIES
    assert deployment.dead_letters() == [json.loads(body)]
    assert deployment.data.attempts == []


def test_scope_that_fails_is_not_delivered_again(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(**_: Any) -> None:
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr(RESOURCE_TYPES["volumes"].model, "from_aws", refuse)
    volume(SHOP)
    deployment.schedule()
    assert deployment.drain() == 4
    (bad,) = [head for head in deployment.data.heads() if head.status == "error"]
    assert (bad.scope.account, bad.scope.region, bad.scope.type) == (SHOP.id, "eu-west-1", "volumes")


def test_time_that_ran_out_leaves_the_message_to_the_next_delivery(deployment: Deployment) -> None:
    of_shop = volume(SHOP)
    deployment.put(json.dumps({"account": SHOP.id, "name": "shop", "group": "compute"}))
    (message,) = deployment._receive(deployment.url)
    deployment.context.seconds = 30
    assert deployment.deliver(message)["batchItemFailures"] != []
    assert deployment.data.attempts == []
    deployment.context.seconds = 900
    assert deployment.drain() == 1
    assert deployment.ids(SHOP) == [of_shop]


def test_what_takes_longer_than_a_delivery_goes_on_in_a_message_of_its_own(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many it takes: each message has all its deliveries before it."""
    of_shop = volume(SHOP)
    outcomes = [Outcome((), 1, progressed=True)] * (DELIVERIES + 2)
    seen: list[Delivery] = []
    make = lambda_sync.worker

    def instead() -> Callable[[Delivery], Outcome]:
        def work(delivery: Delivery) -> Outcome:
            seen.append(delivery)
            return outcomes.pop() if outcomes else make()(delivery)

        return work

    monkeypatch.setattr(lambda_sync, "worker", instead)
    deployment.put(json.dumps({"account": SHOP.id, "name": "shop", "group": "compute"}))
    assert deployment.drain() == DELIVERIES + 3
    assert {(delivery.generation, delivery.number) for delivery in seen} == {(seen[0].generation, 1)}
    assert [delivery.is_first for delivery in seen] == [True] + [False] * (DELIVERIES + 2)
    assert deployment.ids(SHOP) == [of_shop]
    assert {head.attempted for head in deployment.data.heads()} == {seen[0].generation}
    assert deployment.dead_letters() == []


def test_what_can_t_be_handed_on_is_delivered_again(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lambda_sync, "worker", lambda: lambda delivery: Outcome((), 1, progressed=True))
    deployment.put(json.dumps({"account": SHOP.id, "name": "shop", "group": "compute"}))
    (message,) = deployment._receive(deployment.url)
    monkeypatch.setenv("SYNC_QUEUE_URL", f"{deployment.url}-gone")
    assert deployment.deliver(message)["batchItemFailures"] != []


def test_a_delivery_that_got_nowhere_is_one_of_three(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lambda_sync, "worker", lambda: lambda delivery: Outcome((), 1))
    deployment.put(json.dumps({"account": SHOP.id, "name": "shop", "group": "compute"}))
    assert deployment.drain() == DELIVERIES
    assert len(deployment.dead_letters()) == 1


def test_queue_that_cannot_be_told_is_logged(
    deployment: Deployment, closed: set[str], caplog: pytest.LogCaptureFixture
) -> None:
    closed.add(SHOP.id)
    deployment.put(json.dumps({"account": SHOP.id, "name": "shop", "group": "data"}))
    (message,) = deployment._receive(deployment.url)
    deployment.sqs.delete_queue(QueueUrl=deployment.url)
    assert deployment.deliver(message)["batchItemFailures"] != []
    assert "message comes again late" in caplog.messages


def test_message_that_is_delivered_twice_is_stored_once(deployment: Deployment) -> None:
    kept = volume(SHOP)
    deployment.put(json.dumps({"account": SHOP.id, "name": "shop", "group": "compute"}))
    (message,) = deployment._receive(deployment.url)
    deployment.deliver(message)
    before = dict(deployment.data.known)
    in_account(SHOP, "ec2").delete_volume(VolumeId=kept)
    deployment.deliver(message)
    assert deployment.data.known == before
    assert deployment.ids(SHOP) == [kept], "the next hour's job takes note, with its own generation"


def test_what_is_collected_is_in_the_table(deployment: Deployment, monkeypatch: pytest.MonkeyPatch) -> None:
    keys = [("pk", "HASH"), ("sk", "RANGE")]
    boto3.client("dynamodb", "eu-west-1").create_table(
        TableName="test-ResourceTable",
        KeySchema=[{"AttributeName": name, "KeyType": kind} for name, kind in keys],
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name, _ in keys],
        BillingMode="PAY_PER_REQUEST",
    )
    monkeypatch.setattr(TableBackend, "data_service", STORE)
    of_shop = volume(SHOP)
    deployment.schedule()
    deployment.drain()
    table = lambda_sync.backend().data_service()
    assert table.accounts() == (SHOP, BLOG)
    (head,) = [head for head in table.heads() if head.count]
    assert [document["id"] for document in table.resources(head.scope)] == [of_shop]
    assert head.scope.account == SHOP.id


def test_session_is_named_after_the_environment(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Any] = []
    sts = lambda_sync.own().client("sts", "eu-west-1")
    sts.meta.events.register("provide-client-params.sts.AssumeRole", lambda params, **_: asked.append(params))
    lambda_sync.worker().open_way(SHOP).account()
    assert asked == [
        {
            "RoleArn": f"arn:aws:iam::{SHOP.id}:role/PoloReader",
            "RoleSessionName": "polo-test",
            "ExternalId": "a-shared-word",
        }
    ]


def test_log_never_has_the_shared_word(
    deployment: Deployment, closed: set[str], caplog: pytest.LogCaptureFixture
) -> None:
    closed.add(SHOP.id)
    deployment.schedule()
    deployment.drain()
    said = " ".join(str(vars(record)) for record in caplog.records)
    assert "can't assume the role in shop" in said
    assert "a-shared-word" not in said


def test_metrics_are_a_job_of_each_account_once_a_day(deployment: Deployment) -> None:
    attached = volume(SHOP)
    deployment.schedule()
    assert deployment.drain() == 4
    at_two, later = ({"time": f"2026-11-20T{hour}:00:41Z"} for hour in ("02", "03"))
    assert lambda_sync.lambda_handler(at_two, deployment.context) == {"jobs": 6}  # type: ignore[arg-type]
    assert lambda_sync.lambda_handler(later, deployment.context) == {"jobs": 4}  # type: ignore[arg-type]
    deployment.drain()
    heads = [head for head in deployment.data.heads() if head.scope.type == "metrics"]
    assert [(head.scope.account, head.status) for head in heads] == [(SHOP.id, "ok"), (BLOG.id, "ok")]
    assert deployment.ids(SHOP) == [attached]


def test_what_cost_explorer_told_at_night_is_looked_up_and_no_collection_fails_without(
    deployment: Deployment, caplog: pytest.LogCaptureFixture
) -> None:
    disk = example("volumes", id="vol-1", created="2026-01-01T00:00:00Z")
    assert lambda_sync.told(SHOP.id)(disk) is None
    assert "costs of resources are left out" in caplog.messages, "there is no table"
    make_table(boto3.client("dynamodb", "eu-west-1"), "test-ReportTable")
    end = datetime.now(UTC).date() - timedelta(days=1)
    costs = {"EC2 - Other": {"vol-1": Decimal(7)}}
    found = ResourceCosts(SHOP.id, "unblended", str(end - timedelta(days=7)), str(end), costs)
    DynamoCostStore(Table("test-ReportTable")).keep_resources([found])
    told = lambda_sync.told(SHOP.id)(disk)
    assert told is not None
    assert round(told[0], 2) == Decimal("30.42")
    assert lambda_sync.told(BLOG.id)(disk) is None
