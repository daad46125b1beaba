from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import botocore.session
import pytest
from botocore.awsrequest import AWSResponse
from botocore.exceptions import ClientError

from errors import CollectError, SettingsError
from services.cloud.aws import Aws, following, profiles
from services.cloud.tally import counting
from services.conftest import Configure
from services.models import RESOURCE_TYPES
from services.models.botocore_test import operation
from services.models.kit.base import Call
from services.models.kit.scope import GLOBAL

KEYS = "aws_access_key_id = testing\naws_secret_access_key = testing\n"


def test_profiles_are_those_of_the_config(aws_config: Configure) -> None:
    aws_config("[default]\n[profile staging]\n[sso-session x]\nsso_region = eu-west-1\n[profile prod]\n")
    assert profiles() == ("default", "staging", "prod")


def test_no_config_is_no_profile(aws_config: Configure) -> None:
    assert profiles() == ()


def test_config_that_cannot_be_read_is_one_clear_line(aws_config: Configure) -> None:
    aws_config("[profile prod\n")
    with pytest.raises(SettingsError, match="aws-config"):
        profiles()


def test_account_is_named_after_its_profile(prod: Aws) -> None:
    account = prod.account()
    assert (account.id, account.name) == ("123456789012", "prod")


def test_regions_are_those_enabled_in_the_account(prod: Aws) -> None:
    regions = prod.regions()
    assert "eu-west-1" in regions and "us-east-1" in regions
    assert list(regions) == sorted(regions)


def test_region_that_botocore_does_not_know_yet_is_asked_all_the_same(prod: Aws) -> None:
    client = prod.client("ec2", "eu-north-9")
    assert client.meta.endpoint_url == "https://ec2.eu-north-9.amazonaws.com"


def test_global_scopes_are_asked_in_the_region_of_the_profile(prod: Aws) -> None:
    assert prod.source(GLOBAL).region == "eu-west-1"
    assert prod.source("us-west-2").region == "us-west-2"


