"""`inv push`: build, test and store a release; nothing is stored of what has changed nothing, or fails."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from errors import PoloError
from services.models.kit.values import iso
from services.releases.releases import SCHEMA, Releases
from tooling import commands
from tooling.checks import testing
from tooling.deploy import cdk
from tooling.environments import NAMES
from tooling.release.store import digest_of, files_of, make_bucket, point, store
from tooling.runtime import ZIP
from tooling.zip import build as zip_build

COMMIT, HASH = 10, 12  # hexadecimal digits in an id
MOST_DIRTY = 10  # files in an error


@dataclass(frozen=True)
class Passed:
    """The layers of the test pyramid that passed, and what they took."""

    layers: tuple[str, ...]
    seconds: float


@dataclass(frozen=True)
class Pushed:
    """id: of the release that is the latest now. new: whether it was made just now."""

    id: str
    new: bool

    def __str__(self) -> str:
        if self.new:
            return f"Release {self.id} is stored: inv deploy -e <environment> --release {self.id}"
        return f"Nothing has changed: this is release {self.id}, which was stored and tested before"


def build(root: Path, folder: Path) -> Path:
    """The assembly of this checkout in `folder`. Raises PoloError."""
    zip_build.build(root)
    cdk.synthesise(root, folder, root / ZIP, NAMES)
    return folder


def tested(root: Path, environ: Mapping[str, str] | None = None) -> Passed:
    """Run all layers, as `inv test` does. Raises PoloError when one fails.

    environ: the shell's variables, for what a task reads of .env, or sets, must not reach the tests.
    """
    start, chosen = time.monotonic(), testing.layers()
    if testing.run(root, chosen, environ=environ):
        raise PoloError("the tests failed, so nothing is stored", "mend them, commit, inv push")
    return Passed(chosen, round(time.monotonic() - start, 1))


def push(
    root: Path,
    releases: Releases,
    now: datetime,
    *,
    build: Callable[[Path, Path], Path] = build,
    test: Callable[[Path], Passed] = tested,
) -> Pushed:
    """Store what the commit makes, unless that is stored already, and make it the latest.

    Raises PoloError: for a dirty tree, a build or tests that fail, a bucket that can't be written.
    """
    commit, subject = _clean_commit(root)
    with tempfile.TemporaryDirectory() as place:
        folder = build(root, Path(place) / "assembly")
        files = files_of(folder)
        digest = digest_of(files)
        if known := _known(releases, digest):
            if releases.latest() != known:
                point(releases, known)
            return Pushed(known, new=False)
        passed = test(root)
        id = f"{now:%Y%m%dT%H%M%SZ}-{commit[:COMMIT]}-{digest[:HASH]}"
        tests = {"layers": passed.layers, "seconds": passed.seconds}
        manifest = {"schema": SCHEMA, "id": id, "pushed": iso(now), "commit": commit, "subject": subject}
        make_bucket(releases.bucket)
        store(releases, manifest | {"digest": digest, "tests": tests, "files": files}, folder)
    point(releases, id)
    return Pushed(id, new=True)


def _known(releases: Releases, digest: str) -> str | None:
    """The release that has this content already."""
    alike = (id for id in releases.ids() if id.endswith(digest[:HASH]))
    return next((id for id in alike if releases.manifest(id)["digest"] == digest), None)


def _clean_commit(root: Path) -> tuple[str, str]:
    """The commit and its subject. Raises PoloError when files differ from it, which are named."""
    dirty = [line[3:] for line in _git(root, "status", "--porcelain").splitlines()]
    if dirty:
        more = f" and {len(dirty) - MOST_DIRTY} more" if len(dirty) > MOST_DIRTY else ""
        raise PoloError(f"not committed: {', '.join(dirty[:MOST_DIRTY])}{more}", "commit or stash them")
    commit, _, subject = _git(root, "log", "-1", "--format=%H %s").strip().partition(" ")
    return commit, subject


def _git(root: Path, *arguments: str) -> str:
    try:
        done = commands.run(["git", "-C", str(root), *arguments], capture_output=True, text=True, check=False)
    except FileNotFoundError:
        raise PoloError("git is not installed", "a release is made of a commit: install git") from None
    if done.returncode:
        reason = " ".join(done.stderr.split())[:300]
        raise PoloError(f"git can't tell the commit: {reason}", "push from a git checkout with a commit")
    return str(done.stdout)
