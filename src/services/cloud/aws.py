"""AWS behind one typed facade: with dynamo_table and aws_answers, the only importer of botocore."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import botocore.loaders
import botocore.session
import jmespath
from botocore.config import Config
from botocore.credentials import DeferredRefreshableCredentials
from botocore.exceptions import BotoCoreError, ClientError, UnknownServiceError
from botocore.parsers import ResponseParserError

from errors import CantAssume, CollectError, SettingsError
from services.cloud.answers import refuse_what_is_not_whole
from services.cloud.callers import Caller, caller_of
from services.cloud.deadline import Timeouts, in_time, timeouts
from services.cloud.errors import Asked, one_line, translate
from services.cloud.rates import Limiter
from services.cloud.tally import count
from services.models.kit.base import Call
from services.models.kit.error_codes import DENIED, NOT_OFFERED, THROTTLED
from services.models.kit.partitions import partition_of
from services.models.kit.scope import GLOBAL, Account
from services.models.kit.values import Item

HOME_REGION = "us-east-1"  # where to ask what is asked once, unless the profile names a region
FAILURES = (ClientError, BotoCoreError, ResponseParserError)
TOO_MANY = THROTTLED | {"EC2ThrottledException", "ProvisionedThroughputExceededException"}
NO_ENDPOINT = {"EndpointConnectionError", "EndpointResolutionError", "UnknownEndpointError"}
DUAL_STACK = ".api.aws"  # how hosts of some services end in commercial AWS, whatever its suffix
A_MOMENT = 1.0  # seconds
TRUST = "role trust policy"  # as AWS names what lets nobody assume a role
PIECE = 1 << 20  # bytes of a body
MOST_CLIENTS = 256  # of one account; a client takes 0.1 to 0.4 MB
# as every AWS tool reads it: https://docs.aws.amazon.com/sdkref/latest/guide/feature-region.html
REGION = ("region", ["AWS_REGION", "AWS_DEFAULT_REGION"], None, None)
# one for all sessions: the service models are read and parsed once
_loader = botocore.loaders.create_loader()
_limiter = Limiter()


def profiles() -> tuple[str, ...]:
    """The profiles of the AWS config and credentials files. Raises SettingsError when they can't be read."""
    try:
        return tuple(botocore.session.Session().available_profiles)
    except BotoCoreError as error:
        raise SettingsError(one_line(error), "mend the AWS config file") from None


def following(call: Call, page: Item) -> dict[str, Any]:
    """The parameters that ask for the page after this one, as botocore's paginators have them.

    None after the last page, and where the API knows no pages.
    """
    paging = _paging(call.service, call.operation)
    if not paging or ("more_results" in paging and not jmespath.search(paging["more_results"], page)):
        return {}
    told = zip(_listed(paging["input_token"]), _listed(paging["output_token"]), strict=True)
    found = {name: jmespath.search(path, page) for name, path in told}
    return {name: token for name, token in found.items() if token}


@cache
def _paging(service: str, operation: str) -> Mapping[str, Any]:
    try:
        paginators = _loader.load_service_model(service, "paginators-1")["pagination"]
    except UnknownServiceError:
        return {}
    named = operation.replace("_", "").lower()
    return next((paging for name, paging in paginators.items() if name.lower() == named), {})


def _listed(told: str | Sequence[str]) -> Sequence[str]:
    return [told] if isinstance(told, str) else told


@dataclass(frozen=True)
class Role:
    """A role in a member account, and how Polo calls itself there."""

    arn: str
    session_name: str
    external_id: str = ""


