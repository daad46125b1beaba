from __future__ import annotations

import errno
import io
import json
import os
import re
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from errors import CollectError
from services.cloud.tally import count
from services.costs.local_store import LocalCostStore
from services.local_data_service import LocalDataService
from services.models import RESOURCE_TYPES
from services.models.domain.costs import ResourceCosts
from services.models.kit.base import Call
from services.models.kit.scope import Account, Scope
from services.models.kit.values import Item
from settings import Settings
from tests.damage import unwritable
from tooling.laptop.sync import sync

EXPIRED = CollectError("the credentials of profile 'dev' have expired", "aws sso login --profile dev")
DENIED = CollectError("AccessDenied: profile 'prod' may not ec2:DescribeVolumes", "allow it", "AccessDenied")


@dataclass
class FakeAccount:
    """A way into an account whose volumes and instances the test decides on."""

    id: str = "111111111111"
    profile: str = "prod"
    enabled: tuple[str, ...] = ("eu-west-1", "us-east-1")
    refused: CollectError | None = None
    unlisted: CollectError | None = None
    volumes: dict[str, list[str]] = field(default_factory=dict)
    fails: dict[str, BaseException] = field(default_factory=dict)
    throttles: int = 0

    def account(self) -> Account:
        if self.refused:
            raise self.refused
        return Account(self.id, self.profile)

    def regions(self) -> tuple[str, ...]:
        if self.unlisted:
            raise self.unlisted
        return self.enabled

    def source(self, region: str) -> FakeSource:
        return FakeSource(self, region)


@dataclass
class FakeSource:
    way: FakeAccount
    region: str

    def pages(self, call: Call, region: str | None = None) -> Iterator[Item]:
        count(calls=1 + self.way.throttles, throttles=self.way.throttles)
        if self.region in self.way.fails and call.operation == "describe_volumes":
            failure = self.way.fails[self.region]
            if isinstance(failure, Hanging):
                failure.released.wait()
            raise failure
        found = self.way.volumes.get(self.region, []) if call.operation == "describe_volumes" else []
        yield {"Volumes": [{"VolumeId": id} for id in found]}

    def call(
        self, service: str, operation: str, *, absent: Sequence[str] = (), region: str | None = None, **_: Any
    ) -> Item | None:
        return {}


class Hanging(Exception):
    """In the place of a failure: an answer that does not come until the test is over."""

    def __init__(self) -> None:
        self.released = threading.Event()


