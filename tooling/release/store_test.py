"""Releases on a faked S3: stored whole or not at all, fetched as they were, and what runs where."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO

import boto3
import pytest

from errors import PoloError, UnknownName
from services.cloud.aws import Aws, AwsSource
from services.cloud.bucket import Bucket
from services.models.domain.release import MOST_RUNS, Deployment
from services.models.kit.scope import GLOBAL
from services.releases.releases import Releases
from services.releases.releases_test import manifest
from tooling.release import store as release_store
from tooling.release.store import digest_of, fetch, files_of, make_bucket, record, releases_of, store

pytestmark = pytest.mark.usefixtures("aws")

ID = "20261120T190000Z-c0ffee-2"


@pytest.fixture
def releases() -> Releases:
    made = releases_of(Aws().source(GLOBAL), "123456789012")
    make_bucket(made.bucket)
    return made


@pytest.fixture
def built(tmp_path: Path) -> Path:
    folder = tmp_path / "built"
    (folder / "assembly-prod").mkdir(parents=True)
    (folder / "assembly-prod" / "prodPoloStack.template.json").write_text("{}")
    (folder / "asset.zip").write_bytes(b"code" * 1000)
    return folder


def of(folder: Path, id: str = ID) -> dict[str, Any]:
    return manifest(id, files=files_of(folder))


def test_a_release_comes_back_as_it_was_stored(releases: Releases, built: Path, tmp_path: Path) -> None:
    store(releases, of(built), built)
    fetched = fetch(Releases(releases.bucket), ID, tmp_path / "releases")
    assert fetched == tmp_path / "releases" / ID
    assert files_of(fetched) == files_of(built)


def test_what_is_there_already_is_not_downloaded_again_and_damage_is_mended(
    releases: Releases, built: Path, tmp_path: Path
) -> None:
    store(releases, of(built), built)
    place = fetch(releases, ID, tmp_path)
    (place / "asset.zip").write_bytes(b"damaged")
    boto3.client("s3", "us-east-1").delete_object(
        Bucket=releases.bucket.name, Key=f"releases/{ID}/assembly-prod/prodPoloStack.template.json"
    )
    assert files_of(fetch(releases, ID, tmp_path)) == files_of(built)


@dataclass(frozen=True)
class Cut(Bucket):
    """A bucket whose connection ends at one key."""

    at: str = ""

    def write(self, key: str, body: bytes | BinaryIO) -> None:
        if self.at in key:
            raise ConnectionError("cut")
        super().write(key, body)


@pytest.mark.parametrize("at", ["asset.zip", "template.json", "manifests/"])
def test_a_push_that_is_cut_leaves_nothing_that_anybody_sees(
    releases: Releases, built: Path, at: str
) -> None:
    cut = Cut(releases.bucket.name, releases.bucket.source, at)
    with pytest.raises(ConnectionError):
        store(Releases(cut), of(built), built)
    assert releases.ids() == ()
    store(releases, of(built), built)
    assert releases.ids() == (ID,)


def test_a_file_that_is_not_what_was_pushed_is_refused_and_not_kept(
    releases: Releases, built: Path, tmp_path: Path
) -> None:
    store(releases, of(built), built)
    releases.bucket.write(f"releases/{ID}/asset.zip", b"other code")
    with pytest.raises(PoloError, match="asset.zip of release .* is not what was pushed"):
        fetch(releases, ID, tmp_path)
    assert not (tmp_path / ID / "asset.zip").exists()


@pytest.mark.parametrize("path", ["../outside", "/etc/outside", "a/../../outside"])
def test_a_manifest_can_not_write_outside_its_folder(releases: Releases, tmp_path: Path, path: str) -> None:
    files = {path: {"sha256": "0", "size": 1}}
    releases.bucket.write(f"manifests/{ID}.json", release_store._json(manifest(ID, files=files)))
    with pytest.raises(PoloError, match="would lie outside"):
        fetch(releases, ID, tmp_path / "releases")


def test_the_template_of_an_environment_is_shown(releases: Releases, built: Path) -> None:
    store(releases, of(built), built)
    assert release_store.template_of(releases, ID, "prod") == "{}"
    with pytest.raises(PoloError, match="no stack for pr-7"):
        release_store.template_of(releases, ID, "pr-7")
    with pytest.raises(UnknownName, match=ID):
        release_store.template_of(releases, "none", "prod")


def test_what_runs_changes_only_when_a_deployment_works(releases: Releases) -> None:
    done = Deployment("r-1", "2026-11-20T09:00:00Z", "2026-11-20T09:05:00Z")
    record(releases, "prod", done)
    failed = replace(done, release="r-2", trouble="the stack failed")
    record(releases, "prod", failed, ran=False)
    place = releases.place("prod")
    assert (place.now and place.now.release, place.last) == ("r-1", failed)
    record(releases, "prod", replace(done, release="r-2"))
    assert releases.place("prod").before == "r-1"
    record(releases, "prod", done, back=True)
    assert releases.place("prod").before is None


def test_an_environment_forgets_its_oldest_runs(releases: Releases) -> None:
    for number in range(MOST_RUNS + 2):
        record(releases, "dev", Deployment(f"r-{number}", "", ""))
    runs = releases.place("dev").runs
    assert (len(runs), runs[0].release) == (MOST_RUNS, "r-2")


def test_the_digest_knows_names_and_contents(built: Path) -> None:
    first = digest_of(files_of(built))
    assert digest_of(dict(reversed(files_of(built).items()))) == first
    (built / "asset.zip").rename(built / "other.zip")
    renamed = digest_of(files_of(built))
    (built / "other.zip").write_bytes(b"x")
    assert len({first, renamed, digest_of(files_of(built))}) == 3


@pytest.mark.parametrize("region", ["us-east-1", "eu-west-1"])
def test_the_bucket_is_closed_and_made_once(region: str) -> None:
    source = AwsSource(Aws(), region)
    bucket = releases_of(source, "123456789012").bucket
    for _ in range(2):
        make_bucket(bucket)
    s3 = boto3.client("s3", region)
    assert bucket.name == f"polo-releases-123456789012-{region}"
    closed = s3.get_public_access_block(Bucket=bucket.name)["PublicAccessBlockConfiguration"]
    assert set(closed.values()) == {True}
    assert s3.get_bucket_versioning(Bucket=bucket.name)["Status"] == "Enabled"