class Aws:
    """One account, through a profile or a role. May be used by many threads.

    profile: empty for the credentials that the process was started with.
    """

    def __init__(self, profile: str = "", *, who: str = "", limiter: Limiter = _limiter) -> None:
        self.profile = profile
        self._who = who
        self._key = profile
        self._named = profile
        self._limiter = limiter
        self._base: Aws | None = None  # whose credentials assume the role
        self._caller: Caller | None = None
        self._session = botocore.session.Session(session_vars={"region": REGION}, profile=profile or None)
        self._session.register_component("data_loader", _loader)
        self._clients: OrderedDict[tuple[str, str, Timeouts | None], Any] = OrderedDict()
        self._lock = threading.Lock()  # clients are safe to share, a session is not

    def assumed(self, account: Account, role: Role) -> Aws:
        """The way into `account` through its role, assumed with these credentials at the first call.

        An hour's credentials are renewed 10 to 15 minutes before they expire. A call that finds the role
        closed raises CollectError.
        """
        name = role.arn.rpartition("/")[2]
        way = Aws(self.profile, who=f"role {name} in {account.name}", limiter=self._limiter)
        way._key, way._named, way._base = account.id, account.name, self
        way._session.register_component("credential_provider", _Assumed(self, role))
        return way

    def account(self) -> Account:
        """The account that the credentials belong to; named as the profile, or as it was given with a role.

        Raises CollectError.
        """
        identity = self.source(GLOBAL).call("sts", "get_caller_identity") or {}
        id = str(identity["Account"])
        return Account(id, self._named or id)

    def regions(self) -> tuple[str, ...]:
        """The regions enabled in the account, sorted. Raises CollectError."""
        try:
            answer = self.source(GLOBAL).call("ec2", "describe_regions") or {}
        except CantAssume:
            raise
        except CollectError as error:
            if error.code not in DENIED:
                raise
            named = f"--regions {self.home()} is enough, and REGIONS for a deployed collection"
            raise type(error)(
                error.message, f"{named}; else {error.way_out}", error.code, error.action
            ) from None
        return tuple(sorted(region["RegionName"] for region in answer["Regions"]))

    def source(self, region: str) -> AwsSource:
        """What the collectors of one region read from; GLOBAL is asked in the profile's own region."""
        return AwsSource(self, self.home() if region == GLOBAL else region)

    def client(self, service: str, region: str) -> Any:
        """The client, made at most once while it is in use; each of its requests keeps to the rates."""
        allowed = timeouts()
        with self._lock:
            key = (service, region, allowed)
            if key in self._clients:
                self._clients.move_to_end(key)
                return self._clients[key]
            client = self._made(service, region, _config(service, allowed))
            # before the signature, which has the time in it; a retry is a request of its own
            client.meta.events.register_first("request-created", self._keep_rate(service, region))
            client.meta.events.register("response-received", _count_answer)
            refuse_what_is_not_whole(client)
            self._clients[key] = client
            if len(self._clients) > MOST_CLIENTS:
                self._clients.popitem(last=False)
            return client

    def _made(self, service: str, region: str, config: Config) -> Any:
        try:
            return self._session.create_client(service, region_name=region, config=config)
        except BotoCoreError:
            raise
        except ValueError as error:
            raise SettingsError(one_line(error), "set endpoint_url to https://...") from None

    def asked(self, service: str, operation: str, region: str) -> Asked:
        with self._lock:
            client = next((made for key, made in self._clients.items() if key[:2] == (service, region)), None)
        names = client.meta.method_to_api_mapping if client else {}
        return Asked(self.caller(), service, names.get(operation, operation), region)

    def caller(self) -> Caller:
        """Whose credentials these are: of what botocore's chain has found, not of what it might have."""
        if self._base:
            return Caller(self._who, self._base.caller().renew)
        with self._lock:
            if self._caller is None:
                try:
                    named = self.profile or self._session.get_config_variable("profile") or ""
                    profiles = self._session.full_config["profiles"]
                except BotoCoreError:  # a config that can't be read: the error itself says so
                    named, profiles = self.profile, {}
                self._caller = caller_of(self._found_by(), named, profiles, self._who)
            return self._caller

    def _found_by(self) -> str:
        """botocore's name of the way in which it found credentials, or tried to in vain; "" for none."""
        try:
            found = self._session.get_credentials()
        except BotoCoreError as error:
            return str(error.kwargs.get("provider", ""))
        return str(found.method) if found else ""

    def offers(self, service: str, region: str) -> bool:
        """Whether AWS has the service there, as botocore knows; yes where endpoint_url names another host."""
        with self._lock:
            made = next((made for key, made in self._clients.items() if key[:2] == (service, region)), None)
            partition = partition_of(region)
            known = self._session.get_available_regions(service, partition.id, allow_non_regional=True)
        host = urlsplit(made.meta.endpoint_url).hostname or "" if made else ""
        ours = not host or host.endswith((f".{partition.suffix}", DUAL_STACK))
        return not ours or region in known or any(name.endswith("-global") for name in known)

    def home(self) -> str:
        """The region of what is asked once."""
        try:
            with self._lock:
                return self._session.get_config_variable("region") or HOME_REGION
        except BotoCoreError as error:
            raise translate(error, Asked(self.caller(), "sts", "GetCallerIdentity")) from None

    def _keep_rate(self, service: str, region: str) -> Any:
        def keep_rate(operation_name: str, **_: Any) -> None:
            before = time.monotonic()
            self._limiter.before(self._key, region, service, operation_name)
            waited = time.monotonic() - before > A_MOMENT  # for its turn, and not for AWS
            count(calls=1, heard=waited)

        return keep_rate


