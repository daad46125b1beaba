"""Files of earlier releases: kept in the data bucket under their hashed names, for pages that are still open.

assets/<name with the hash of its content>. The snapshot builder writes those of its own release, and writes
them again every two weeks: the bucket forgets after a month, so each stays two weeks after its last release.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from errors import CollectError
from services.releases.assets import FOLDER, TYPES, Asset, asset_paths, hash_in, hash_of

if TYPE_CHECKING:
    from services.cloud.bucket import Bucket

PREFIX = "assets/"
RENEWED = timedelta(days=15)


def keep(bucket: Bucket, now: datetime, folder: Path = FOLDER) -> int:
    """Put the files of this release where later ones find them; how many were missing. Raises PoloError."""
    fresh = {key for key, written in bucket.objects(PREFIX).items() if now - written < RENEWED}
    keys = {name: PREFIX + path.removeprefix("/static/") for name, path in asset_paths(folder).items()}
    missing = {name: key for name, key in keys.items() if key not in fresh}
    for name, key in missing.items():
        bucket.write(key, (folder / name).read_bytes())
    return len(missing)


def kept(bucket: Bucket, name: str) -> Asset | None:
    """The file with that hashed name; None when it is not kept, or is not what its name says."""
    hash = hash_in(name)
    try:
        content = bucket.read(PREFIX + name) if hash else None
    except CollectError:  # an older page that gets newer styles is better than an error
        return None
    if content is None or hash_of(content) != hash:
        return None
    return Asset(content, TYPES[PurePosixPath(name).suffix], immutable=True)
