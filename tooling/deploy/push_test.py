"""Pushing: what is stored, and when nothing is."""

from __future__ import annotations

import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from errors import PoloError
from services.cloud.aws import Aws
from services.models.kit.scope import GLOBAL
from services.releases.releases import Releases
from tooling.deploy import push as module
from tooling.deploy.push import Passed, Pushed, push
from tooling.release.store import fetch, releases_of

pytestmark = pytest.mark.usefixtures("aws")

NOW = datetime(2026, 11, 20, 19, 0, 5, tzinfo=UTC)


@pytest.fixture
def releases() -> Releases:
    return releases_of(Aws().source(GLOBAL), "123456789012")


class Checkout:
    """A git checkout whose only file is what it builds; it counts its test runs."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.tests = 0
        self.passes = True
        self.git("init", "--quiet")
        self.commit("one")

    def git(self, *arguments: str) -> str:
        who = ("-c", "user.name=Ada", "-c", "user.email=ada@example.com", "-c", "commit.gpgsign=false")
        command = ["git", "-C", str(self.root), *who, *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()

    def commit(self, content: str, file: str = "code") -> None:
        (self.root / file).write_text(content)
        self.git("add", ".")
        self.git("commit", "--quiet", "-m", f"Write {content} <b>")

    def build(self, root: Path, folder: Path) -> Path:
        folder.mkdir()
        (folder / "code").write_bytes((root / "code").read_bytes())
        return folder

    def test(self, _: Path) -> Passed:
        self.tests += 1
        if not self.passes:
            raise PoloError("the tests failed")
        return Passed(("unit", "infra"), 1.5)

    def push(self, releases: Releases, later: int = 0) -> Pushed:
        now = NOW + timedelta(minutes=later)
        return push(self.root, releases, now, build=self.build, test=self.test)


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    root = tmp_path / "checkout"
    root.mkdir()
    return Checkout(root)


def test_a_release_says_when_what_and_how_it_was_tested(releases: Releases, checkout: Checkout) -> None:
    pushed = checkout.push(releases)
    commit = checkout.git("rev-parse", "HEAD")
    found = releases.manifest(pushed.id)
    assert pushed.id == f"20261120T190005Z-{commit[:10]}-{found['digest'][:12]}"
    assert (found["commit"], found["subject"]) == (commit, "Write one <b>")
    assert found["pushed"] == "2026-11-20T19:00:05Z"
    assert found["tests"] == {"layers": ["unit", "infra"], "seconds": 1.5}
    assert (releases.latest(), pushed.new) == (pushed.id, True)
    assert f"--release {pushed.id}" in str(pushed)


def test_what_changes_nothing_is_neither_tested_nor_stored_again(
    releases: Releases, checkout: Checkout
) -> None:
    first = checkout.push(releases)
    checkout.commit("a word more", "README.md")
    second = checkout.push(releases, later=5)
    assert (second.id, second.new, checkout.tests) == (first.id, False, 1)
    assert "Nothing has changed" in str(second)
    assert releases.ids() == (first.id,)


def test_a_change_is_a_release_of_its_own_and_going_back_is_the_first_again(
    releases: Releases, checkout: Checkout, tmp_path: Path
) -> None:
    first = checkout.push(releases)
    checkout.commit("two")
    second = checkout.push(releases, later=5)
    assert releases.ids() == (second.id, first.id)
    checkout.commit("one")
    again = checkout.push(releases, later=10)
    assert (again.id, releases.latest()) == (first.id, first.id)
    assert (fetch(releases, second.id, tmp_path / "releases") / "code").read_text() == "two"


def test_nothing_is_stored_when_the_tests_fail(releases: Releases, checkout: Checkout) -> None:
    checkout.passes = False
    with pytest.raises(PoloError, match="the tests failed"):
        checkout.push(releases)
    assert (releases.ids(), releases.latest()) == ((), None)


def test_a_dirty_tree_is_refused_with_its_files(releases: Releases, checkout: Checkout) -> None:
    (checkout.root / "code").write_text("two")
    for number in range(11):
        (checkout.root / f"new-{number:02d}").write_text("")
    with pytest.raises(
        PoloError, match=r"not committed: code, new-00, .*new-08 and 2 more\. Way out: commit"
    ):
        checkout.push(releases)
    assert (releases.ids(), checkout.tests) == ((), 0)


def test_a_folder_that_is_no_checkout_is_refused(releases: Releases, tmp_path: Path) -> None:
    with pytest.raises(PoloError, match="git can't tell the commit"):
        push(tmp_path, releases, NOW)


def test_without_git_the_way_out_is_told(
    releases: Releases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(PoloError, match="git is not installed"):
        push(tmp_path, releases, NOW)


def test_all_ordinary_layers_must_pass(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    codes, given = {"unit": 0}, list[object]()

    def run(root: Path, chosen: object, environ: object) -> int:
        given.append(environ)
        return codes["unit"]

    monkeypatch.setattr(module.testing, "run", run)
    assert module.tested(tmp_path, {"PATH": "/bin"}).layers == module.testing.ORDINARY
    assert given == [{"PATH": "/bin"}]  # nothing of what the task has set for itself
    codes["unit"] = 1
    with pytest.raises(PoloError, match="the tests failed, so nothing is stored"):
        module.tested(tmp_path)
