"""AWS behind one typed facade: with dynamo_data_service, the only importer of botocore."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import botocore.loaders
import botocore.session
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

from errors import CollectError, SettingsError
from services.aws_errors import Asked, one_line, translate
from services.models.base import GLOBAL, Account, Call
from services.models.values import Item

HOME_REGION = "us-east-1"  # where to ask what is asked once, unless the profile names a region
FAILURES = (ClientError, BotoCoreError, ResponseParserError)
# one for all sessions: the service models are read and parsed once
_loader = botocore.loaders.create_loader()


def profiles() -> tuple[str, ...]:
    """The profiles of the AWS config and credentials files. Raises SettingsError when they can't be read."""
    try:
        return tuple(botocore.session.Session().available_profiles)
    except BotoCoreError as error:
        raise SettingsError(one_line(error), "mend the AWS config file") from None


class Aws:
    """One account through one profile. May be used by many threads."""

    def __init__(self, profile: str) -> None:
        self.profile = profile
        self._session = botocore.session.Session(profile=profile)
        self._session.register_component("data_loader", _loader)
        self._clients: dict[tuple[str, str], Any] = {}
        self._lock = threading.Lock()  # clients are safe to share, a session is not

    def account(self) -> Account:
        """The account that the credentials belong to, named as the profile. Raises CollectError."""
        identity = self.source(GLOBAL).call("sts", "get_caller_identity") or {}
        return Account(str(identity["Account"]), self.profile)

    def regions(self) -> tuple[str, ...]:
        """The regions enabled in the account, sorted. Raises CollectError."""
        answer = self.source(GLOBAL).call("ec2", "describe_regions") or {}
        return tuple(sorted(region["RegionName"] for region in answer["Regions"]))

    def source(self, region: str) -> AwsSource:
        """What the collectors of one region read from; GLOBAL is asked in the profile's own region."""
        return AwsSource(self, self._home() if region == GLOBAL else region)

    def client(self, service: str, region: str) -> Any:
        with self._lock:
            key = (service, region)
            if key not in self._clients:
                self._clients[key] = self._session.create_client(
                    service, region_name=region, config=_config(service)
                )
            return self._clients[key]

    def asked(self, service: str, operation: str, region: str) -> Asked:
        with self._lock:
            try:
                sso = any(key.startswith("sso_") for key in self._session.get_scoped_config())
            except BotoCoreError:
                sso = False
        name = "".join(word.capitalize() for word in operation.split("_"))
        return Asked(self.profile, service, name, region, sso)

    def _home(self) -> str:
        try:
            with self._lock:
                return self._session.get_config_variable("region") or HOME_REGION
        except BotoCoreError as error:
            raise translate(error, Asked(self.profile, "sts", "GetCallerIdentity")) from None


@dataclass(frozen=True)
class AwsSource:
    """One account and region, as services.models.base.Source wants it."""

    aws: Aws
    region: str

    def pages(self, call: Call, region: str | None = None) -> Iterator[Item]:
        with self._clear_errors(call.service, call.operation, region):
            client = self.aws.client(call.service, region or self.region)
            if not client.can_paginate(call.operation):
                yield getattr(client, call.operation)(**call.parameters)
                return
            size = {"PageSize": call.page_size} if call.page_size else {}
            yield from client.get_paginator(call.operation).paginate(**call.parameters, PaginationConfig=size)

    def call(
        self,
        service: str,
        operation: str,
        *,
        absent: Sequence[str] = (),
        region: str | None = None,
        **parameters: Any,
    ) -> Item | None:
        try:
            with self._clear_errors(service, operation, region):
                client = self.aws.client(service, region or self.region)
                answer: Item = getattr(client, operation)(**parameters)
                return answer
        except CollectError as error:
            if error.code in absent:
                return None
            raise

    @contextmanager
    def _clear_errors(self, service: str, operation: str, region: str | None) -> Iterator[None]:
        try:
            yield
        except FAILURES as error:
            raise translate(error, self.aws.asked(service, operation, region or self.region)) from None


def _config(service: str) -> Config:
    """A fresh one for each client: botocore changes its retries in place.

    STS is asked first: what can't be reached is told soon, what throttles later is tried for long.
    """
    attempts = 3 if service == "sts" else 8
    return Config(
        retries={"mode": "standard", "max_attempts": attempts},
        max_pool_connections=32,
        connect_timeout=5,
        read_timeout=30,
        user_agent_extra="polo",
    )
