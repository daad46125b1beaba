from __future__ import annotations

from pathlib import Path

import pytest

from tooling.infra_blocks import Function
from tooling.template import is_current, render, write

pytestmark = pytest.mark.infra

ROOT = Path(__file__).parent.parent
WEB = Function(
    name="PoloFunction",
    module="lambda_function",
    routes=("/", "/{proxy+}"),
    environment=("ENV", "LOGOUT_URL", "MARQO_API_KEY"),
    memory=512,
)
STATIC = Function(name="StaticFunction", module="lambda_static", routes=("/static/{proxy+}",))
SYNC = Function(
    name="SyncFunction",
    module="lambda_sync",
    schedule="rate(1 hour)",
    tables=(("resource", "read-write"), ("report", "read")),
)


def test_the_committed_template_says_what_the_infra_blocks_say() -> None:
    assert is_current(ROOT), "template.yaml is out of date; run: inv template"


@pytest.mark.parametrize(
    "line",
    [
        '      - "*~1*"',
        '            Path: "/{proxy+}"',
        '            Path: "/static/{proxy+}"',
        "            Method: ANY",
        "    CodeUri: lambda_deployment.zip",
        "    Runtime: python3.12",
        "      MemorySize: 512",
        "      Timeout: 30",
        "          LOGOUT_URL: !Ref LogoutUrl",
        "      Handler: lambda_static.lambda_handler",
        "        Type: REGIONAL",
        "    NoEcho: true",
    ],
)
def test_line(line: str) -> None:
    assert line in render([WEB, STATIC]).splitlines()


def test_tables_and_policies_only_for_who_declares_them() -> None:
    assert "DynamoDB" not in render([WEB, STATIC])
    text = render([WEB, SYNC])
    assert 'TableName: !Sub "${Env}-ResourceTable"' in text
    assert "DynamoDBCrudPolicy" in text
    assert "DynamoDBReadPolicy" in text
    assert "Schedule: rate(1 hour)" in text


def test_the_order_of_functions_does_not_matter() -> None:
    assert render([WEB, STATIC]) == render([STATIC, WEB])


def test_write_makes_it_current(tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "lambda_function.py").write_text('"""Serve.\n\ninfra:\n  routes: [/]\n"""\n')
    assert not is_current(tmp_path)
    path = write(tmp_path)
    assert is_current(tmp_path)
    path.write_text(path.read_text() + "# edited\n")
    assert not is_current(tmp_path)
