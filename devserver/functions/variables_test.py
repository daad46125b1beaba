from __future__ import annotations

import os
from pathlib import Path

import pytest

from devserver.functions.variables import Variables, seen_by
from tooling.blocks.blocks import Function

ROOT = Path("/p")
CONSOLE = Function("PoloFunction", "lambda_function", tables=(("resource", "read"),), environment=("ENV",))
JOB = Function("JobFunction", "lambda_job", memory=512, secrets=("marqo-api-key",))
MACHINE = {"PATH": "/bin", "AWS_PROFILE": "me", "PYTHONPATH": "/x", "https_proxy": "y", "LC_ALL": "C"}


def test_a_function_sees_what_its_block_declares_and_the_machine() -> None:
    shell = {
        "ENV": "dev",
        "DYNAMODB_TABLE_NAME": "t",
        "MARQO_API_KEY": "k",
        "OSTRICH": "1",
        "LOGOUT_URL": "/",
    }
    seen = seen_by(CONSOLE, shell | MACHINE, ROOT)
    assert {name: seen[name] for name in seen if name in shell | MACHINE} == MACHINE | {
        "ENV": "dev",
        "DYNAMODB_TABLE_NAME": "t",
    }
    assert set(seen_by(JOB, shell | MACHINE, ROOT)) & set(shell) == {"MARQO_API_KEY"}


def test_the_runtime_says_which_function_it_is() -> None:
    seen = seen_by(JOB, {"AWS_LAMBDA_FUNCTION_NAME": "another"}, ROOT)
    assert (seen["AWS_LAMBDA_FUNCTION_NAME"], seen["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"]) == (
        "JobFunction",
        "512",
    )
    assert (seen["_HANDLER"], seen["LAMBDA_TASK_ROOT"]) == ("lambda_job.lambda_handler", "/p/src")


def test_what_a_function_sets_is_there_at_its_next_invocation_and_for_no_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(os, "environ", {"ENV": "dev", "PATH": "/bin"})
    before = dict(os.environ)
    variables = Variables(ROOT)
    variables.become(CONSOLE)
    os.environ["TZ"] = "UTC"
    os.environ["ENV"] = "changed"
    variables.become(JOB)
    assert "ENV" not in os.environ
    assert "TZ" not in os.environ
    variables.become(CONSOLE)
    assert (os.environ["ENV"], os.environ["TZ"]) == ("changed", "UTC")
    variables.become(None)
    assert os.environ == before
