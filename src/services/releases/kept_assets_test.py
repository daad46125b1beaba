"""Files of earlier releases: there as long as a page may ask for them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from errors import CollectError
from services.releases.assets import asset_paths
from services.releases.kept_assets import PREFIX, RENEWED, keep, kept

NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)


@dataclass
class FakeBucket:
    """Remembers objects, and when they were written."""

    content: dict[str, bytes] = field(default_factory=dict)
    written: dict[str, datetime] = field(default_factory=dict)
    now: datetime = NOW

    def objects(self, prefix: str) -> dict[str, datetime]:
        return {key: at for key, at in self.written.items() if key.startswith(prefix)}

    def write(self, key: str, body: bytes) -> None:
        self.content[key], self.written[key] = body, self.now

    def read(self, key: str) -> bytes | None:
        return self.content.get(key)


@pytest.fixture
def release(tmp_path: Path) -> Path:
    (tmp_path / "dist").mkdir()
    (tmp_path / "dist" / "main.css").write_text("a{}")
    (tmp_path / "app.js").write_text("let a")
    (tmp_path / "main.py").write_text("secret")
    return tmp_path


def names(folder: Path) -> list[str]:
    """The hashed names of a release's files."""
    return [path.removeprefix("/static/") for path in asset_paths(folder).values()]


def test_what_a_later_release_changes_is_still_there_as_it_was(release: Path) -> None:
    bucket, before = FakeBucket(), names(release)
    assert keep(bucket, NOW, release) == 2  # type: ignore[arg-type]
    (release / "app.js").write_text("let b")
    (release / "dist" / "main.css").unlink()
    assert keep(bucket, NOW, release) == 1  # type: ignore[arg-type]
    found = [kept(bucket, name) for name in before]  # type: ignore[arg-type]
    assert [(each.content, each.immutable) for each in found if each] == [(b"let a", True), (b"a{}", True)]


def test_nothing_is_written_twice_before_it_would_be_forgotten(release: Path) -> None:
    bucket = FakeBucket()
    keep(bucket, NOW, release)  # type: ignore[arg-type]
    assert keep(bucket, NOW + RENEWED - timedelta(seconds=1), release) == 0  # type: ignore[arg-type]
    assert keep(bucket, NOW + RENEWED, release) == 2  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "name",
    ["app.000000000000.js", "app.js", "../app.000000000000.js", "main.000000000000.py", "x.000000000000.gz"],
)
def test_what_is_not_the_file_of_its_name_is_never_served(name: str) -> None:
    bucket = FakeBucket({PREFIX + name: b"something else", name: b"x"})
    assert kept(bucket, name) is None  # type: ignore[arg-type]


def test_a_bucket_that_refuses_is_as_if_nothing_were_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: FakeBucket, key: str) -> bytes | None:
        raise CollectError("may not read", code="AccessDenied")

    monkeypatch.setattr(FakeBucket, "read", refuse)
    assert kept(FakeBucket(), "app.000000000000.js") is None  # type: ignore[arg-type]
