from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from aws_lambda_powertools.utilities.typing import LambdaContext
from freezegun.api import FrozenDateTimeFactory

import lambda_cop
import services.store.local_daily  # noqa: F401  its decoder takes the types of time before a test freezes them
from errors import PoloError
from services.cop.store.local import LocalFindingStore
from services.notify.webhook_test import Receiver
from settings import ROOT


def context() -> LambdaContext:
    made = LambdaContext()
    made._function_name, made._memory_limit_in_mb = "cop", 1024
    made._invoked_function_arn, made._aws_request_id = "arn:aws:lambda:eu-west-1:1:function:cop", "r-1"
    return made


def test_a_scheduled_event_patrols_the_estate_and_keeps_what_it_finds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    data = shutil.copy(ROOT / "local_data.json", tmp_path / "local_data.json")
    monkeypatch.setenv("LOCAL_DATA_PATH", str(data))
    monkeypatch.setenv("CACHE_PATH", str(tmp_path / "cache"))
    answer = lambda_cop.lambda_handler({"source": "aws.events"}, context())
    store = LocalFindingStore(tmp_path)
    entries = [entry for account in store.versions() for entry in store.ledger(account).entries]
    assert answer == {"accounts": len(store.versions()), "open": len(entries), "messages": 0}
    assert len(entries) > 100
    assert "patrolled" in caplog.messages


@pytest.fixture
def slack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    """A receiver that the function tells what it finds in the demo estate; at first it takes nothing."""
    data = shutil.copy(ROOT / "local_data.json", tmp_path / "local_data.json")
    monkeypatch.setenv("LOCAL_DATA_PATH", str(data))
    monkeypatch.setenv("CACHE_PATH", str(tmp_path / "cache"))
    monkeypatch.setenv("CONSOLE_URL", "https://polo.test/")
    server = Receiver(404)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    monkeypatch.setenv("SLACK_WEBHOOK_URL", server.url)
    yield server
    server.shutdown()
    server.server_close()


def test_lambdas_retry_tells_what_the_first_try_could_not_and_no_third_tells_it_again(
    slack: Receiver, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(PoloError, match="channel default: it answered 404"):
        lambda_cop.lambda_handler({}, context())
    assert lambda_cop.lambda_handler({}, context())["messages"] == 1
    assert lambda_cop.lambda_handler({}, context())["messages"] == 0
    [message] = slack.taken
    assert "open" in message["text"]
    assert "<https://polo.test/cop/findings?status=open|" in message["blocks"][-1]["text"]["text"]
    assert "top-secret" not in caplog.text + capsys.readouterr().out


@pytest.mark.parametrize(
    ("before", "after", "weeks"),
    [
        ("2026-12-31T23:59:59Z", "2027-01-01T00:00:00Z", ["2026-W53"]),  # one week of two years
        ("2027-01-03T23:59:59Z", "2027-01-04T00:00:00Z", ["2026-W53", "2027-W01"]),
        ("2032-02-29T23:59:59Z", "2032-03-01T00:00:00Z", ["2032-W09", "2032-W10"]),
        ("2027-03-28T00:59:59Z", "2027-03-28T01:00:00Z", ["2027-W12"]),  # Europe's clocks skip an hour
        ("2027-10-31T22:30:00Z", "2027-11-01T00:00:00Z", ["2027-W43", "2027-W44"]),
    ],
)
def test_findings_live_on_and_a_week_is_summed_up_once_whatever_the_calendar_does(
    slack: Receiver, tmp_path: Path, freezer: FrozenDateTimeFactory, before: str, after: str, weeks: list[str]
) -> None:
    slack.behaviours.clear()
    for moment in (before, after):
        freezer.move_to(moment)
        lambda_cop.lambda_handler({}, context())
    store = LocalFindingStore(tmp_path)
    entries = [entry for account in store.versions() for entry in store.ledger(account).entries]
    assert {entry.first_seen for entry in entries} <= {before, after}
    assert sum(entry.first_seen == after for entry in entries) < len(entries) / 10
    assert not [entry for entry in entries if entry.reopened or entry.resolved]
    summaries = [message["text"] for message in slack.taken if "-W" in message["text"]]
    assert [text.split(":")[0].removeprefix("Cloud Cop, ") for text in summaries] == weeks
