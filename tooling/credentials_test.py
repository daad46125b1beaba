"""Credentials as every AWS tool takes them: botocore's own chain finds them, on loopback."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import botocore.session
import pytest

from errors import UnknownName
from services.cloud.aws import Aws
from services.local_data_service import LocalDataService
from services.models.kit.scope import GLOBAL, Account
from settings import Settings
from tests.loopback_aws import LoopbackAws
from tooling.credentials import CHAIN, chosen, used
from tooling.laptop.sync import sync

ENV = {"AWS_ACCESS_KEY_ID": "ENVKEY", "AWS_SECRET_ACCESS_KEY": "s", "AWS_SESSION_TOKEN": "t"}
CONFIG = "[profile shop]\naws_access_key_id = SHOPKEY\naws_secret_access_key = s\n" \
    "[default]\naws_access_key_id = DEFAULTKEY\naws_secret_access_key = s\n"  # fmt: skip


@dataclass
class Machine:
    """A machine without credentials, until the test gives it some."""

    folder: Path
    aws: LoopbackAws
    patch: pytest.MonkeyPatch

    def environment(self, **values: str) -> None:
        for name, value in values.items():
            self.patch.setenv(name, value)

    def config(self, text: str) -> None:
        (self.folder / "config").write_text(text)

    def container(self) -> None:
        token = self.folder / "container-token"
        token.write_text("of-the-container")
        self.environment(
            AWS_CONTAINER_CREDENTIALS_FULL_URI=f"{self.aws.url}/container",
            AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE=str(token),
        )

    def instance(self) -> None:
        self.patch.delenv("AWS_EC2_METADATA_DISABLED")
        self.environment(AWS_EC2_METADATA_SERVICE_ENDPOINT=self.aws.url)

    def web(self) -> None:
        token = self.folder / "web-token"
        token.write_text("a token")
        role = "arn:aws:iam::400000000004:role/pod"
        self.environment(AWS_WEB_IDENTITY_TOKEN_FILE=str(token), AWS_ROLE_ARN=role)

    def sync(self, *names: str, **options: str) -> tuple[int, str]:
        out = io.StringIO()
        data = self.folder / "data"
        code = sync(*names, data_dir=data, settings=Settings(), now=lambda: 1_000.0, out=out, **options)  # type: ignore[arg-type]
        return code, out.getvalue()

    def accounts(self) -> tuple[Account, ...]:
        return LocalDataService(self.folder / "data" / "local_data.json").accounts()


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Machine]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)
    with LoopbackAws().running() as aws:
        aws.accounts |= {"ENVKEY": "100000000001", "SHOPKEY": "500000000005", "DEFAULTKEY": "600000000006"}
        found = Machine(tmp_path, aws, monkeypatch)
        found.environment(
            AWS_CONFIG_FILE=str(tmp_path / "config"),
            AWS_SHARED_CREDENTIALS_FILE=str(tmp_path / "none"),
            AWS_ENDPOINT_URL=aws.url,
            AWS_MAX_ATTEMPTS="1",
            HOME=str(tmp_path),
        )
        yield found


def give(machine: Machine, way: str) -> None:
    if way == "environment":
        machine.environment(**ENV)
    elif way == "AWS_PROFILE":
        machine.config(CONFIG)
        machine.environment(AWS_PROFILE="shop")
    else:
        getattr(machine, way)()


WAYS = {  # how a machine has credentials -> account, what errors call it, what may not be said of it
    "environment": ("100000000001", "this environment (AWS_ACCESS_KEY_ID)", "--profile"),
    "container": ("200000000002", "this container's role", "--profile"),
    "instance": ("300000000003", "this instance's role", "--profile"),
    "web": ("400000000004", "the role of AWS_ROLE_ARN", "--profile"),
    "AWS_PROFILE": ("500000000005", "profile 'shop'", "default"),
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("alias", ["acme-prod", "", None])
def test_without_profiles_the_account_of_the_process_is_collected(
    machine: Machine, way: str, alias: str | None
) -> None:
    give(machine, way)
    machine.aws.alias = alias
    code, said = machine.sync("volumes")
    assert code == 0, said
    id = WAYS[way][0]
    name = "shop" if way == "AWS_PROFILE" else alias or id
    assert machine.accounts() == (Account(id, name),)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    ("code", "said"), [("ExpiredToken", "have expired"), ("InvalidClientTokenId", "are not valid")]
)
def test_what_is_said_of_credentials_is_true_of_those_that_were_used(
    machine: Machine, way: str, code: str, said: str
) -> None:
    give(machine, way)
    if way == "web":
        Aws().account()  # the role is open, and what it gave is refused later
    machine.aws.refuses = code
    exit_code, lines = machine.sync("volumes")
    assert exit_code == 1
    assert f"the credentials of {WAYS[way][1]} {said}" in lines
    assert WAYS[way][2] not in lines.replace("default: ", "")


def test_no_credentials_at_all_say_where_they_could_be(machine: Machine) -> None:
    code, said = machine.sync("volumes")
    assert code == 1
    assert "no credentials for this shell: " in said
    assert "aws configure sso, or set AWS_ACCESS_KEY_ID" in said
    assert "--profile" not in said


def test_half_of_the_environments_credentials_are_theirs_to_mend(machine: Machine) -> None:
    machine.config(CONFIG)
    machine.environment(AWS_ACCESS_KEY_ID="ENVKEY")
    code, said = machine.sync("volumes")
    assert code == 1
    assert "no credentials for this environment (AWS_ACCESS_KEY_ID): " in said
    assert "AWS_SECRET_ACCESS_KEY" in said and "--profile" not in said


def test_a_container_whose_endpoint_is_away_is_told_as_that(machine: Machine) -> None:
    machine.environment(AWS_CONTAINER_CREDENTIALS_FULL_URI=f"{machine.aws.url}/gone")
    machine.patch.setattr("time.sleep", lambda _: None)
    code, said = machine.sync("volumes")
    assert code == 1
    assert "no credentials for this container's role: " in said


@pytest.mark.parametrize(
    ("config", "environment", "named", "expected"),
    [
        ("", {}, "", [CHAIN]),
        ("", ENV, "", [CHAIN]),
        ("", ENV, "default", [CHAIN]),
        (CONFIG, {}, "", ["shop", "default"]),
        (CONFIG, {}, "shop", ["shop"]),
        (CONFIG, ENV, "", [CHAIN]),
        (CONFIG, ENV, "shop", ["shop"]),
        (CONFIG, ENV | {"AWS_PROFILE": "shop"}, "", [CHAIN]),
        (CONFIG, {"AWS_PROFILE": "shop"}, "", ["shop"]),
        (CONFIG, {"AWS_DEFAULT_PROFILE": "shop"}, "", ["shop"]),
        (CONFIG, {"AWS_DEFAULT_PROFILE": "shop", "AWS_PROFILE": "default"}, "", ["shop"]),
        (CONFIG, {"AWS_PROFILE": "shop"}, "default", ["default"]),
        (CONFIG, {"AWS_PROFILE": ""}, "", ["shop", "default"]),
    ],
)
def test_whose_credentials_count_is_what_botocore_decides(
    machine: Machine, config: str, environment: dict[str, str], named: str, expected: list[str]
) -> None:
    """The same keys as of the AWS CLI, wherever it decides: with -p, or with what the environment says."""
    machine.config(config)
    machine.environment(**environment)
    found = used(named)
    assert list(found) == expected
    if named or any(environment.values()):
        theirs = botocore.session.Session(profile=named if named and config else None).get_credentials()
        ours = Aws(chosen(named)).client("sts", "eu-west-1")._request_signer._credentials
        assert ours.access_key == theirs.access_key


@pytest.mark.parametrize("named", ["nope", "default"])
def test_a_profile_that_is_not_there_is_unknown(machine: Machine, named: str) -> None:
    machine.config("[profile shop]\n")
    machine.environment(**ENV)
    with pytest.raises(UnknownName, match="one of shop" if named == "x" else named):
        used(named)
    machine.patch.delenv("AWS_ACCESS_KEY_ID")
    machine.environment(AWS_PROFILE=named)
    with pytest.raises(UnknownName, match=named):
        used()


def test_it_is_said_when_the_environment_goes_before_the_profiles(machine: Machine) -> None:
    machine.config(CONFIG)
    _, said = machine.sync("volumes")
    assert "is set, and says" not in said
    machine.environment(**ENV)
    _, said = machine.sync("volumes")
    assert "AWS_ACCESS_KEY_ID is set, and says whose account is collected" in said


def test_one_account_alone_can_be_asked_for_by_its_id(machine: Machine) -> None:
    machine.config(CONFIG)
    code, said = machine.sync("volumes", account="600000000006")
    assert (code, [account.id for account in machine.accounts()]) == (0, ["600000000006"]), said
    code, said = machine.sync("volumes", account="999999999999")
    assert code == 1
    assert "no credentials here lead to account 999999999999, only to 500000000005, 600000000006" in said


@pytest.mark.parametrize("name", ["AWS_REGION", "AWS_DEFAULT_REGION"])
def test_the_region_of_the_environment_is_where_things_are_asked_once(machine: Machine, name: str) -> None:
    machine.environment(**ENV | {name: "eu-north-1"})
    assert Aws().source(GLOBAL).region == "eu-north-1"
    machine.environment(AWS_REGION="eu-south-1", AWS_DEFAULT_REGION="eu-north-1")
    assert Aws().source(GLOBAL).region == "eu-south-1"
