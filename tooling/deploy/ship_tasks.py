"""The tasks that ship: each is thin, and imports what it needs when it is called."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from invoke.context import Context
from invoke.exceptions import Exit

from tooling.dot_env import read_dot_env
from tooling.polo_task import ROOT, changes, reads

if TYPE_CHECKING:
    from tooling.deploy.deploy import Order

PROFILE = "profile of the AWS config; by default the shell's"
ENV = "environment: local, dev, staging, prod or pr-<n>"


@changes("make lambda_deployment.zip", name="zip")
def zip_(c: Context) -> None:
    """Make lambda_deployment.zip: what ships to Lambda, the same bytes from the same inputs."""
    with told():
        _zip(parts=True)


@changes(
    "make lambda_deployment.zip, and let SAM build template.yaml with it",
    help={"profile": "profile of the AWS config that SAM is to use"},
)
def build(c: Context, profile: str = "") -> None:
    """Make the zip, then let SAM build template.yaml with it as it is."""
    from tooling.blocks.blocks import read_functions
    from tooling.deploy import sam
    from tooling.local.target import check_profile

    with told():
        profile = check_profile(profile)
        _zip(parts=True)
        sam.build(ROOT, profile)
        print(sam.next_step(read_functions(ROOT), os.environ))


@changes("make the CDK's bucket and roles in that account and region", help={"profile": PROFILE, "env": ENV})
def bootstrap(c: Context, profile: str = "", env: str = "dev") -> None:
    """Prepare an account and region for deployments: a bucket and roles, once."""
    from tooling.deploy import cdk
    from tooling.local.target import target

    with told():
        here = target(ROOT, env, profile)
        account = here.account()
        cdk.bootstrap(ROOT, here)
        print(f"{account.id} is ready for deployments in {here.aws.home()}")


@changes(
    "build, and bring the stack up to date",
    help={
        "profile": PROFILE,
        "env": ENV,
        "stack": "PoloStack; or, beside an environment's: PoloDestination, PoloCostReader, PoloPipeline",
        "home": "for a role: profile of the account that Polo is deployed in; by default the shell's",
        "exclusively": "leave out stacks that this one depends on",
        "dry-run": "show what would change, and change nothing",
        "yes": "do not ask, whatever would be replaced or removed",
        "release": "the very bytes of a stored release (inv releases); by default what the checkout makes",
    },
)
def deploy(
    c: Context,
    env: str,
    profile: str = "",
    stack: str = "PoloStack",
    exclusively: bool = False,
    dry_run: bool = False,
    yes: bool = False,
    release: str = "",
    home: str = "",
) -> None:
    """Build the zip, show what would change, deploy it, and see that it works."""
    from tooling.deploy.deploy import Order
    from tooling.deploy.local import start
    from tooling.local.target import STACK, target

    with told():
        if stack == STACK and not profile:  # a profile never leads to the local AWS
            start(ROOT, env)
        order = Order(target(ROOT, env, profile, stack), dry_run=dry_run, yes=yes, exclusively=exclusively)
        if stack == STACK:
            _deploy(order, release)
        else:
            _deploy_other(order, release, home)


@changes(
    "delete the environment and what it has stored; only prod's tables stay",
    help={
        "profile": PROFILE,
        "env": ENV,
        "force": "do not ask for the name; dev, staging, pr-<n>: what they have stored goes as well",
    },
)
def destroy(c: Context, env: str, profile: str = "", force: bool = False) -> None:
    """Delete an environment; prod's tables stay, and its next deployment takes them over."""
    from tooling.deploy.destroy import destroy
    from tooling.local.target import target

    with told():
        destroy(ROOT, target(ROOT, env, profile), force=force)


@changes(
    "remove what killed runs of tests have left",
    help={
        "profile": "look in the account of this profile; by default on this machine",
        "force": "do not ask",
    },
)
def sweep(c: Context, profile: str = "", force: bool = False) -> None:
    """List what killed runs of tests have left, and remove it."""
    from tooling.deploy.sweep import sweep

    with told():
        sweep(ROOT, profile, force=force)


