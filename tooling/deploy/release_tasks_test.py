"""The tasks around releases, as they are called: what they print, and how they end."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from invoke.context import Context
from invoke.exceptions import Exit
from moto import mock_aws

from services.cloud.aws import Aws
from services.models.domain.release import Deployment
from services.models.kit.scope import GLOBAL
from services.releases.releases import Releases
from services.releases.releases_test import put_release
from tooling.deploy import deploy, push, release_tasks
from tooling.deploy import record as deploy_record
from tooling.deploy.deploy import Deployed, Order
from tooling.deploy.push import Pushed
from tooling.deploy.smoke import Verdict
from tooling.release.store import make_bucket, record, releases_of


@pytest.fixture(autouse=True)
def stored(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Releases]:
    """Two releases that prod has run, one after the other; without files."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.setattr(release_tasks, "ROOT", tmp_path)
    (tmp_path / deploy_record.FOLDER / "r-1" / "assembly-prod").mkdir(parents=True)
    with mock_aws():
        made = releases_of(Aws().source(GLOBAL), "123456789012")
        make_bucket(made.bucket)
        for id in ("r-1", "r-2"):
            put_release(made.bucket, id, files={})
            record(made, "prod", Deployment(id, "", ""))
        yield made


def test_releases_are_listed_with_where_they_run(capsys: pytest.CaptureFixture[str]) -> None:
    release_tasks.releases.body(Context())
    assert capsys.readouterr().out.splitlines() == ["r-2  Make r-2  (prod)", "r-1  Make r-1"]


@pytest.mark.parametrize(
    ("task", "options", "said"),
    [
        ("releases", {"show": "r-9"}, "unknown release 'r-9': did you mean r-"),
        ("releases", {"env": "nowhere"}, "unknown environment 'nowhere'. Way out: one of local, dev"),
        ("rollback", {"env": "dev"}, "no other release ran in dev before the one that runs"),
        ("push", {}, "git can't tell the commit"),
    ],
)
def test_what_can_not_be_done_is_one_line_and_exit_code_1(
    task: str, options: dict[str, str], said: str
) -> None:
    with pytest.raises(Exit) as ended:
        getattr(release_tasks, task)(Context(), **options)
    message = str(ended.value.message)
    assert (said in message, "\n" in message, ended.value.code) == (True, False, 1)


def test_push_says_what_it_did(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(push, "push", lambda *_, **__: Pushed("r-2", new=False))
    release_tasks.push.body(Context())
    assert "Nothing has changed: this is release r-2" in capsys.readouterr().out


def test_a_rollback_deploys_the_release_before_and_writes_that_down(
    monkeypatch: pytest.MonkeyPatch, stored: Releases, capsys: pytest.CaptureFixture[str]
) -> None:
    orders: list[Order] = []

    def run(_: Path, order: Order) -> Deployed:
        orders.append(order)
        return Deployed("https://x/", Verdict())

    monkeypatch.setattr(deploy, "deploy", run)
    release_tasks.rollback.body(Context(), env="prod")
    assert [order.release for order in orders] == ["r-1"]
    assert capsys.readouterr().out.splitlines() == [
        "prod-PoloStack goes back to release r-1",
        "https://x/",
    ]
    place = stored.place("prod")
    assert (place.now and place.now.release, place.before) == ("r-1", None)