@dataclass(frozen=True)
class AwsSource:
    """One account and region, as services.models.kit.base.Source wants it."""

    aws: Aws
    region: str

    def pages(self, call: Call, region: str | None = None) -> Iterator[Item]:
        with self._clear_errors(call.service, call.operation, region):
            pages = self._pages(call, region or self.region)
            while (page := in_time(lambda: next(pages, None))) is not None:
                yield page

    def _pages(self, call: Call, region: str) -> Iterator[Item]:
        client = self.aws.client(call.service, region)
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
                return in_time(lambda: self._answer(service, operation, region or self.region, parameters))
        except CollectError as error:
            if error.code in absent:
                return None
            raise

    def body(self, service: str, operation: str, **parameters: Any) -> Iterator[bytes]:
        """The body of an answer, piece by piece. Raises CollectError and NoAnswer, in the middle too."""
        with self._clear_errors(service, operation, None):
            answer = in_time(lambda: self._answer(service, operation, self.region, parameters))
            pieces = answer["Body"].iter_chunks(PIECE)
            while (piece := in_time(lambda: next(pieces, None))) is not None:
                yield piece

    def _answer(self, service: str, operation: str, region: str, parameters: Mapping[str, Any]) -> Item:
        answer: Item = getattr(self.aws.client(service, region), operation)(**parameters)
        return answer

    @contextmanager
    def _clear_errors(self, service: str, operation: str, region: str | None) -> Iterator[None]:
        try:
            yield
        except FAILURES as error:
            where = region or self.region
            told = translate(error, self.aws.asked(service, operation, where))
            if told.code in NO_ENDPOINT and not self.aws.offers(service, where):
                message = f"{service} is not offered in {where}"
                raise CollectError(message, code=NOT_OFFERED) from None
            raise told from None


@dataclass(frozen=True)
class _Assumed:
    """botocore's credential provider for a role."""

    base: Aws
    role: Role

    def load_credentials(self) -> Any:
        return DeferredRefreshableCredentials(self._assume, "assume-role")

    def _assume(self) -> dict[str, Any]:
        extra = {"ExternalId": self.role.external_id} if self.role.external_id else {}
        name = self.role.session_name
        try:
            answer = self.base.source(GLOBAL).call(
                "sts", "assume_role", RoleArn=self.role.arn, RoleSessionName=name, **extra
            )
        except CollectError as error:
            way_out = "deploy the role there, trusting this account with the same EXTERNAL_ID"
            why = error.message.rpartition("sts:AssumeRole")[2]  # what AWS says that denies it, if anything
            if error.code not in DENIED or (why and TRUST not in why):
                way_out = error.way_out
            raise CantAssume(f"can't assume {self.role.arn}: {error.message}", way_out, error.code) from None
        found = (answer or {})["Credentials"]
        return {
            "access_key": found["AccessKeyId"],
            "secret_key": found["SecretAccessKey"],
            "token": found["SessionToken"],
            "expiry_time": found["Expiration"].isoformat(),
        }


def _count_answer(parsed_response: Any, response_dict: Any = None, **_: Any) -> None:
    """botocore asks again by itself, so that most throttles are seen nowhere else.

    After a connection that failed it comes here too, without an answer.
    """
    if response_dict is not None:
        count(heard=True)
    code = ((parsed_response or {}).get("Error") or {}).get("Code")
    if code in TOO_MANY or (response_dict or {}).get("status_code") == 429:
        count(throttles=1)


def _config(service: str, allowed: Timeouts | None) -> Config:
    """A fresh one for each client: botocore changes its retries in place.

    STS is asked first: what can't be reached is told soon, what throttles later is tried for long. A local
    AWS has no host for S3 Control. allowed: what a request has time for, None where nobody waits.
    """
    patient = Timeouts(5, 30, {"sts": 4, "s3control": 3}.get(service, 9))
    return Config(
        retries={"mode": "standard", "total_max_attempts": (allowed or patient).attempts},
        max_pool_connections=32,
        connect_timeout=(allowed or patient).connect,
        read_timeout=(allowed or patient).read,
        user_agent_extra="polo",
    )
