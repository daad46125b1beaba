"""What is written down of a deployment, and what happens when its smoke test fails."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3
import pytest

from errors import CollectError, PoloError
from services.cloud.aws import Aws
from services.cloud.bucket import Bucket
from services.models.domain.release import Deployment, Place
from services.releases.releases import Releases
from services.releases.releases_test import manifest
from settings import ROOT
from tooling.deploy import deploy as deploy_module
from tooling.deploy import record
from tooling.deploy.deploy import Deployed, Order
from tooling.deploy.record import before, carry_out, of_release, releases_at
from tooling.deploy.smoke import Verdict
from tooling.environments import environment
from tooling.local.target import Target
from tooling.release.store import files_of, make_bucket, store

pytestmark = pytest.mark.usefixtures("aws")

NOW = datetime(2026, 11, 20, 19, 0, 5, tzinfo=UTC)
TEMPLATE = '{"Resources": {"Queue": {"Type": "AWS::SQS::Queue"}}}'
FINE, BAD = Deployed("url", Verdict()), Deployed("url", Verdict("it answers 502"))


@dataclass
class Site:
    """An environment, its releases, and how its next deployment ends."""

    folder: Path
    ends: Deployed | PoloError = FINE
    touches: bool = True
    told: list[str] = field(default_factory=list)
    order: Order = field(default_factory=lambda: Order(Target(environment("prod"), Aws())))
    releases: Releases = field(init=False)

    def __post_init__(self) -> None:
        self.releases = releases_at(self.order.target)

    def run(self, order: Order) -> Deployed:
        if self.touches:
            cloud = boto3.client("cloudformation", order.target.aws.home())
            known = [each["StackName"] for each in cloud.describe_stacks()["Stacks"]]
            change = cloud.update_stack if order.target.stack in known else cloud.create_stack
            change(StackName=order.target.stack, TemplateBody=TEMPLATE)
        if isinstance(self.ends, PoloError):
            raise self.ends
        return self.ends

    def deploy(self, release: str = "", *, back: bool = False) -> Place:
        order = replace(self.order, release=release)
        carry_out(
            self.folder, order, self.releases, self.run, back=back, tell=self.told.append, clock=lambda: NOW
        )
        return self.place

    def push(self, id: str) -> None:
        built = self.folder / "built"
        (built / "assembly-prod").mkdir(parents=True, exist_ok=True)
        (built / "assembly-prod" / "a.template.json").write_text("{}")
        make_bucket(self.releases.bucket)
        store(self.releases, manifest(id, files=files_of(built)), built)

    @property
    def place(self) -> Place:
        return self.releases.place("prod")

    @property
    def runs(self) -> str | None:
        return self.place.now.release if self.place.now else None

    @property
    def last(self) -> Deployment:
        assert self.place.last is not None
        return self.place.last


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path)


def test_a_deployment_is_written_down_with_what_the_stack_said(site: Site) -> None:
    place = site.deploy("r-1")
    assert place.now and (place.now.release, place.now.since) == ("r-1", "2026-11-20T19:00:05Z")
    assert {event.type for event in site.last.events} >= {"AWS::CloudFormation::Stack"}
    site.touches = False
    assert site.deploy("r-2").before == "r-1"
    assert site.last.events == ()  # those of the deployment before are not its own


def test_a_working_tree_runs_too_but_no_rollback_leads_to_it(site: Site) -> None:
    site.deploy("r-1")
    assert site.deploy("").before == "r-1"
    assert site.deploy("r-2").before == "r-1"


def test_a_failed_deployment_says_why_and_changes_nothing_of_what_runs(site: Site) -> None:
    site.deploy("r-1")
    site.ends = PoloError("the stack failed")
    with pytest.raises(PoloError, match="the stack failed"):
        site.deploy("r-2")
    assert (site.runs, site.last.release, site.last.trouble) == ("r-1", "r-2", "the stack failed")
    assert site.last.events


def test_one_that_did_not_touch_the_stack_leaves_no_trace(site: Site) -> None:
    site.deploy("r-1")
    site.ends, site.touches = PoloError("not bootstrapped"), False
    with pytest.raises(PoloError):
        site.deploy("r-2")
    assert (site.last.release, site.last.trouble) == ("r-1", "")


def test_the_release_before_runs_again_when_the_smoke_test_fails(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    orders: list[Order] = []
    monkeypatch.setattr(record, "deploy", lambda root, order: orders.append(order) or FINE)
    site.push("r-1")
    site.deploy("r-1")
    site.ends = BAD
    with pytest.raises(PoloError, match="it answers 502; release r-1 runs again. Way out: inv logs"):
        site.deploy("r-2")
    (order,) = orders
    assert (order.release, order.yes) == ("r-1", True)
    assert order.app and (order.app / "assembly-prod" / "a.template.json").is_file()
    assert (site.runs, site.last.release) == ("r-1", "r-2")
    assert "it answers 502; release r-1 runs again" in site.last.trouble


@pytest.mark.parametrize(
    ("again", "said"),
    [
        (lambda root, order: BAD, "release r-1 runs again, and fails the smoke test too: it answers 502"),
        (lambda root, order: fail("busy"), "release r-1 can't be deployed again: busy"),
    ],
)
def test_what_goes_wrong_on_the_way_back_is_said(
    site: Site, monkeypatch: pytest.MonkeyPatch, again: Any, said: str
) -> None:
    monkeypatch.setattr(record, "deploy", again)
    site.push("r-1")
    site.deploy("r-1")
    site.ends = BAD
    with pytest.raises(PoloError, match=said):
        site.deploy("r-2")
    assert said in site.last.trouble


def fail(reason: str) -> Deployed:
    raise PoloError(reason)


@pytest.mark.parametrize("ran", [(), ("",), ("r-2",)])
def test_without_another_release_that_ran_the_failing_one_stays_and_says_so(
    site: Site, ran: tuple[str, ...]
) -> None:
    for release in ran:
        site.deploy(release)
    site.ends = BAD
    assert site.deploy("r-2").now
    assert (site.runs, site.last.trouble) == ("r-2", "the smoke test failed: it answers 502")


def test_a_rollback_is_not_taken_back(site: Site) -> None:
    site.deploy("r-1")
    site.deploy("r-2")
    site.ends = BAD
    place = site.deploy("r-1", back=True)
    assert (site.runs, place.before) == ("r-1", None)


@pytest.mark.parametrize("ends", [FINE, PoloError("the stack failed")])
def test_what_can_not_be_written_down_is_told_and_changes_nothing_else(
    site: Site,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    ends: Deployed | PoloError,
) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise CollectError("PutObject is denied")

    monkeypatch.setattr(Bucket, "write", refuse)
    site.ends = ends
    if isinstance(ends, PoloError):
        with pytest.raises(PoloError, match="the stack failed"):
            site.deploy("r-1")
    else:
        site.deploy("r-1")
    said = [*site.told, capsys.readouterr().err]
    assert any("not written down: PutObject is denied" in line for line in said)


def test_a_rollback_of_an_environment_that_ran_one_release_is_refused(site: Site) -> None:
    site.deploy("r-1")
    with pytest.raises(PoloError, match="no other release ran in prod before .* --release ID"):
        before(site.releases, site.order.target)
    site.deploy("r-2")
    assert before(site.releases, site.order.target) == "r-1"


def test_a_release_without_a_stack_for_the_environment_is_refused(site: Site) -> None:
    site.push("r-1")
    order = replace(site.order, target=Target(environment("pr-7"), Aws()))
    with pytest.raises(PoloError, match="release r-1 has no stack for pr-7"):
        of_release(site.folder, order, site.releases, "r-1")


def test_unknown_releases_are_told_with_the_known_ones(site: Site) -> None:
    site.push("r-1")
    with pytest.raises(PoloError, match=r"unknown release 'r-9': did you mean r-1\? Way out: one of r-1"):
        of_release(site.folder, site.order, site.releases, "r-9")


def test_a_release_gets_the_parameters_that_its_own_template_has(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may be older than the checkout: OLDER is a setting that the checkout has no more."""
    names = ("LogoutUrl", "Release", "Older", "Unset", "AllowedCidrs", "BootstrapVersion")
    folder = tmp_path / "assembly-prod"
    folder.mkdir()
    (folder / "a.template.json").write_text(json.dumps({"Parameters": dict.fromkeys(names, {})}))
    for name, value in (("ALLOWED_CIDRS", "203.0.113.0/24"), ("OLDER", "o"), ("LOGOUT_URL", "/out")):
        monkeypatch.setenv(name, value)
    prod = Target(environment("prod"), Aws())
    found = deploy_module._known_to(tmp_path, prod, deploy_module._parameters(ROOT, prod, "r-1"))
    wanted = {"LogoutUrl": "/out", "Release": "r-1", "Older": "o", "AllowedCidrs": "203.0.113.0/24"}
    assert found == wanted
