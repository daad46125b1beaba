"""Where a task works: an environment, its stack, and the account that the profile leads to."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from errors import SettingsError
from services.cloud.aws import Aws, AwsSource, profiles
from services.models.kit.scope import GLOBAL, Account
from tooling.environments import Environment, environment
from tooling.local import accounts
from tooling.local.aws import LocalAws
from tooling.names import one_of

STACK = "PoloStack"
PIPELINE = "PoloPipeline"
ROLES = ("PoloDestination", "PoloCostReader")  # stacks of other accounts
STACKS = (STACK, *ROLES, PIPELINE)


@dataclass(frozen=True)
class Target:
    """An environment in an account. variables: what the CDK's processes need to reach it.

    url: of the local AWS, empty for AWS itself. kind: which of STACKS.
    """

    environment: Environment
    aws: Aws
    variables: Mapping[str, str] = field(default_factory=dict)
    url: str = ""
    kind: str = STACK

    @property
    def name(self) -> str:
        return self.environment.name

    @property
    def stack(self) -> str:
        return f"{self.name}-{STACK}" if self.kind == STACK else self.kind

    @property
    def selector(self) -> str:
        """How the CDK's command line names the stack."""
        return f"{self.name}/{STACK}" if self.kind == STACK else self.kind

    @property
    def source(self) -> AwsSource:
        return self.aws.source(GLOBAL)

    @property
    def options(self) -> str:
        """The options that lead a task here again."""
        profile = "" if self.url or not self.aws.profile else f" -p {self.aws.profile}"
        return f"-e {self.name}{profile}"

    def account(self) -> Account:
        """Raises CollectError, which tells how to log in when the credentials are missing or expired."""
        return self.aws.account()

    def function(self, name: str) -> str:
        """The deployed name of a function, such as PoloFunction."""
        return f"{self.name}-{name}"

    def call(self, service: str, operation: str, **parameters: Any) -> dict[str, Any]:
        """An answer in the account and region of the stack. Raises CollectError."""
        return dict(self.source.call(service, operation, **parameters) or {})


def target(root: Path, name: str, profile: str = "", stack: str = STACK) -> Target:
    """The target of these options. Raises UnknownName, SettingsError, PoloError when a local AWS is down."""
    chosen = environment(name)
    stack = one_of("stack", stack, STACKS)
    if chosen.local and stack != STACK:
        raise SettingsError(f"{stack} is none of the local AWS's", "inv deploy -e local makes all it needs")
    if chosen.local:
        return _local(root, chosen, profile)
    profile = check_profile(profile)
    aws = Aws(profile)
    given = {"AWS_PROFILE": profile} if profile else {}
    return Target(chosen, aws, given | {"AWS_REGION": aws.home()}, kind=stack)


def check_profile(profile: str) -> str:
    """The profile as the AWS config spells it; "" for none. Raises UnknownName, SettingsError."""
    return one_of("profile", profile, profiles()) if profile else ""


def _local(root: Path, chosen: Environment, profile: str) -> Target:
    if profile:
        raise SettingsError(f"profile {profile!r} leads to AWS, not to the local one", "leave -p out")
    local = LocalAws.of(root)
    local.require()
    os.environ.update(accounts.variables(local.url, local.folder))
    keys = accounts.keys(accounts.HOME.id)
    return Target(chosen, Aws(accounts.HOME.name), keys, local.url)
