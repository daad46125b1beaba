from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from errors import PoloError
from tooling import sam
from tooling.target import check_profile

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the fake sam is a script")


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A sam that says how it was called, and fails when it is told to."""
    fake = tmp_path / "sam"
    fake.write_text(
        f"#!{sys.executable}\nimport os, sys\n"
        "print(os.environ['SAM_CLI_TELEMETRY'], *sys.argv[1:])\n"
        "if '--fail' in sys.argv: sys.exit('Traceback\\n\\x1b[31mError: no template\\x1b[0m')\n"
    )
    fake.chmod(0o755)
    monkeypatch.setattr(sam, "program", lambda root, name: fake)
    return fake


def test_sam_is_asked_without_telemetry(program: Path, tmp_path: Path) -> None:
    assert sam.run(tmp_path, "validate", "--lint") == "0 validate --lint"
    assert sam.build(tmp_path, "dev") == tmp_path / ".aws-sam" / "build" / "template.yaml"


def test_failure_is_its_last_line(program: Path, tmp_path: Path) -> None:
    with pytest.raises(PoloError) as failure:
        sam.run(tmp_path, "build", "--fail")
    assert str(failure.value) == "sam build failed: Error: no template"


def test_unknown_profile_is_told_before_anything_is_built(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "config").write_text("[profile prod]\n[profile dev]\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    check_profile("dev")
    check_profile("")
    with pytest.raises(PoloError, match="unknown profile 'nope'. Way out: one of (dev, prod|prod, dev)$"):
        check_profile("nope")
