from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.cop.judge.rule import NOW
from services.notify.webhook_test import Receiver
from tooling.laptop.cop import cop


@pytest.fixture
def slack(monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    server = Receiver()
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    monkeypatch.setenv("SLACK_WEBHOOK_URL", server.url)
    yield server
    server.shutdown()
    server.server_close()


def run(folder: Path, dry_run: bool = False) -> tuple[int, str]:
    out = io.StringIO()
    return cop(notify=True, dry_run=dry_run, data_dir=folder, now=NOW, out=out), out.getvalue()


def test_a_dry_run_prints_the_message_and_sends_nothing(tmp_path: Path, slack: Receiver) -> None:
    code, text = run(tmp_path, dry_run=True)
    assert code == 0
    assert text.startswith("default:\n  Cloud Cop, 2026-W47: ")
    assert "no owner" in text or "more lines" in text
    assert (slack.seen, run(tmp_path, dry_run=True)) == (0, (code, text))


def test_it_is_sent_once(tmp_path: Path, slack: Receiver) -> None:
    assert run(tmp_path)[1].startswith("default: sent: Cloud Cop, 2026-W47")
    assert run(tmp_path) == (0, "default: nothing new\n")
    assert len(slack.taken) == 1


def test_what_did_not_arrive_is_an_error_without_the_address(
    tmp_path: Path, slack: Receiver, capsys: pytest.CaptureFixture[str]
) -> None:
    slack.behaviours = [404]
    code, text = run(tmp_path)
    error = capsys.readouterr().err
    assert (code, text) == (1, "")
    assert "channel default: it answered 404" in error
    assert "secret" not in error


def test_without_an_address_only_a_dry_run_works(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("SLACK_WEBHOOK_URL", raising=False)
    assert run(tmp_path)[0] == 1
    assert "SLACK_WEBHOOK_URL is not set" in capsys.readouterr().err
    assert run(tmp_path, dry_run=True)[1].startswith("default:\n")