@reads("ask CloudFormation for the stack's outputs", help={"profile": PROFILE, "env": ENV})
def outputs(c: Context, env: str, profile: str = "") -> None:
    """Print a stack's outputs, such as the console's address."""
    from tooling.deploy.deploy import outputs
    from tooling.local.target import target

    with told():
        for name, value in outputs(target(ROOT, env, profile)).items():
            print(f"{name} = {value}")


@reads("ask CloudFormation for the stack's events until it is at rest", help={"profile": PROFILE, "env": ENV})
def events(c: Context, env: str, profile: str = "") -> None:
    """Follow the stack's events until it is at rest."""
    from tooling.deploy.deploy import follow
    from tooling.local.target import target

    with told():
        print(follow(target(ROOT, env, profile)))


@reads(
    "ask CloudWatch Logs for the function's log",
    positional=["name"],
    help={
        "name": "its name: PoloFunction, SyncFunction, ... or function, sync, ...",
        "profile": PROFILE,
        "env": ENV,
        "follow": "go on until Ctrl-C",
    },
)
def logs(c: Context, env: str, name: str, follow: bool = False, profile: str = "") -> None:
    """Print the last ten minutes of a deployed function's log, and follow it with -f."""
    from tooling.deploy.function_logs import logs
    from tooling.local.target import target

    with told():
        logs(ROOT, target(ROOT, env, profile), name, follow=follow)


@changes(
    "add or remove an account that Polo collects, with the role in it",
    help={
        "action": "add, list or remove",
        "profile": "profile of that account",
        "name": "how Polo calls it; for add by default as the profile",
        "home": "add: profile of the account that Polo is deployed in; by default the shell's",
    },
)
def account(c: Context, action: str, profile: str = "", name: str = "", home: str = "") -> None:
    """Add, list or remove the accounts that Polo collects from."""
    from tooling.deploy import member_accounts
    from tooling.names import one_of

    with told():
        action = one_of("action", action, ("add", "list", "remove"))
        if action == "add":
            member_accounts.add(ROOT, profile, name, home)
        elif action == "remove":
            member_accounts.remove(ROOT, name, profile)
        else:
            print("\n".join(f"{each.id}  {each.name}" for each in member_accounts.accounts()) or "none")


def _deploy(order: Order, release: str) -> None:
    from tooling.deploy.deploy import check, conclude, deploy
    from tooling.deploy.local import deploy_local
    from tooling.deploy.record import carry_out, of_release, releases_at

    here = order.target
    check(ROOT, here)
    found = releases_at(here)
    if release:
        order = of_release(ROOT, order, found, release)
    elif order.dry_run or not here.url:
        _zip()
    if order.dry_run:
        deploy(ROOT, order)
    elif here.url:
        conclude(here, carry_out(ROOT, order, found, lambda order: deploy_local(ROOT, order, _zip)))
    else:
        conclude(here, carry_out(ROOT, order, found, lambda order: deploy(ROOT, order)))


def _deploy_other(order: Order, release: str, home: str) -> None:
    from tooling.deploy.other_stacks import deploy_other
    from tooling.local.target import PIPELINE

    if release:
        raise Exit(f"--release {release}: {order.target.stack} is in no release; leave --release out")
    if order.target.stack == PIPELINE:
        _zip()
    deploy_other(ROOT, order, home)


def _zip(*, parts: bool = False) -> None:
    from tooling.zip.build import NO_BYTECODE, build

    built = build(ROOT)
    print(built if parts else str(built).splitlines()[0])
    if not built.python:
        print(NO_BYTECODE, file=sys.stderr)


@contextmanager
def told() -> Iterator[None]:
    """With the variables of .env; how it ends is what every task's ending is."""
    read_dot_env(ROOT)
    yield
