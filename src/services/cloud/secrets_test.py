from __future__ import annotations

import boto3
import pytest
from moto import mock_aws

from services.cloud.aws import Aws
from services.cloud.secrets import reveal


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("", ""),
        ("a-key", "a-key"),
        ("secretsmanager:prod/polo/marqo-api-key", "the-key"),
        ("secretsmanager:prod/polo/not-set", ""),
    ],
)
def test_a_setting_is_its_value_or_names_a_secret(setting: str, value: str) -> None:
    with mock_aws():
        boto3.client("secretsmanager", "eu-west-1").create_secret(
            Name="prod/polo/marqo-api-key", SecretString="the-key"
        )
        assert reveal(setting, Aws().source("eu-west-1")) == value
