from __future__ import annotations

import os
import shlex
import sys
from pathlib import Path

import pytest

from errors import PoloError
from settings import ROOT
from tooling.blocks.blocks import read_functions
from tooling.deploy import sam
from tooling.local.target import check_profile

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


def test_what_is_built_says_how_it_is_deployed() -> None:
    functions = read_functions(ROOT)
    given = {
        "ENV": "prod",
        "ALLOWED_CIDRS": "203.0.113.0/24, 2001:db8::/32",
        "ACCOUNTS": "111122223333=shop",
        "EXTERNAL_ID": "hush",
    }
    said = sam.next_step(functions, given)
    command = said.partition("is ready for: ")[2].partition(";")[0]
    program, action, *options = shlex.split(command)
    assert (program, action) == ("sam", "deploy")
    assert options[:4] == ["--stack-name", "prod-PoloStack", "--resolve-s3", "--capabilities"]
    values = dict(each.split("=", 1) for each in options[options.index("--parameter-overrides") + 1 :])
    assert values["AllowedCidrs"] == "203.0.113.0/24,2001:db8::/32"
    assert (values["Env"], values["Accounts"]) == ("prod", "111122223333=shop")
    assert values["Configuration"] and "hush" not in said
    template = (ROOT / "template.yaml").read_text(encoding="utf-8")
    assert all(f"\n  {name}:\n    Type: String\n" in template for name in values)
    assert "sam deploy --stack-name dev-PoloStack" in sam.next_step(functions, given | {"ENV": "local"})


def test_a_build_that_lets_in_nobody_is_not_said_to_be_ready() -> None:
    said = sam.next_step([], {})
    assert "ready" not in said and "lets in nobody yet. Way out: set ALLOWED_CIDRS in .env" in said
    with pytest.raises(PoloError, match="which together are all the world"):
        sam.next_step([], {"ALLOWED_CIDRS": "0.0.0.0/1,128.0.0.0/1"})