def test_profile_without_a_region_asks_in_the_default_one(
    aws_config: Configure, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    aws_config(f"[profile prod]\n{KEYS}")
    assert Aws("prod").source(GLOBAL).region == "us-east-1"


def test_client_is_made_once_by_however_many_threads(prod: Aws) -> None:
    found: list[Any] = []
    threads = [
        threading.Thread(target=lambda: found.append(prod.client("ec2", "eu-west-1"))) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(found) == 8
    assert len({id(client) for client in found}) == 1


def test_clients_of_two_accounts_are_not_mixed(aws_config: Configure) -> None:
    aws_config("[profile a]\naws_access_key_id = a\naws_secret_access_key = x\n"
               "[profile b]\naws_access_key_id = b\naws_secret_access_key = x\n")  # fmt: skip
    keys = [
        Aws(name).client("ec2", "eu-west-1")._request_signer._credentials.access_key for name in ("a", "b")
    ]
    assert keys == ["a", "b"]


def test_endpoint_is_the_one_that_the_profile_names(aws_config: Configure) -> None:
    aws_config(f"[profile local]\n{KEYS}endpoint_url = http://127.0.0.1:4566\n")
    assert Aws("local").client("ec2", "eu-west-1").meta.endpoint_url == "http://127.0.0.1:4566"


def test_endpoint_of_the_environment_counts_too(
    aws_config: Configure, monkeypatch: pytest.MonkeyPatch
) -> None:
    aws_config(f"[profile local]\n{KEYS}")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:4567")
    assert Aws("local").client("sts", "eu-west-1").meta.endpoint_url == "http://127.0.0.1:4567"


def test_pages_are_of_the_size_that_the_call_says(prod: Aws) -> None:
    for _ in range(12):
        prod.client("ec2", "eu-west-1").run_instances(ImageId="ami-1", MinCount=1, MaxCount=1)
    call = Call("ec2", "describe_instances", "Reservations[].Instances[]", page_size=5)
    pages = list(prod.source("eu-west-1").pages(call))
    assert [len([i for r in page["Reservations"] for i in r["Instances"]]) for page in pages] == [5, 5, 2]


def test_call_without_a_paginator_is_one_page(prod: Aws) -> None:
    prod.client("ec2", "eu-west-1").allocate_address(Domain="vpc")
    (page,) = prod.source("eu-west-1").pages(Call("ec2", "describe_addresses", "Addresses[]"))
    assert len(page["Addresses"]) == 1


def test_a_list_goes_on_from_any_of_its_pages(prod: Aws) -> None:
    for _ in range(12):
        prod.client("ec2", "eu-west-1").run_instances(ImageId="ami-1", MinCount=1, MaxCount=1)
    call, source = Call("ec2", "describe_instances", "", page_size=5), prod.source("eu-west-1")
    pages = [page["Reservations"] for page in source.pages(call)]
    first = next(source.pages(call))
    rest = replace(call, parameters=following(call, first))
    assert [page["Reservations"] for page in source.pages(rest)] == pages[1:]
    (*_, last) = source.pages(rest)
    assert following(call, last) == {}


NO_PAGES = ("describe_addresses", "list_domain_names", "generate_credential_report", "get_account_summary")
LISTS = [kind.call for kind in RESOURCE_TYPES.values() if kind.scope != "marqo"]


@pytest.mark.parametrize("call", LISTS, ids=lambda call: f"{call.service}.{call.operation}")
def test_every_list_that_has_pages_can_be_gone_on_with(call: Call) -> None:
    """By parameters that the operation takes, out of what it answers."""
    shape = operation(call.service, call.operation)
    paging = botocore.session.get_session().get_paginator_model(call.service)
    if call.operation in NO_PAGES:
        assert following(call, {"NextToken": "x"}) == {}
        return
    config = paging.get_paginator(shape.name)
    page: dict[str, Any] = {}
    for path, value in ((config["output_token"], "token"), (config.get("more_results", "-"), True)):
        *outer, name = path.split(".")
        place = page.setdefault(outer[0], {}) if outer else page
        place[name] = value
    found = following(call, page)
    assert [*found.values()] == ["token"]
    assert found.keys() <= shape.input_shape.members.keys()
    assert following(call, {}) == {}


def test_absent_thing_is_none(prod: Aws) -> None:
    prod.client("s3", "us-east-1").create_bucket(Bucket="polo-test")
    source = prod.source("us-east-1")
    asked = {"service": "s3", "operation": "get_bucket_tagging", "Bucket": "polo-test"}
    assert source.call(**asked, absent=("NoSuchTagSet",)) is None
    with pytest.raises(CollectError) as error:
        source.call(**asked)
    assert error.value.code == "NoSuchTagSet"


@pytest.mark.parametrize(
    ("config", "message", "way_out"),
    [
        ("", "no credentials for profile 'prod'", "aws configure --profile prod"),
        (
            "sso_session = x\nsso_account_id = 1\nsso_role_name = r\nregion = eu-west-1\n"
            "[sso-session x]\nsso_start_url = https://x.awsapps.com/start\nsso_region = eu-west-1\n",
            "have expired",
            "aws sso login --profile prod",
        ),
    ],
)
def test_missing_credentials_say_how_to_get_some(
    aws_config: Configure,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    config: str,
    message: str,
    way_out: str,
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    aws_config(f"[profile prod]\n{config}")
    with pytest.raises(CollectError, match=message) as error:
        Aws("prod").account()
    assert error.value.way_out == way_out


def test_profile_that_is_not_there_is_a_clear_line(aws_config: Configure) -> None:
    aws_config("[profile prod]\n")
    with pytest.raises(CollectError, match="ghost"):
        Aws("ghost").account()


def test_failure_in_the_middle_of_the_pages_is_a_clear_line(prod: Aws) -> None:
    client = prod.client("ec2", "eu-west-1")
    for _ in range(6):
        client.run_instances(ImageId="ami-1", MinCount=1, MaxCount=1)
    call = Call("ec2", "describe_instances", "Reservations[].Instances[]", page_size=5)
    pages = iter(prod.source("eu-west-1").pages(call))
    assert next(pages)
    error = {"Error": {"Code": "RequestLimitExceeded", "Message": "slow down"}}

    def refuse(**_: Any) -> None:
        raise ClientError(error, "DescribeInstances")

    client.meta.events.register("before-call.ec2.DescribeInstances", refuse)
    with pytest.raises(CollectError, match="throttled ec2 DescribeInstances"):
        list(pages)


def test_one_botocore_serves_all_accounts(aws_config: Configure) -> None:
    aws_config(f"[profile a]\n{KEYS}[profile b]\n{KEYS}")
    loaders = {id(Aws(name)._session.get_component("data_loader")) for name in ("a", "b")}
    assert len(loaders) == 1
    assert id(botocore.session.Session().get_component("data_loader")) not in loaders


class Answers:
    """Stands in for the network: answers every request with the next of these statuses and bodies."""

    def __init__(self, *answers: tuple[int, str]) -> None:
        self.left = list(answers)

    def __call__(self, request: Any, **_: Any) -> Any:
        status, body = self.left.pop(0)
        return AWSResponse(request.url, status, {}, _Raw(body.encode()))


class _Raw(io.BytesIO):
    def stream(self, **_: Any) -> Iterator[bytes]:
        yield self.read()


def error(code: str) -> str:
    return f"<Response><Errors><Error><Code>{code}</Code><Message>m</Message></Error></Errors></Response>"


GOOD = "<DescribeRegionsResponse><regionInfo/></DescribeRegionsResponse>"


@pytest.mark.parametrize(
    ("answers", "counted"),
    [
        ([(200, GOOD)], (1, 0)),
        ([(503, error("RequestLimitExceeded")), (503, error("Throttling")), (200, GOOD)], (3, 2)),
        ([(500, error("InternalError")), (200, GOOD)], (2, 0)),  # tried again, but no throttle
        ([(429, error("SomethingNew")), (200, GOOD)], (2, 1)),
        ([(403, error("UnauthorizedOperation"))], (1, 0)),
    ],
)
def test_every_request_and_every_throttle_is_counted_retried_or_not(
    aws_config: Configure,
    monkeypatch: pytest.MonkeyPatch,
    answers: list[tuple[int, str]],
    counted: tuple[int, int],
) -> None:
    monkeypatch.setattr("time.sleep", lambda _: None)
    aws_config(f"[profile prod]\n{KEYS}region = eu-west-1\n")
    aws = Aws("prod")
    aws.client("ec2", "eu-west-1").meta.events.register("before-send", Answers(*answers))
    with counting() as tally, suppress(CollectError):
        aws.source("eu-west-1").call("ec2", "describe_regions")
    assert (tally.calls, tally.throttles) == counted


@pytest.mark.parametrize("message", ["", "You are not authorized to perform this operation."])
def test_regions_that_may_not_be_listed_can_be_named_instead(
    aws_config: Configure, monkeypatch: pytest.MonkeyPatch, message: str
) -> None:
    aws_config(f"[profile prod]\n{KEYS}region = us-east-1\n")
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    aws = Aws("prod")
    said = error("UnauthorizedOperation").replace("<Message>m", f"<Message>{message}")
    aws.client("ec2", "us-east-1").meta.events.register("before-send", Answers((403, said)))
    with pytest.raises(CollectError, match="may not call ec2:DescribeRegions") as refused:
        aws.regions()
    assert "--regions us-east-1 is enough" in refused.value.way_out
