"""The releases in their bucket, and what each environment runs; what writes them is tooling/release/store.py.

manifests/<id>.json        what a release is made of; it is written last, so a release that has one is whole
releases/<id>/<path>       its files: the cloud assembly with the zip
latest.json                the release that was pushed last: a pointer, and no more
environments/<name>.json   what has run there, and the last deployment with its stack's events
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Any, Protocol

from errors import CollectError, PoloError, UnknownName
from services.models.domain.release import Deployment, Deployments, Place, Release, Run, StackEvent
from services.models.kit.parallel import spread
from services.store.schema import check_schema

if TYPE_CHECKING:
    from services.cloud.bucket import Bucket

SCHEMA = 1
MANIFESTS, FILES, ENVIRONMENTS, LATEST = "manifests/", "releases/", "environments/", "latest.json"
SHOWN = 20  # releases on a page
MOST_PLACES = 20  # environments on a page
MOST_NAMED = 10  # releases in an error
_TOGETHER = 8  # requests at once


class DeploymentsSource(Protocol):
    """What the page asks. Raises PoloError."""

    def deployments(self) -> Deployments: ...


class Releases:
    """The releases of one bucket. Every method raises CollectError when S3 refuses or can't be reached.

    A manifest never changes, so each is read once.
    """

    def __init__(self, bucket: Bucket) -> None:
        self.bucket = bucket
        self._read: dict[str, dict[str, Any]] = {}

    def deployments(self) -> Deployments:
        """The newest releases and what runs where, in few requests however many there are."""
        ids = self.ids()
        shown = [each for each in spread(self._release, ids[:SHOWN], _TOGETHER) if each]
        releases = tuple(sorted(shown, key=lambda each: each.id, reverse=True))
        return Deployments(releases, len(ids), self.latest() or "", self.places())

    def ids(self) -> tuple[str, ...]:
        """Those of whole releases, the newest first."""
        keys = self._keys(MANIFESTS)
        return tuple(sorted((_stem(key) for key in keys), reverse=True))

    def latest(self) -> str | None:
        """The id of the release that was pushed last."""
        found = self._document(LATEST)
        return str(found["release"]) if found else None

    def manifest(self, id: str) -> dict[str, Any]:
        """What a release is made of. Raises UnknownName that says which there are."""
        known = self.ids()
        if id not in known:
            raise UnknownName("release", id, [*known[:MOST_NAMED]])
        return self._manifest(id)

    def places(self) -> tuple[Place, ...]:
        """The environments that anything was deployed to, by name."""
        names = [_stem(key) for key in sorted(self._keys(ENVIRONMENTS))[:MOST_PLACES]]
        return tuple(sorted(spread(self.place, names, _TOGETHER), key=lambda place: place.environment))

    def place(self, environment: str) -> Place:
        """One environment; without runs if nothing was deployed there."""
        found = self._document(f"{ENVIRONMENTS}{environment}.json")
        return _place(environment, found) if found else Place(environment)

    def _release(self, id: str) -> Release | None:
        """None for what was written two releases away."""
        try:
            return release_of(self._manifest(id))
        except PoloError:
            return None

    def _manifest(self, id: str) -> dict[str, Any]:
        if id not in self._read:
            self._read[id] = self._document(f"{MANIFESTS}{id}.json") or {}
        return self._read[id]

    def _keys(self, prefix: str) -> list[str]:
        try:
            return [key for key in self.bucket.objects(prefix) if key.endswith(".json")]
        except CollectError as error:
            if error.code == "NoSuchBucket":
                return []
            raise

    def _document(self, key: str) -> dict[str, Any] | None:
        """Raises PoloError for what this version can't read."""
        try:
            body = self.bucket.read(key)
        except CollectError as error:
            if error.code == "NoSuchBucket":
                return None
            raise
        if body is None:
            return None
        try:
            found: dict[str, Any] = json.loads(body)
            check_schema(found["schema"], SCHEMA)
            return found
        except (ValueError, KeyError, TypeError) as error:
            raise PoloError(f"{key} in bucket {self.bucket.name} can't be read: {error}") from None


class NoReleases:
    """For a console that knows no bucket of releases."""

    def deployments(self) -> Deployments:
        return Deployments()


def release_of(manifest: Mapping[str, Any]) -> Release:
    """Raises PoloError for a manifest that lacks what every one has."""
    try:
        tests = manifest["tests"]
        return Release(
            manifest["id"],
            manifest["pushed"],
            manifest["commit"],
            manifest["subject"],
            manifest["digest"],
            tuple(tests["layers"]),
            float(tests["seconds"]),
            sum(file["size"] for file in manifest["files"].values()),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise PoloError(f"a manifest lacks {error}") from None


def place_document(place: Place) -> dict[str, Any]:
    """The environment as it is stored."""
    return {"schema": SCHEMA, **asdict(place)}


def _place(environment: str, found: Mapping[str, Any]) -> Place:
    try:
        runs = tuple(Run(**_known(Run, run)) for run in found["runs"])
        last = found["last"] and _deployment(found["last"])
    except (KeyError, TypeError, AttributeError) as error:
        raise PoloError(f"what is stored of environment {environment} can't be read: {error}") from None
    return Place(environment, runs, last)


def _deployment(found: Mapping[str, Any]) -> Deployment:
    events = tuple(StackEvent(**_known(StackEvent, event)) for event in found["events"])
    return Deployment(**_known(Deployment, found) | {"events": events})


def _known(kind: type, found: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that this version knows; it may be a later one that wrote them."""
    return {field.name: found[field.name] for field in fields(kind) if field.name in found}


def _stem(key: str) -> str:
    return key.rpartition("/")[2].removesuffix(".json")
