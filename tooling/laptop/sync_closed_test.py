"""`inv sync` of an account that a policy of the organisation closes in part, as AWS says it."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from services.cloud.callers import Caller
from services.cloud.errors import Asked, translate
from services.local_data_service import LocalDataService
from services.models import RESOURCE_TYPES
from services.models.kit.base import Call
from services.models.kit.scope import GLOBAL, Account
from services.models.kit.values import Item
from settings import Settings
from tooling.laptop.sync import sync

OPEN = ("eu-central-1", "us-east-1")
SHUT = tuple(f"eu-west-{number}" for number in range(15))
PROD = Caller("profile 'prod'", "aws configure --profile prod")
SCP = "with an explicit deny in a service control policy: arn:aws:organizations::1:policy/o/p"
BOUNDARY = "with an explicit deny in a permissions boundary"


@dataclass
class Account17:
    """17 regions. denied: (list operation, or "" for all, region) -> why."""

    denied: dict[tuple[str, str], str] = field(default_factory=dict)

    def account(self) -> Account:
        return Account("111122223333", "prod")

    def regions(self) -> tuple[str, ...]:
        return (*OPEN, *SHUT)

    def source(self, region: str) -> Source17:
        return Source17(self, region)


@dataclass
class Source17:
    way: Account17
    region: str

    def pages(self, call: Call, region: str | None = None) -> Iterator[Item]:
        why = self.way.denied.get((call.operation, self.region)) or self.way.denied.get(("", self.region))
        if why:
            raise refused(call.service, call.operation, self.region, why)
        yield {}

    def call(self, service: str, operation: str, **_: object) -> Item | None:
        return {}


def refused(service: str, operation: str, region: str, why: str) -> Exception:
    user = "User: arn:aws:sts::111122223333:assumed-role/Reader/polo is not authorized to perform: "
    name = "".join(part.title() for part in operation.split("_"))
    said = f"{user}{service}:{name} on resource: arn:aws:{service}:{region}:111122223333:* {why}"
    code = "UnauthorizedOperation" if service == "ec2" else "AccessDeniedException"
    error = ClientError({"Error": {"Code": code, "Message": said}}, name)
    return translate(error, Asked(PROD, service, name, region))


class Synced:
    """code: the exit code. said: what was printed."""

    def __init__(self, folder: Path, way: Account17, types: str = "", clock: float = 1_000.0) -> None:
        out = io.StringIO()
        self.code = sync(
            types, "prod", data_dir=folder, settings=Settings(), open_way=lambda _: way,
            now=lambda: clock, out=out,
        )  # fmt: skip
        self.said = out.getvalue()
        self.heads = LocalDataService(folder / "local_data.json").heads()

    def lines(self, word: str) -> list[str]:
        return [line for line in self.said.splitlines() if word in line]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "config").write_text("[profile prod]\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    return tmp_path / "data"


def test_fifteen_closed_regions_are_one_line_and_no_failure(folder: Path) -> None:
    found = Synced(folder, Account17({("", region): SCP for region in SHUT}))
    assert found.code == 0, found.said
    assert found.lines(" closed by ") == ["prod: 15 regions are closed by a service control policy"]
    assert not found.lines("failed") and not found.lines("Way out")
    assert re.search(r"Synced \d+ resources in \d+ scopes in ", found.said), "and not in some of them"
    shut = [head for head in found.heads if head.scope.region in SHUT]
    regional = [kind for kind in RESOURCE_TYPES.values() if kind.scope == "regional"]
    assert len(shut) == 15 * len(regional)
    assert {head.status for head in shut} == {"closed"}
    assert {head.status for head in found.heads if head.scope.region in (*OPEN, GLOBAL)} == {"ok"}


def test_the_data_of_a_closed_scope_is_kept_by_the_local_store(folder: Path) -> None:
    assert Synced(folder, Account17()).code == 0
    found = Synced(folder, Account17({("", SHUT[0]): SCP}), "volumes", 2_000.0)
    assert found.code == 0
    (head,) = (head for head in found.heads if head.status == "closed")
    assert (head.scope.region, head.scope.type, head.generation) == (SHUT[0], "volumes", 1_000_000)


def test_a_region_that_is_closed_for_some_types_only_is_told_by_its_scopes(folder: Path) -> None:
    way = Account17({("describe_volumes", SHUT[0]): SCP, ("describe_instances", SHUT[0]): SCP})
    found = Synced(folder, way, "volumes,instances,queues")
    assert found.code == 0
    told = f"(instances {SHUT[0]}, volumes {SHUT[0]})"
    assert found.lines(" closed by ") == [f"prod: 2 scopes are closed by a service control policy {told}"]


def test_another_denial_beside_it_is_a_failure_as_ever(folder: Path) -> None:
    way = Account17({("", region): SCP for region in SHUT} | {("describe_volumes", "us-east-1"): BOUNDARY})
    found = Synced(folder, way, "volumes,queues")
    assert found.code == 1
    assert found.lines(" closed by ") == ["prod: 15 regions are closed by a service control policy"]
    assert found.lines("failed") == ["1 scope failed; what was there is kept:"]
    (line,) = found.lines("Way out")
    place = "the permissions boundary of that user or role"
    assert line.endswith(
        "UnauthorizedOperation: profile 'prod' may not call ec2:DescribeVolumes: a permissions boundary "
        f"denies it. Way out: take the deny of ec2:DescribeVolumes out of {place}"
    )
