"""`inv releases` as text."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from moto import mock_aws

from errors import UnknownName
from services.cloud.aws import Aws
from services.models.domain.release import Deployment
from services.models.kit.scope import GLOBAL
from services.releases.releases import SHOWN, Releases
from services.releases.releases_test import manifest, put_release
from tooling.release.list import listed, shown
from tooling.release.store import make_bucket, point, record, releases_of


@pytest.fixture
def releases(monkeypatch: pytest.MonkeyPatch) -> Iterator[Releases]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    with mock_aws():
        made = releases_of(Aws().source(GLOBAL), "123456789012")
        make_bucket(made.bucket)
        yield made


def test_without_releases_the_way_to_one_is_told(releases: Releases) -> None:
    assert listed(releases) == "There are no releases yet: inv push"


def test_each_release_has_a_line_with_where_it_runs(releases: Releases) -> None:
    put_release(releases.bucket, "r-1", subject="Begin\x1b[2J")
    put_release(releases.bucket, "r-2", subject="Go on")
    point(releases, "r-2")
    for name, release in (("prod", "r-1"), ("staging", "r-2"), ("dev", ""), ("old", "r-0")):
        record(releases, name, Deployment(release, "", ""))
    assert listed(releases).splitlines() == [
        "r-2  Go on  (latest, staging)",
        "r-1  Begin [2J  (prod)",
        "dev runs a working tree",
        "old runs r-0",
    ]


def test_what_is_not_listed_is_counted(releases: Releases) -> None:
    for number in range(SHOWN + 2):
        put_release(releases.bucket, f"r-{number:02d}")
    assert listed(releases).splitlines()[-1] == "... and 2 that are older or can't be read"


def test_a_release_is_shown_as_its_manifest_and_template(releases: Releases) -> None:
    path = "assembly-prod/prodPoloStack.template.json"
    put_release(releases.bucket, "r-1", files={path: {"sha256": "", "size": 2}})
    releases.bucket.write(f"releases/r-1/{path}", b'{"Resources": {}}')
    first, _, template = shown(releases, "r-1", "prod").partition("\n\n")
    assert json.loads(first)["commit"] == manifest("r-1")["commit"]
    assert json.loads(template) == {"Resources": {}}
    with pytest.raises(UnknownName, match="one of r-1"):
        shown(releases, "r-9", "prod")
