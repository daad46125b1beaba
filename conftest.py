"""Fixtures that every test of the project gets."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from dataclasses import fields
from functools import cache

import pytest

from tests import examples


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--deep", action="store_true", help="long counts (soak, fuzz) in full instead of 2 %%")
    parser.addoption("--aws-profile", default="", help="e2e: deploy to this profile's account, not locally")


def pytest_configure(config: pytest.Config) -> None:
    # a shell that starts the suite in the background has it ignore Ctrl-C, and all that tests start too
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    examples.deep = bool(config.getoption("--deep"))


@pytest.fixture(scope="session")
def share(request: pytest.FixtureRequest) -> float:
    """The part of a long count that this run does: all with --deep, else 2 %."""
    return 1.0 if request.config.getoption("--deep") else 0.02


@pytest.fixture(scope="session", autouse=True)
def one_loader() -> Iterator[None]:
    """botocore's descriptions of services, read once instead of again for each session that a test makes."""
    import botocore.session  # not before coverage has begun

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(botocore.session, "create_loader", cache(botocore.session.create_loader))
        yield


@pytest.fixture(autouse=True)
def unhurried(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages have a minute: a machine that is busy fails no test but those of the deadlines themselves."""
    wiring = sys.modules.get("wiring.web")
    if wiring and "deadline" not in request.module.__name__:
        monkeypatch.setattr(wiring, "HEALTH", 60.0)
        monkeypatch.setattr(wiring, "PAGE", 60.0)


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment a function sees in tests; nothing of the developer's own shell leaks in."""
    from settings import Settings, name_of  # not before coverage has begun

    own = ("AWS_PROFILE", "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3", "AWS_CONFIG_FILE", "AWS_REGION")
    deployment = ("ALLOWED_CIDRS", "ALARM_EMAIL", "LOCAL_AWS_PORT")
    for name in (*own, *deployment, *map(name_of, fields(Settings))):
        monkeypatch.delenv(name, raising=False)
    values = {
        "ENV": "test",
        "LOGOUT_URL": "/auth/logout",
        "DATA_BUCKET_NAME": "test-data",
        "PATIENCE": "60",  # on a busy machine a small estate takes a while too
        "USE_LOCAL_DATA": "1",
        "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_EC2_METADATA_DISABLED": "true",
        "POWERTOOLS_SERVICE_NAME": "polo",
        "POWERTOOLS_METRICS_NAMESPACE": "Polo",
        "POWERTOOLS_METRICS_DISABLED": "true",
        "MOTO_EC2_LOAD_DEFAULT_AMIS": "false",  # 1,300 for each account and region, twice
    }
    for name, value in values.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def aws() -> Iterator[None]:
    """moto in the place of AWS; it is imported by those who ask for it."""
    from moto import mock_aws

    with mock_aws():
        yield
