"""Releases, written: services/releases/releases.py says how they lie in their bucket, and reads them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from errors import CollectError, PoloError
from services.cloud.aws import AwsSource
from services.cloud.bucket import Bucket
from services.models.domain.release import MOST_RUNS, Deployment, Run
from services.models.kit.parallel import spread
from services.releases.releases import (
    ENVIRONMENTS,
    FILES,
    LATEST,
    MANIFESTS,
    SCHEMA,
    Releases,
    place_document,
)
from tooling.blocks.grants import BUCKETS
from wiring.bucket import releases_in

_TOGETHER = 8  # files at once
_PLAIN_REGION = "us-east-1"  # the one that S3 must not be told


def releases_of(source: AwsSource, account: str) -> Releases:
    """The releases of an account, in the region of `source`.

    Raises CollectError, also when somebody else has a bucket of that name: what is in it must never run here.
    """
    name = BUCKETS["releases"].replace("${AWS::AccountId}", account)
    bucket = Bucket(name.replace("${AWS::Region}", source.region), source)
    source.call("s3", "head_bucket", absent=("404",), Bucket=bucket.name, ExpectedBucketOwner=account)
    return releases_in(bucket)


def make_bucket(bucket: Bucket) -> None:
    """The bucket, closed to all but this account, unless it is there. Raises CollectError."""
    source, name = bucket.source, bucket.name
    place: dict[str, Any] = {} if source.region == _PLAIN_REGION else {
        "CreateBucketConfiguration": {"LocationConstraint": source.region}
    }  # fmt: skip
    try:
        source.call("s3", "create_bucket", Bucket=name, **place)
    except CollectError as error:
        if error.code != "BucketAlreadyOwnedByYou":
            raise
    closed = ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets")
    source.call(
        "s3",
        "put_public_access_block",
        Bucket=name,
        PublicAccessBlockConfiguration=dict.fromkeys(closed, True),
    )
    source.call("s3", "put_bucket_versioning", Bucket=name, VersioningConfiguration={"Status": "Enabled"})


def store(releases: Releases, manifest: Mapping[str, Any], folder: Path) -> None:
    """Upload the files of `manifest` out of `folder`, then the manifest: only now anybody sees the release.

    Raises CollectError.
    """
    bucket, id = releases.bucket, manifest["id"]

    def upload(path: str) -> None:
        with (folder / path).open("rb") as file:
            bucket.write(f"{FILES}{id}/{path}", file)

    for _ in spread(upload, [*manifest["files"]], _TOGETHER):
        pass
    bucket.write(f"{MANIFESTS}{id}.json", _json(manifest))


def point(releases: Releases, id: str) -> None:
    """Make it the latest. Raises CollectError."""
    releases.bucket.write(LATEST, _json({"schema": SCHEMA, "release": id}))


def fetch(releases: Releases, id: str, folder: Path) -> Path:
    """The files of a release, in `folder`/<id>: those very bytes, or none.

    Raises UnknownName, CollectError, and PoloError for a file that is not what was pushed.
    """
    files, place = releases.manifest(id)["files"], folder / id
    missing = [path for path in files if not _is(place / path, files[path])]

    def download(path: str) -> None:
        target = _inside(place, path)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(b"".join(releases.bucket.chunks(f"{FILES}{id}/{path}")))
        if not _is(target, files[path]):
            target.unlink()
            raise PoloError(
                f"{path} of release {id} is not what was pushed", "inv releases, and deploy another one"
            )

    for _ in spread(download, missing, _TOGETHER):
        pass
    return place


def template_of(releases: Releases, id: str, environment: str) -> str:
    """The template of an environment's stack in a release. Raises UnknownName, CollectError, PoloError."""
    paths = [path for path in releases.manifest(id)["files"] if path.endswith(".template.json")]
    wanted = [path for path in paths if path.startswith(f"assembly-{environment}/")]
    if not wanted:
        raise PoloError(f"release {id} has no stack for {environment}", "inv push makes one for each")
    return b"".join(releases.bucket.chunks(f"{FILES}{id}/{wanted[0]}")).decode()


def record(
    releases: Releases, environment: str, deployment: Deployment, *, ran: bool = True, back: bool = False
) -> None:
    """Write down how a deployment ended. ran: what it deployed is what runs now. back: it was a rollback.

    Raises CollectError.
    """
    place = replace(releases.place(environment), last=deployment)
    if ran:
        run = Run(deployment.release, deployment.ended, back)
        place = replace(place, runs=(*place.runs, run)[-MOST_RUNS:])
    releases.bucket.write(f"{ENVIRONMENTS}{environment}.json", _json(place_document(place)))


def forget(releases: Releases, environment: str) -> None:
    """Nothing runs there any more. Raises CollectError."""
    try:
        releases.bucket.delete([f"{ENVIRONMENTS}{environment}.json"])
    except CollectError as error:
        if error.code != "NoSuchBucket":
            raise


def files_of(folder: Path) -> dict[str, dict[str, Any]]:
    """Path -> SHA-256 and size in bytes, of all files below."""
    return {path.relative_to(folder).as_posix(): _facts(path) for path in sorted(_files(folder))}


def digest_of(files: Mapping[str, Mapping[str, Any]]) -> str:
    """What the content is addressed by: the hash of all names and hashes."""
    lines = (f"{path}\0{files[path]['sha256']}\n" for path in sorted(files))
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.is_file())


def _facts(path: Path) -> dict[str, Any]:
    content = path.read_bytes()
    return {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}


def _is(path: Path, facts: Mapping[str, Any]) -> bool:
    return path.is_file() and _facts(path) == facts


def _inside(folder: Path, path: str) -> Path:
    """A manifest is read from a bucket: its paths must not lead out of the folder."""
    target = (folder / path).resolve()
    if not target.is_relative_to(folder.resolve()):
        raise PoloError(f"a release has a file {path!r}, which would lie outside {folder}")
    return target


def _json(content: Mapping[str, Any]) -> bytes:
    return json.dumps(content, indent=1).encode()
