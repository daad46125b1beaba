from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tooling.blocks.blocks import Function, read_functions
from tooling.blocks.template import render, write

pytestmark = pytest.mark.infra

ROOT = Path(__file__).parent.parent.parent
WEB = Function(
    name="PoloFunction",
    module="lambda_function",
    routes=("/", "/{proxy+}"),
    environment=("ENV", "LOGOUT_URL"),
    memory=512,
)
STATIC = Function(name="StaticFunction", module="lambda_static", routes=("/static/{proxy+}",))
SYNC = Function(
    name="SyncFunction",
    module="lambda_sync",
    schedule="rate(1 hour)",
    queue="sync",
    timeout=900,
    tables=(("resource", "read-write"), ("report", "read")),
    assume=("PoloReader",),
    buckets=(("data", "read-write"),),
    secrets=("marqo-api-key",),
    topic="findings",
    environment=("ENV", "ACCOUNTS", "DESTINATION_ROLE_NAME", "SYNC_QUEUE_URL"),
)


def test_more_disk_is_deployed_without_snapshots() -> None:
    large, usual = render((replace(WEB, disk=2048), STATIC)), render((WEB, STATIC))
    more = [line.strip() for line in large.splitlines() if line not in usual.splitlines()]
    assert more == ["EphemeralStorage:", "Size: 2048", "SnapStart:", "ApplyOn: None"]


def test_the_committed_template_says_what_the_infra_blocks_say() -> None:
    committed = (ROOT / "template.yaml").read_text(encoding="utf-8")
    assert committed == render(read_functions(ROOT)), "template.yaml is out of date; run: inv template"


@pytest.mark.parametrize(
    "line",
    [
        '      - "*~1*"',
        '            Path: "/{proxy+}"',
        '            Path: "/static/{proxy+}"',
        "            Method: ANY",
        "      CodeUri: lambda_deployment.zip",
        "    Runtime: python3.12",
        "      MemorySize: 512",
        "      Timeout: 30",
        "          LOGOUT_URL: !Ref LogoutUrl",
        "      Handler: lambda_static.lambda_handler",
        "        Type: REGIONAL",
    ],
)
def test_line(line: str) -> None:
    assert line in render([WEB, STATIC]).splitlines()


def test_tables_and_policies_only_for_who_declares_them() -> None:
    assert "DynamoDB" not in render([WEB, STATIC]) and "dynamodb" not in render([WEB, STATIC])
    text = render([WEB, SYNC])
    assert 'TableName: !Sub "${Env}-ResourceTable"' in text
    assert "dynamodb:BatchWriteItem" in text
    assert "Schedule: rate(1 hour)" in text


@pytest.mark.parametrize(
    "line",
    [
        '      QueueName: !Sub "${Env}-sync"',
        "      VisibilityTimeout: 5400",
        "        deadLetterTargetArn: !GetAtt SyncDeadLetters.Arn",
        "        maxReceiveCount: 3",
        '      QueueName: !Sub "${Env}-sync-dead-letters"',
        "            Queue: !GetAtt SyncQueue.Arn",
        "            BatchSize: 1",
        "            - ReportBatchItemFailures",
        "              MaximumConcurrency: 10",
        "            - sqs:SendMessage",
        "            - sts:AssumeRole",
        '            Resource: !Sub "arn:${AWS::Partition}:iam::*:role/${DestinationRoleName}"',
        "            - organizations:ListAccounts",
        '          MARQO_API_KEY: !Sub "secretsmanager:${Env}/polo/marqo-api-key"',
        "          DATA_BUCKET_NAME: !Ref DataBucket",
        '      BucketName: !Sub "${Env}-polo-data-${AWS::AccountId}-${AWS::Region}"',
        "          FINDINGS_TOPIC_ARN: !Ref FindingsTopic",
        '      TopicName: !Sub "${Env}-findings"',
        "          SYNC_QUEUE_URL: !Ref SyncQueue",
        "          DYNAMODB_TABLE_NAME: !Ref ResourceTable",
        "          DYNAMODB_REPORT_TABLE_NAME: !Ref ReportTable",
        "    Default: PoloReader",
    ],
)
def test_line_of_a_queue(line: str) -> None:
    assert line in render([WEB, SYNC]).splitlines()


def test_what_the_template_knows_is_no_parameter() -> None:
    text = render([WEB, SYNC])
    assert "SyncQueueUrl" not in text and "DynamodbTableName" not in text


def test_only_who_declares_a_role_may_assume_one() -> None:
    assert "- sts:AssumeRole" not in render([WEB, STATIC])  # the services that assume its roles apart


def test_the_order_of_functions_does_not_matter() -> None:
    assert render([WEB, STATIC]) == render([STATIC, WEB])


def test_write_makes_it_current(tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "lambda_function.py").write_text('"""Serve.\n\ninfra:\n  routes: [/]\n"""\n')
    (tmp_path / "template.yaml").write_text("# edited\n")
    assert write(tmp_path).read_text(encoding="utf-8") == render(read_functions(tmp_path))
