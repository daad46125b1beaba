from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from aws_lambda_powertools.utilities.typing import LambdaContext

import lambda_cop
from services.cop.local_store import LocalFindingStore
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
    assert answer == {"accounts": len(store.versions()), "open": len(entries)}
    assert len(entries) > 100
    assert "patrolled" in caplog.messages
