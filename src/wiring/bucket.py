"""The wiring of a bucket, for who needs nothing else."""

from __future__ import annotations

from services.cloud.aws import Aws
from services.cloud.bucket import Bucket
from services.models.kit.scope import GLOBAL
from services.releases.releases import Releases


def bucket_of(name: str) -> Bucket:
    """One of the function's own account and region."""
    return Bucket(name, Aws(who="the function").source(GLOBAL))


def releases_in(bucket: Bucket) -> Releases:
    """What was released and deployed, as it lies in a bucket."""
    return Releases(bucket)
