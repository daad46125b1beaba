"""The releases in their bucket, as the page reads them."""

from __future__ import annotations

import json
from typing import Any

import boto3
import pytest

from errors import CollectError, PoloError, UnknownName
from services.cloud.aws import Aws, AwsSource
from services.cloud.bucket import Bucket
from services.models.domain.release import Deployment, Deployments, Place, Run, StackEvent
from services.models.kit.scope import GLOBAL
from services.releases.releases import SHOWN, NoReleases, Releases, place_document

pytestmark = pytest.mark.usefixtures("aws")

NAME = "polo-releases"
EVENT = StackEvent("2026-11-20T10:00:00Z", "PoloFunction", "AWS::Lambda::Function", "UPDATE_FAILED", "no")
PROD = Place(
    "prod",
    (Run("r-1", "2026-11-20T09:00:00Z"), Run("r-2", "2026-11-20T10:00:00Z", back=True)),
    Deployment("r-2", "2026-11-20T09:59:00Z", "2026-11-20T10:00:00Z", "no", (EVENT,)),
)


@pytest.fixture
def source() -> AwsSource:
    return Aws(who="the function").source(GLOBAL)


@pytest.fixture
def bucket(source: AwsSource) -> Bucket:
    boto3.client("s3", "us-east-1").create_bucket(Bucket=NAME)
    return Bucket(NAME, source)


def manifest(id: str, **instead: Any) -> dict[str, Any]:
    content = {
        "schema": 1,
        "id": id,
        "pushed": "2026-11-20T08:00:00Z",
        "commit": "c0ffee",
        "subject": f"Make {id}",
        "digest": "d" * 64,
        "tests": {"layers": ["unit", "infra"], "seconds": 12.5},
        "files": {"a.json": {"sha256": "1", "size": 10}, "b.zip": {"sha256": "2", "size": 32}},
    }
    return content | instead


def put(bucket: Bucket, key: str, content: Any) -> None:
    bucket.write(key, json.dumps(content).encode())


def put_release(bucket: Bucket, id: str, **instead: Any) -> None:
    put(bucket, f"manifests/{id}.json", manifest(id, **instead))


def test_before_the_first_push_there_is_no_bucket_and_nothing_to_see(source: AwsSource) -> None:
    releases = Releases(Bucket("none", source))
    assert releases.deployments() == Deployments()
    assert releases.place("prod") == Place("prod")


def test_a_console_without_a_bucket_has_nothing_to_show() -> None:
    assert NoReleases().deployments() == Deployments()


def test_the_newest_releases_come_first_and_the_older_ones_are_counted(bucket: Bucket) -> None:
    for number in range(SHOWN + 3):
        put_release(bucket, f"r-{number:02d}")
    put(bucket, "latest.json", {"schema": 1, "release": "r-22"})
    found = Releases(bucket).deployments()
    assert [release.id for release in found.releases] == [f"r-{n:02d}" for n in range(22, 2, -1)]
    assert (found.count, found.latest) == (23, "r-22")
    assert (found.releases[0].size, found.releases[0].tests) == (42, ("unit", "infra"))


def test_files_without_a_manifest_are_no_release(bucket: Bucket) -> None:
    bucket.write("releases/r-1/manifest.json", b"{}")
    assert Releases(bucket).deployments().releases == ()


def test_a_manifest_is_read_once(bucket: Bucket) -> None:
    put_release(bucket, "r-1")
    releases = Releases(bucket)
    first = releases.deployments()
    bucket.write("manifests/r-1.json", b"damaged")
    assert releases.deployments() == first


@pytest.mark.parametrize("content", [{"schema": 9}, {"schema": 1}, [], "text"])
def test_a_manifest_that_can_not_be_read_hides_no_other(bucket: Bucket, content: Any) -> None:
    put_release(bucket, "r-1")
    put(bucket, "manifests/r-2.json", content)
    found = Releases(bucket).deployments()
    assert ([release.id for release in found.releases], found.count) == (["r-1"], 2)


def test_an_unknown_release_is_told_with_those_that_there_are(bucket: Bucket) -> None:
    put_release(bucket, "r-1")
    with pytest.raises(UnknownName, match=r"unknown release 'r-9': did you mean r-1\? Way out: one of r-1"):
        Releases(bucket).manifest("r-9")


def test_what_an_environment_runs_is_read_as_it_was_written(bucket: Bucket) -> None:
    put(bucket, "environments/prod.json", place_document(PROD))
    assert Releases(bucket).place("prod") == PROD
    assert Releases(bucket).deployments().places == (PROD,)


def test_what_a_later_version_writes_beside_it_is_ignored(bucket: Bucket) -> None:
    content = json.loads(json.dumps(place_document(PROD)))
    for part in (content, content["runs"][0], content["last"], content["last"]["events"][0]):
        part["later"] = 1
    put(bucket, "environments/prod.json", content | {"schema": 2})
    assert Releases(bucket).place("prod") == PROD


@pytest.mark.parametrize("content", [{"schema": 9}, {"schema": 1}, {"schema": 1, "runs": [1], "last": None}])
def test_an_environment_that_can_not_be_read_is_an_error_with_its_name(bucket: Bucket, content: Any) -> None:
    put(bucket, "environments/prod.json", content)
    with pytest.raises(PoloError, match="prod"):
        Releases(bucket).place("prod")


@pytest.mark.parametrize("ask", [Releases.ids, Releases.latest])
def test_a_bucket_that_is_closed_is_no_empty_one(
    bucket: Bucket, ask: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any) -> Any:
        raise CollectError("closed", code="AccessDenied")

    monkeypatch.setattr(Bucket, "objects", refuse)
    monkeypatch.setattr(Bucket, "read", refuse)
    with pytest.raises(CollectError, match="closed"):
        ask(Releases(bucket))
