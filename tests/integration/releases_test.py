"""Releases on a local AWS, from the first push to a rollback: the very bytes that were pushed run."""

from __future__ import annotations

import os
import subprocess
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from errors import PoloError
from services.models.domain.release import Place
from services.releases.assets import hash_of
from settings import ROOT
from tests.e2e.utils.waiting import until
from tooling.deploy import cdk, record, smoke
from tooling.deploy.deploy import Order, deploy
from tooling.deploy.deployed_functions import get, invoke
from tooling.deploy.local import SCHEDULED
from tooling.deploy.push import Passed, Pushed, push
from tooling.deploy.record import before, carry_out, of_release, releases_at
from tooling.local.aws import PORT_VARIABLE, LocalAws
from tooling.local.target import Target, target
from tooling.runtime import ZIP
from tooling.zip import build as zip_build

pytestmark = pytest.mark.integration

NOW = datetime(2026, 11, 20, 19, 0, 5, tzinfo=UTC)
BROKEN = "raise ImportError('broken on purpose')\n"


@dataclass
class Site:
    """The local environment, and a checkout whose commits make zips that differ in one file."""

    target: Target
    checkout: Path
    pushes: int = 0

    def push(self, content: str, file: str = "static/marker.js") -> Pushed:
        def build(_: Path, folder: Path) -> Path:
            code = folder.with_suffix(".zip")
            with zipfile.ZipFile(ROOT / ZIP) as old, zipfile.ZipFile(code, "w") as new:
                for each in old.infolist():
                    if Path(each.filename).name.partition(".")[0] != Path(file).stem:  # its bytecode neither
                        new.writestr(each, old.read(each))
                new.writestr(zipfile.ZipInfo(file), content)
            cdk.synthesise(ROOT, folder, code, ["local"])
            return folder

        self._commit(content)
        self.pushes += 1
        now = NOW + timedelta(minutes=self.pushes)
        return push(self.checkout, self.releases, now, build=build, test=lambda _: Passed(("unit",), 1.0))

    def deploy(self, id: str, *, back: bool = False) -> Place:
        order = of_release(ROOT, Order(self.target), self.releases, id)
        carry_out(ROOT, order, self.releases, lambda order: deploy(ROOT, order, str), back=back)
        return self.place

    def roll_back(self) -> Place:
        return self.deploy(before(self.releases, self.target), back=True)

    def asset(self, content: str) -> tuple[str, bool]:
        """The file of the release with this content, by its hashed name; whether it may be kept for ever."""
        event = {
            "httpMethod": "GET",
            "pathParameters": {"proxy": f"marker.{hash_of(content.encode())}.js"},
        }
        answer = invoke(self.target, "StaticFunction", event)
        return answer["body"], "immutable" in answer["multiValueHeaders"]["Cache-Control"][0]

    @property
    def releases(self) -> Any:
        return releases_at(self.target)

    @property
    def place(self) -> Place:
        return self.releases.place("local")  # type: ignore[no-any-return]

    @property
    def code(self) -> str:
        """The hash of what the console's function runs."""
        name = self.target.function("PoloFunction")
        found = self.target.call("lambda", "get_function_configuration", FunctionName=name, Qualifier="live")
        return str(found["CodeSha256"])

    def _commit(self, content: str) -> None:
        (self.checkout / "code").write_text(content)
        who = ("-c", "user.name=Ada", "-c", "user.email=ada@example.com", "-c", "commit.gpgsign=false")
        git = ["git", "-C", str(self.checkout), *who]
        for command in (["init", "-q"], ["add", "."], ["commit", "-q", "--allow-empty", "-m", "Go on"]):
            subprocess.run([*git, *command], check=True, capture_output=True)


@pytest.fixture
def site(local_aws: LocalAws, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    shell = dict(os.environ)
    local_aws.reset()
    os.environ[PORT_VARIABLE] = str(local_aws.port)
    zip_build.build(ROOT)
    monkeypatch.setattr(record, "FOLDER", tmp_path / "fetched")
    checkout = tmp_path / "checkout"
    checkout.mkdir()
    made = Site(target(ROOT, "local"), checkout)
    cdk.bootstrap(ROOT, made.target)
    yield made
    os.environ.clear()
    os.environ.update(shell)


def test_what_was_pushed_is_deployed_and_a_rollback_runs_the_very_bytes_of_before(site: Site) -> None:
    first = site.push("one")
    assert site.push("one") == replace(first, new=False)
    assert site.deploy(first.id).now
    one = site.code
    assert get(site.target, "/api/health")[1].find(first.id) > 0

    assert site.asset("one") == ("one", True)
    invoke(site.target, "SnapshotFunction", SCHEDULED)

    second = site.push("two")
    assert site.deploy(second.id).before == first.id
    assert site.code != one
    pages = until(lambda: site.asset("two")[1] and [site.asset(each) for each in ("two", "one", "none")])
    assert pages == [("two", True), ("one", True), ("two", False)]

    broken = site.push(BROKEN, "lambda_function.py")
    two = site.code
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(smoke, "LONGEST", 15.0)  # the others have their minute: a busy machine needs it
        with pytest.raises(PoloError, match=f"release {second.id} runs again"):
            site.deploy(broken.id)
    assert (site.place.now and site.place.now.release, site.code) == (second.id, two)
    assert site.place.last and site.place.last.release == broken.id

    place = site.roll_back()
    assert (place.now and place.now.release, site.code) == (first.id, one)
    assert get(site.target, "/api/health")[1].find(first.id) > 0
    status, page = until(lambda: (found := get(site.target, "/deployments"))[0] < 500 and found)
    assert (status, [id for id in (first.id, second.id, broken.id) if id not in page]) == (200, []), page
