""" "Collect again" against a local AWS: as a process of this machine, and through a queue."""

from __future__ import annotations

import io
import json
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from devserver.gateway.gateway import Client
from routes.theme_test import ORIGIN
from services.cloud import aws
from services.collect.jobs import Job
from services.collect.worker import Delivery, Worker
from services.conformance_test import make_table
from services.dynamo_data_service import DynamoDataService
from services.models import RESOURCE_TYPES
from services.models.kit.scope import Account
from services.store.dynamo_table import Table
from settings import Settings
from tests.integration.conftest import IDS, REGIONS, Cloud
from tooling.laptop.sync import sync
from wiring.web import web_app

pytestmark = pytest.mark.integration

DEADLINE = 60  # seconds
PROD = Account(IDS["prod"], "prod")
FORM = {"csrf": "token-1", "account": PROD.id, "type": "addresses"}


@pytest.fixture
def cloud(addresses: Cloud) -> Cloud:
    return addresses


def release_one(cloud: Cloud) -> str:
    """Release an address of prod; answer its id."""
    ec2 = cloud.client("prod", "ec2", "eu-west-1")
    id = str(ec2.describe_addresses()["Addresses"][0]["AllocationId"])
    ec2.release_address(AllocationId=id)
    return id


def click(client: Client) -> str:
    """Click; answer the address of the page that waits."""
    response = client.post("/sync/collect", headers=ORIGIN, form=FORM)
    assert response.status == 303, response.text
    return response.header("Location")


def waits(client: Client, location: str) -> bool:
    parts = urlsplit(location)
    page = client.get(f"{parts.path}?{parts.query}").text
    assert 'id="collecting"' in page
    return "every 2s" in page


def until_done(client: Client, location: str) -> str:
    """The page when it has ended to ask for itself."""
    deadline = time.monotonic() + DEADLINE
    while waits(client, location):
        assert time.monotonic() < deadline, "it waits for ever"
    return client.get(location).text


@pytest.fixture
def local(cloud: Cloud, tmp_path: Path) -> Client:
    """A console over what inv sync has collected of prod."""
    data, out = tmp_path / "data", io.StringIO()
    assert sync("addresses", "prod", ",".join(REGIONS), data_dir=data, settings=Settings(), out=out) == 0, (
        out.getvalue()
    )
    return Client(
        web_app(
            Settings(
                use_local_data="true",
                local_data_path=str(data / "local_data.json"),
                cache_path=str(tmp_path / "cache"),
                patience="60",
            )
        )
    )


def test_a_click_collects_on_this_machine(cloud: Cloud, local: Client) -> None:
    before = local.get("/api/resources/addresses").json()["count"]
    gone = release_one(cloud)
    location = click(local)
    second = local.post("/sync/collect", headers=ORIGIN, form=FORM)
    assert second.status in (303, 409)  # 303: the first has ended already
    page = until_done(local, location)
    assert "prod · Elastic IPs collected" in page
    assert local.get("/api/resources/addresses").json()["count"] == before - 1
    (vanished,) = local.get("/api/changes?kind=vanished").json()["changes"]
    assert vanished["id"] == gone
    scopes = [each for each in local.get("/api/sync").json()["scopes"] if each["type"] == "addresses"]
    assert all(each["calls"] >= 1 and each["throttles"] == 0 for each in scopes)


def test_what_went_wrong_is_on_the_board(cloud: Cloud, local: Client) -> None:
    cloud.config.write_text("[profile other]\nregion = eu-west-1\n")
    page = until_done(local, click(local))
    assert "Collecting again failed" in page
    assert "no credentials for profile &#x27;other&#x27;" in page, "and no profile is called prod"


@pytest.fixture
def deployed(
    cloud: Cloud, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> tuple[Client, DynamoDataService, Any, str]:
    """A console over a table, its store, and the queue that it may send to."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", cloud.url)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", PROD.id)
    make_table(cloud.client("prod", "dynamodb", "eu-west-1"), "again")
    sqs = cloud.client("prod", "sqs", "eu-west-1")
    url = sqs.create_queue(QueueName="test-sync")["QueueUrl"]
    store = DynamoDataService(Table("again"))
    settings = Settings(
        use_local_data="false",
        dynamodb_table_name="again",
        sync_queue_url=url,
        cache_path=str(tmp_path / "cache"),
        patience="60",
    )
    return Client(web_app(settings)), store, sqs, url


def work(store: DynamoDataService, job: Job, generation: int) -> None:
    kinds = {"addresses": RESOURCE_TYPES["addresses"]}
    delivery = Delivery(job, generation, 1, lambda: 900.0)
    outcome = Worker(store, kinds, lambda _: aws.Aws("prod"))(delivery)
    assert outcome.failed == 0


def test_a_click_sends_the_job_that_the_schedule_would_send(
    cloud: Cloud, deployed: tuple[Client, DynamoDataService, Any, str]
) -> None:
    client, store, sqs, url = deployed
    store.name_accounts([PROD])
    work(store, Job(PROD, "compute"), int(time.time() * 1000) - 60_000)
    gone = release_one(cloud)
    location = click(client)
    assert client.post("/sync/collect", headers=ORIGIN, form=FORM).status == 409
    assert waits(client, location)

    answer = sqs.receive_message(QueueUrl=url, AttributeNames=["SentTimestamp"], MaxNumberOfMessages=10)
    (message,) = answer["Messages"]
    assert json.loads(message["Body"]) == {"account": PROD.id, "name": "prod", "group": "compute"}
    work(store, Job.from_body(message["Body"]), int(message["Attributes"]["SentTimestamp"]))
    assert not waits(client, location)
    assert "prod · Elastic IPs collected" in client.get(location).text
    (vanished,) = client.get("/api/changes?kind=vanished").json()["changes"]
    assert vanished["id"] == gone
