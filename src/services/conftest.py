"""Fixtures that own the life of a faked AWS."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from moto import mock_aws

from services.cloud.aws import Aws

Configure = Callable[[str], None]


@pytest.fixture
def aws_config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Configure:
    """Write the AWS config file that the test sees; nothing of the machine's own is left."""
    config = tmp_path / "aws-config"
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "aws-credentials"))

    def write(text: str) -> None:
        config.write_text(text)

    return write


@pytest.fixture
def prod(aws_config: Configure) -> Iterator[Aws]:
    """An empty account behind the profile `prod`, for the time of a test."""
    aws_config(
        "[profile prod]\nregion = eu-west-1\naws_access_key_id = testing\naws_secret_access_key = testing\n"
    )
    with mock_aws():
        yield Aws("prod")