class Estate:
    """The accounts of the test, and what `inv sync` says and leaves behind."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self.monkeypatch = monkeypatch
        self.ways = {
            "prod": FakeAccount(volumes={"eu-west-1": ["vol-a", "vol-b"], "us-east-1": ["vol-c"]}),
            "dev": FakeAccount("222222222222", "dev", volumes={"eu-west-1": ["vol-d"]}),
        }
        self.clock = 1_000.0
        self.said = ""

    def sync(self, *names: str, key: str = "", **options: Any) -> int:
        out = io.StringIO()
        self.clock += 60
        code = sync(
            *names, data_dir=self.folder, settings=Settings(marqo_api_key=key, marqo_url="http://127.0.0.1:9"),
            open_way=self.ways.__getitem__, now=lambda: self.clock, out=out, **options,
        )  # fmt: skip
        self.said = out.getvalue()
        return code

    @property
    def store(self) -> LocalDataService:
        return LocalDataService(self.folder / "local_data.json")

    def ids(self, profile: str, region: str = "eu-west-1") -> list[str]:
        return [
            found["id"] for found in self.store.resources(Scope(self.ways[profile].id, region, "volumes"))
        ]


@pytest.fixture
def estate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Estate:
    config = tmp_path / "config"
    config.write_text("[profile prod]\n[profile dev]\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    return Estate(tmp_path / "data", monkeypatch)


def test_everything_of_all_profiles_is_collected(estate: Estate) -> None:
    assert estate.sync() == 0
    assert (estate.ids("prod"), estate.ids("prod", "us-east-1")) == (["vol-a", "vol-b"], ["vol-c"])
    assert estate.ids("dev") == ["vol-d"]
    assert {head.scope.type for head in estate.store.heads()} == set(RESOURCE_TYPES) - {"marqoindexes"}
    assert estate.store.accounts() == (Account("111111111111", "prod"), Account("222222222222", "dev"))


def test_it_says_what_it_did(estate: Estate) -> None:
    estate.sync("volumes")
    assert "volumes: 4 in 4 scopes\n" in estate.said
    assert "Synced 4 resources in 4 scopes in " in estate.said


def test_throttles_are_summed_up_and_told_when_there_were_any(estate: Estate) -> None:
    estate.sync("volumes", "prod")
    assert "too many" not in estate.said
    estate.ways["prod"].throttles = 3
    estate.sync("volumes,snapshots", "prod")
    assert "AWS refused 12 of 16 calls as too many (" in estate.said
    assert "volumes 6" in estate.said


def test_each_type_has_its_own_file(estate: Estate) -> None:
    estate.sync("volumes,instances")
    document = json.loads((estate.folder / "volumes.json").read_text())
    assert document["meta"]["type"] == "volumes"
    assert [item["id"] for item in document["items"]] == ["vol-a", "vol-b", "vol-c", "vol-d"]


def test_what_inv_costs_heard_of_single_resources_is_stored_with_them(estate: Estate) -> None:
    costs = {"EC2 - Other": {"vol-a": Decimal(7), "vol-d": Decimal(7)}}
    told = ResourceCosts("111111111111", "unblended", "1969-12-24", "1969-12-31", costs)
    LocalCostStore(estate.folder / "local_costs.json", estate.folder / "r.json").keep_resources([told])
    estate.sync("volumes")
    found = {
        document["id"]: (document["cost"], document.get("cost_source", "")[:13])
        for head in estate.store.heads()
        for document in estate.store.resources(head.scope)
    }
    assert found["vol-a"] == ("30.42", "Cost Explorer")
    assert {found[id] for id in ("vol-b", "vol-d")} == {(None, "its price is ")}, "untold, or of another"


def test_a_broken_file_of_what_resources_cost_is_one_line_and_they_have_list_prices(estate: Estate) -> None:
    estate.folder.mkdir(exist_ok=True)
    (estate.folder / "local_costs_of_resources.json").write_text("{broken")
    assert estate.sync("volumes") == 0
    assert estate.said.count("local_costs_of_resources.json:1:2") == 1
    assert "Resources have list prices" in estate.said


def test_types_profiles_and_regions_can_be_chosen(estate: Estate) -> None:
    assert estate.sync("volumes, volumes", "prod", "us-east-1") == 0
    assert [head.scope for head in estate.store.heads()] == [Scope("111111111111", "us-east-1", "volumes")]


def test_only_the_scopes_that_are_asked_for_are_collected(estate: Estate) -> None:
    """Not each type in each region of all: Collect again is about the scopes that were collected."""
    prod = estate.ways["prod"]
    assert estate.sync("volumes,addresses", "prod", "us-east-1") == 0
    assert estate.sync("volumes", "prod", "eu-west-1") == 0
    asked = [Scope(prod.id, "us-east-1", "addresses"), Scope(prod.id, "eu-west-1", "volumes")]
    gone = Scope(prod.id, "ap-south-1", "volumes")
    assert estate.sync(account=prod.id, only=[*asked, gone]) == 0
    newest = int(estate.clock * 1000)
    assert [head.scope for head in estate.store.heads() if head.attempted == newest] == sorted(asked)
    assert len(estate.store.heads()) == 3, "no scope beside those that were there"


def test_regions_that_can_not_be_listed_are_those_of_the_scopes(estate: Estate) -> None:
    estate.sync("volumes", "prod", "us-east-1")
    estate.ways["prod"].unlisted = CollectError("may not", "name one", "UnauthorizedOperation")
    assert estate.sync("", "prod", only=[head.scope for head in estate.store.heads()]) == 0
    assert [head.scope.region for head in estate.store.heads()] == ["us-east-1"]


def test_region_is_left_out_where_it_is_not_enabled(estate: Estate) -> None:
    estate.ways["dev"].enabled = ("eu-west-1",)
    assert estate.sync("volumes", "", "us-east-1") == 0
    assert [head.scope.account for head in estate.store.heads()] == ["111111111111"]


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (("volume",), "unknown resource type 'volume': did you mean volumes? Way out: one of instances, "),
        (("", "production"), "unknown profile 'production'. Way out: one of prod, dev"),
        (
            ("", "", "eu-west-9"),
            "unknown region 'eu-west-9': did you mean eu-west-1? Way out: one of eu-west-1, us-east-1",
        ),
    ],
)
def test_unknown_name_is_told_before_anything_is_written(
    estate: Estate, names: tuple[str, ...], said: str
) -> None:
    assert estate.sync(*names) == 1
    assert said in estate.said
    assert not estate.folder.exists()


def test_regions_that_can_not_be_listed_are_those_that_were_named(estate: Estate) -> None:
    estate.ways["prod"].unlisted = CollectError(
        "may not call ec2:DescribeRegions", "--regions us-east-1 is enough", "UnauthorizedOperation"
    )
    assert estate.sync("volumes", "prod") == 1
    assert "prod: may not call ec2:DescribeRegions. Way out: --regions us-east-1 is enough\n" in estate.said
    assert estate.sync("volumes", "prod,dev", "US-east-1") == 0
    assert estate.ids("prod", "us-east-1") == ["vol-c"]
    assert {head.scope.region for head in estate.store.heads()} == {"us-east-1"}


def test_refused_profile_is_one_line_and_the_others_go_on(estate: Estate) -> None:
    estate.ways["dev"].refused = EXPIRED
    assert estate.sync("volumes") == 1
    lines = [line for line in estate.said.splitlines() if "dev" in line]
    assert lines == [f"dev: {EXPIRED}", "Not collected, as said above: dev"]
    assert estate.ids("prod") == ["vol-a", "vol-b"]


def test_refused_profile_keeps_what_it_had_and_its_scopes_say_why(estate: Estate) -> None:
    estate.sync("volumes")
    estate.ways["dev"].refused = EXPIRED
    assert estate.sync("volumes", "", "eu-west-1") == 1
    assert estate.ids("dev") == ["vol-d"]
    heads = {(head.scope.account, head.scope.region): head for head in estate.store.heads()}
    assert heads["222222222222", "eu-west-1"].error == str(EXPIRED)
    assert heads["222222222222", "us-east-1"].status == "ok", "a region that was not asked for"


def test_second_profile_of_an_account_is_skipped(estate: Estate) -> None:
    estate.ways["dev"].id = "111111111111"
    assert estate.sync("volumes") == 0
    assert "dev: skipped, the same account (111111111111) as prod\n" in estate.said


def test_failed_scope_keeps_what_it_had_and_is_listed(estate: Estate) -> None:
    estate.sync("volumes")
    prod = estate.ways["prod"]
    prod.fails = {"eu-west-1": DENIED, "us-east-1": DENIED}
    estate.ways["dev"].volumes = {}
    assert estate.sync("volumes") == 1
    assert (estate.ids("prod"), estate.ids("dev")) == (["vol-a", "vol-b"], [])
    assert "2 scopes failed; what was there is kept:\n" in estate.said
    assert f"  prod volumes eu-west-1, us-east-1: {DENIED}\n" in estate.said


def test_steep_fall_is_listed_until_a_second_run_agrees(estate: Estate) -> None:
    estate.ways["prod"].volumes = {"eu-west-1": [f"vol-{number}" for number in range(50)]}
    estate.sync("volumes")
    estate.ways["prod"].volumes = {}
    assert estate.sync("volumes") == 1
    assert "fell from 50 to 0 resources; kept until a second run agrees" in estate.said
    assert len(estate.ids("prod")) == 50
    assert estate.sync("volumes") == 0
    assert estate.ids("prod") == []


def test_clock_that_was_a_day_ahead_heals_with_the_next_sync(estate: Estate) -> None:
    estate.clock += 24 * 3600
    estate.sync("volumes")
    estate.clock -= 24 * 3600
    estate.ways["prod"].volumes = {"eu-west-1": ["vol-new"]}
    assert estate.sync("volumes") == 0
    assert estate.ids("prod") == ["vol-new"]


@pytest.mark.parametrize("ahead", [-3600, 0, 24 * 3600])
def test_file_that_is_saved_by_hand_during_a_sync_loses_nothing_of_it(estate: Estate, ahead: int) -> None:
    estate.sync("volumes", "prod")
    estate.ways["prod"].volumes = {"eu-west-1": ["vol-new"]}
    path, publish = estate.folder / "local_data.json", LocalDataService.combine

    def saved(*arguments: Any) -> Any:
        path.write_bytes(path.read_bytes())
        os.utime(path, (time.time() + ahead,) * 2)
        return publish(*arguments)

    estate.monkeypatch.setattr(LocalDataService, "combine", saved)
    assert estate.sync("volumes", "prod") == 0
    assert estate.ids("prod") == ["vol-new"]


def test_what_was_collected_and_is_not_in_the_file_is_no_success(estate: Estate) -> None:
    estate.sync("volumes", "prod")
    publish = LocalDataService.combine

    def removed(*arguments: Any) -> Any:
        (estate.folder / "volumes.json").unlink()
        return publish(*arguments)

    estate.monkeypatch.setattr(LocalDataService, "combine", removed)
    assert estate.sync("volumes", "prod") == 1
    assert "prod volumes eu-west-1, us-east-1: its file was changed or removed" in estate.said


def test_clock_that_went_back_is_told(estate: Estate) -> None:
    estate.sync("volumes")
    estate.clock -= 3600
    assert estate.sync("volumes") == 1
    assert "a newer collection is stored; is the clock of this machine right?" in estate.said


def test_ctrl_c_leaves_the_last_good_file(estate: Estate) -> None:
    estate.sync("volumes")
    before = (estate.folder / "local_data.json").read_bytes()
    estate.ways["prod"].volumes = {}
    estate.ways["prod"].fails = {"us-east-1": KeyboardInterrupt()}
    assert estate.sync("volumes") == 130
    assert estate.said.endswith(f"Stopped. {estate.folder / 'local_data.json'} is as it was.\n")
    assert (estate.folder / "local_data.json").read_bytes() == before


@pytest.mark.parametrize("name", ["local_data.json", "volumes.json"])
def test_corrupt_file_is_told_with_its_place_and_left(estate: Estate, name: str) -> None:
    estate.folder.mkdir()
    (estate.folder / name).write_text('{"meta":\n  oops')
    assert estate.sync("instances") == 1
    assert f"{estate.folder / name}:2:3: " in estate.said
    assert [file.name for file in estate.folder.iterdir()] == [name]


def test_folder_that_cannot_be_written_is_one_line(estate: Estate) -> None:
    estate.folder.write_text("a file where the folder should be")
    assert estate.sync("volumes") == 1
    assert f"{estate.folder}" in estate.said.splitlines()[-1]


def test_folder_that_can_not_be_written_is_told_before_anything_is_collected(estate: Estate) -> None:
    estate.sync("volumes")
    asked: list[Call] = []
    estate.monkeypatch.setattr(FakeSource, "pages", lambda _, call, region=None: asked.append(call))
    with unwritable(estate.monkeypatch, errno.EROFS):
        assert estate.sync("volumes") == 1
    assert "Read-only file system. Way out: " in estate.said
    assert asked == []


def test_marqo_without_a_key_is_skipped_with_a_line(estate: Estate) -> None:
    assert estate.sync() == 0
    assert "marqoindexes: skipped, MARQO_API_KEY is not set\n" in estate.said


def test_marqo_that_was_asked_for_needs_its_key(estate: Estate) -> None:
    assert estate.sync("volumes,marqoindexes") == 1
    assert "MARQO_API_KEY is not set. Way out: set it in .env, or leave out marqoindexes\n" in estate.said
    assert not estate.folder.exists()


def test_marqo_alone_needs_no_aws(estate: Estate, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_CONFIG_FILE", str(estate.folder / "none"))
    assert estate.sync("marqoindexes", key="the-secret-key") == 1
    assert "Marqo Cloud marqoindexes global: can't reach Marqo Cloud" in estate.said
    assert "the-secret-key" not in estate.said
    assert "Synced 0 resources in 0 of 1 scope in " in estate.said and "nothing was stored" in estate.said
    assert not (estate.folder / "local_data.json").exists(), "an empty estate would hide the demo"


def test_refused_profiles_on_a_first_run_leave_the_demo_alone(estate: Estate) -> None:
    for way in estate.ways.values():
        way.refused = EXPIRED
    assert estate.sync() == 1
    assert not estate.folder.exists()


def test_bars_on_a_terminal(estate: Estate, monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    terminal = Terminal()
    monkeypatch.setattr("sys.stdout", terminal)
    monkeypatch.setenv("COLUMNS", "120")
    estate.ways["prod"].fails = {"us-east-1": DENIED}
    code: Callable[..., int] = sync
    assert code("volumes", data_dir=estate.folder, settings=Settings(), open_way=estate.ways.__getitem__) == 1
    shown = terminal.getvalue()
    assert "prod" in shown and "dev" in shown and "1 failed" in shown and "2 resources" in shown
    assert "volumes: " not in shown


def with_metrics(
    estate: Estate, denied: CollectError | None = None, hangs: Mapping[str, Hanging] | None = None
) -> None:
    """Attach the volumes of prod, and let CloudWatch answer 3.0 for each day asked for, or refuse.

    hangs: the regions where it does not answer at all.
    """

    def pages(self: FakeSource, call: Call, region: str | None = None) -> Iterator[Item]:
        if call.operation == "describe_volumes":
            found = self.way.volumes.get(self.region, [])
            yield {"Volumes": [{"VolumeId": id, "State": "in-use"} for id in found]}
        if call.operation == "get_metric_data":
            if denied:
                raise denied
            if never := (hangs or {}).get(self.region):
                never.released.wait()
                raise never
            queries, first = call.parameters["MetricDataQueries"], call.parameters["StartTime"]
            yield {"MetricDataResults": [
                {"Id": query["Id"], "Timestamps": [first], "Values": [3.0]} for query in queries
            ]}  # fmt: skip

    estate.monkeypatch.setattr(FakeSource, "pages", pages)


def test_metrics_are_asked_for_once_a_day(estate: Estate) -> None:
    with_metrics(estate)
    assert estate.sync("volumes", "prod") == 0
    assert "metrics: 6 series of 2 scopes, $0.00006\n" in estate.said
    found = estate.store.daily.one(Scope("111111111111", "eu-west-1", "volumes"), "vol-a")
    assert found and set(found.values) == {"VolumeReadOps.Sum", "VolumeWriteOps.Sum"}
    assert estate.sync("volumes", "prod") == 0
    assert "metrics: " not in estate.said
    assert estate.sync("volumes", "prod", dry_run=True) == 0
    assert "0 series" in estate.said


def test_dry_run_says_what_the_metrics_would_cost(estate: Estate) -> None:
    with_metrics(estate, denied=DENIED)
    assert estate.sync("volumes", "prod") == 1
    assert estate.sync("volumes", "prod", dry_run=True) == 0
    assert "Metrics of what was collected before: 6 series of 2 scopes, $0.00006\n" in estate.said


def test_denied_metrics_are_told_and_harm_no_scope(estate: Estate) -> None:
    with_metrics(estate, denied=DENIED)
    assert estate.sync("volumes", "prod,dev") == 1
    assert f"The metrics of prod failed: {DENIED} (volumes eu-west-1, volumes us-east-1)\n" in estate.said
    assert estate.ids("prod") == ["vol-a", "vol-b"]
    heads = {head.scope.type: head.status for head in estate.store.heads("111111111111")}
    assert heads == {"volumes": "ok", "metrics": "error"}
    assert estate.sync("addresses", "prod") == 0, "nothing is due of these"


def test_a_cloudwatch_that_hangs_is_named_and_holds_nobody_up(estate: Estate) -> None:
    never = Hanging()
    with_metrics(estate, hangs={"us-east-1": never})
    assert estate.sync("volumes", "prod,dev", workers=1, patience=2.0) == 1  # the only worker hangs
    reason = "CloudWatch has not answered for 2 s: given up. Way out: inv sync again, later"
    assert f"The metrics of prod failed: {reason} (volumes us-east-1)\n" in estate.said
    heads = {(head.scope.account, head.scope.type): head.status for head in estate.store.heads()}
    assert heads["111111111111", "metrics"] == "error"
    assert heads["222222222222", "metrics"] == "ok", "those of others are asked for"
    assert estate.store.daily.one(Scope("111111111111", "eu-west-1", "volumes"), "vol-a")
    never.released.set()


def test_a_service_that_hangs_is_named_and_holds_nobody_up(estate: Estate) -> None:
    estate.sync("volumes")
    never = Hanging()
    estate.ways["prod"].fails = {"us-east-1": never}
    estate.ways["dev"].volumes["us-east-1"] = ["vol-new"]
    assert estate.sync("volumes", workers=1, patience=2.0) == 1  # the only worker hangs, another takes over
    reason = "ec2 has not answered for 2 s: given up. Way out: inv sync again, later"
    assert f"  prod volumes us-east-1: {reason}\n" in estate.said
    assert estate.ids("prod", "us-east-1") == ["vol-c"]  # what was there is kept
    assert estate.ids("dev", "us-east-1") == ["vol-new"]
    never.released.set()


def test_regions_that_fail_alike_are_counted_and_all_counts_add_up(estate: Estate) -> None:
    regions = tuple(f"eu-west-{number}" for number in range(1, 6))
    estate.ways["prod"] = FakeAccount(
        enabled=regions,
        volumes={region: ["vol-1", "vol-2"] for region in regions},
        fails=dict.fromkeys(regions, DENIED),
    )
    assert estate.sync("instances,volumes") == 1
    lines = estate.said.splitlines()
    assert lines[0] == "Collecting 14 scopes: 2 types, 2 accounts, 6 regions"
    assert sorted(lines[1:3]) == ["instances: 0 in 7 scopes", "volumes: 1 in 2 of 7 scopes"]
    assert lines[3].startswith("Synced 1 resources in 9 of 14 scopes in ")
    assert lines[4:] == [
        "5 scopes failed; what was there is kept:",
        f"  prod volumes in all 5 regions: {DENIED}",
    ]


def test_the_duration_is_counted_from_where_the_task_began(estate: Estate) -> None:
    estate.sync("volumes", started=time.monotonic() - 3_600)
    assert re.search(r"Synced 4 resources in 4 scopes in 3[6-9]\d\d\.\d s", estate.said)
