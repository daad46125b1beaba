"""What `inv sweep` takes for a leftover, and what it leaves alone."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

from errors import CollectError, PoloError, UnknownName
from tooling import processes
from tooling.deploy import stack
from tooling.deploy.sweep import MARK, sweep
from tooling.local.aws import FOLDER, LocalAws

ENDED = "1 pytest that has ended"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Local AWSs of a run that has ended, of one that goes on, and one that somebody uses."""
    folder = tmp_path / FOLDER
    folder.mkdir(parents=True)
    runs = {"4001": {"run": ENDED}, "4002": {"run": processes.myself()}, "4003": {}}
    for port, run in runs.items():
        (folder / f"{port}.pid").write_text(json.dumps({"pid": 1 << 22, "port": int(port), **run}))
        (folder / f"{port}.log").write_text("log")
        (folder / f"{port}.tmp").mkdir()
    for odd in ("4004.pid", "venv", "config"):
        (folder / odd).write_text("[]")
    for garbage in ("4005.7.gone", "4006.tmp"):
        (folder / garbage).mkdir()
    return folder


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)


def test_only_what_an_ended_run_has_left_is_removed(folder: Path, tmp_path: Path) -> None:
    told: list[str] = []
    before = {path.name for path in folder.iterdir()}
    sweep(tmp_path, "", force=True, tell=told.append)
    gone = before - {path.name for path in folder.iterdir()}
    assert gone == {"4001.pid", "4001.log", "4001.tmp", "4005.7.gone", "4006.tmp"}
    assert told == [
        "local AWS on port 4001, has ended; of tests (process 1)",
        "temporary files of a local AWS: 4005.7.gone",
        "temporary files of a local AWS: 4006.tmp",
        "3 removed",
    ]
    sweep(tmp_path, "", force=True, tell=told.append)
    assert told[-1] == "no run of tests has left anything"


@pytest.mark.usefixtures("terminal")
@pytest.mark.parametrize("answer", ["", "n", "all"])
def test_it_asks_first(folder: Path, tmp_path: Path, answer: str) -> None:
    with pytest.raises(PoloError, match="nothing was removed"):
        sweep(tmp_path, "", force=False, tell=str, ask=lambda _: answer)
    assert (folder / "4001.pid").exists()
    sweep(tmp_path, "", force=False, tell=str, ask=lambda _: "y")
    assert not (folder / "4001.pid").exists()


def test_without_a_terminal_only_force_removes(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stdin, "isatty", lambda: False, raising=False)
    with pytest.raises(
        PoloError, match="3 would be removed. Way out: run it on a terminal, .* or with --force"
    ):
        sweep(tmp_path, "", force=False, tell=str)
    assert (folder / "4001.pid").exists()


def test_what_can_not_be_removed_keeps_nothing_else(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: LocalAws) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(LocalAws, "remove", refuse)
    with pytest.raises(PoloError, match="port 4001, .*: .*Permission denied. Way out: .*inv sweep again"):
        sweep(tmp_path, "", force=True, tell=str)
    assert not (folder / "4005.7.gone").exists()


@pytest.fixture
def account(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """CloudFormation of an account with a marked stack, whose bucket is not empty, and one of a team's."""
    (tmp_path / "config").write_text(
        "[profile company]\nregion = eu-west-1\naws_access_key_id = x\naws_secret_access_key = x\n"
    )
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setattr(stack.time, "sleep", lambda _: None)
    with mock_aws():
        cloud = boto3.client("cloudformation", "eu-west-1")
        for name, tags in (("pr-900001", {MARK: "2026-03-04T05:06:07Z"}), ("prod", {"team": "e2e"})):
            bucket = {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": f"{name}-data"}}
            cloud.create_stack(
                StackName=f"{name}-PoloStack",
                TemplateBody=json.dumps({"Resources": {"Data": bucket}}),
                Tags=[{"Key": key, "Value": value} for key, value in tags.items()],
            )
            boto3.client("s3", "eu-west-1").put_object(Bucket=f"{name}-data", Key="a", Body=b"x")
        yield cloud


def test_in_an_account_only_marked_stacks_go(account: Any, tmp_path: Path) -> None:
    told: list[str] = []
    sweep(tmp_path, "company", force=True, tell=told.append)
    assert told[0] == (
        "stack pr-900001-PoloStack in eu-west-1, CREATE_COMPLETE; of tests that began 2026-03-04T05:06:07Z"
    )
    assert told[-1] == "1 removed"
    assert [each["StackName"] for each in account.describe_stacks()["Stacks"]] == ["prod-PoloStack"]


def test_a_stack_that_stays_is_told(account: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any) -> None:
        raise CollectError("may not delete it")

    monkeypatch.setattr("tooling.deploy.sweep.empty_and_delete", refuse)
    with pytest.raises(PoloError, match="pr-900001-PoloStack .*: may not delete it"):
        sweep(tmp_path, "company", force=True, tell=str)


def test_an_unknown_profile_is_told_with_the_valid_ones(account: Any, tmp_path: Path) -> None:
    with pytest.raises(
        UnknownName, match=r"unknown profile 'compani': did you mean company\? Way out: one of company"
    ):
        sweep(tmp_path, "compani", force=True, tell=str)
