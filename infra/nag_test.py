"""The checks really look: a finding that nobody has acknowledged ends the synthesis with one line."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from infra.conftest import ROOT
from tooling import cdk_environment

pytestmark = pytest.mark.infra

APP = """
import sys
from aws_cdk import App, Stack, aws_sqs
from errors import PoloError
from infra.nag import acknowledge, check, synthesise
app = App(outdir=sys.argv[1])
stack = Stack(app, "Careless")
queue = aws_sqs.Queue(stack, "Queue")
if sys.argv[2:]:
    acknowledge(queue, "a queue for this test", "SQS3", "SQS4")
check(app)
try:
    synthesise(app)
except PoloError as error:
    sys.exit(str(error))
"""


def run(outdir: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    variables = {"PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "src")])}
    return subprocess.run(
        [cdk_environment.python(ROOT), "-c", APP, str(outdir), *arguments],
        env={**os.environ, **cdk_environment.variables(ROOT), **variables},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_finding_ends_the_synthesis(tmp_path: Path) -> None:
    done = run(tmp_path / "careless")
    assert done.returncode == 1
    *told, last = done.stderr.splitlines()
    assert any(line.startswith("Careless/Queue/Resource: AwsSolutions-SQS4: ") for line in told)
    assert last.startswith("the CDK's checks have findings. Way out: mend what ")


def test_an_acknowledged_one_does_not(tmp_path: Path) -> None:
    done = run(tmp_path / "accepted", "acknowledged")
    assert done.returncode == 0, done.stderr
