"""`inv deploy`: show what would change, ask about what would be lost, do it, and see that it works."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from errors import PoloError
from tooling.blocks.blocks import read_functions
from tooling.blocks.deployment import parameter_values
from tooling.blocks.variables import parameter_name
from tooling.deploy import cdk
from tooling.deploy.api_stage import URL, let_in
from tooling.deploy.change_set import ChangeSet
from tooling.deploy.smoke import Verdict, smoke
from tooling.deploy.stack import Stack, Tell
from tooling.deploy.stack_changes import Change, show
from tooling.local.accounts import settings as local_settings
from tooling.local.target import Target

SHOWN = 20  # events of the past
BUSY = "_IN_PROGRESS"
STUCK = {
    "UPDATE_ROLLBACK_FAILED": "aws cloudformation continue-update-rollback --stack-name {stack}",
    "DELETE_FAILED": "inv destroy {options}",
    "ROLLBACK_FAILED": "inv destroy {options}",
}


@dataclass(frozen=True)
class Order:
    """What is asked for. yes: lose what would be lost without being asked.

    release, app: id and assembly of a stored release; without, the checkout is deployed. tags: of the stack
    and all in it.
    """

    target: Target
    dry_run: bool = False
    yes: bool = False
    exclusively: bool = False
    ask: Callable[[str], str] = input
    release: str = ""
    app: Path | None = None
    tags: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Deployed:
    """url: where the console is; empty after a dry run."""

    url: str
    verdict: Verdict


def check(root: Path, target: Target) -> None:
    """Refuse early what would be refused late. Raises PoloError, and CollectError with how to log in."""
    _parameters(root, target, "")
    target.account()


def deploy(root: Path, order: Order, tell: Tell = print) -> Deployed:
    """Deploy the release, or the zip as it is built. Raises PoloError; then the stack is as it was before."""
    target, release = order.target, order.release or cdk.version(root)
    stack = stack_of(target)
    parameters = _parameters(root, target, release)
    app = order.app or cdk.assembly(root, target.environment)
    if order.app:
        parameters = _known_to(app, target, parameters)
    refuse_busy(target, stack)
    refuse_without_bootstrap(target)
    changes = ChangeSet(stack)
    changes.forget()
    cdk.prepare(root, target, app, parameters, exclusively=order.exclusively, tags=order.tags)
    try:
        make(changes, order, tell)
    except PoloError as error:
        if not order.dry_run:  # rolled back, the stage is at the deployment that CloudFormation made last
            let_in(target, stack, tell, after=error)
        raise
    if order.dry_run:
        return Deployed("", Verdict())
    let_in(target, stack, tell)
    url = console_url(target)
    return Deployed(url, smoke(target, url, release))


def make(changes: ChangeSet, order: Order, tell: Tell) -> None:
    """Show what a change set would do, ask about what would be lost, and do it. Raises PoloError."""
    target, found = order.target, changes.changes()
    for line in show(found):
        tell(line)
    if order.dry_run:
        changes.discard()
        tell(f"{len(found)} changes to {target.stack}; nothing was changed")
    elif found:
        try:
            allow(found, order)
        except BaseException:
            changes.discard()
            raise
        _execute(changes, target, tell)
    else:
        changes.discard()
        tell(f"{target.stack} is up to date")


def refuse_without_bootstrap(target: Target) -> None:
    """Raises PoloError when the CDK has nothing to deploy with there."""
    if not stack_named(target, cdk.TOOLKIT).status():
        # a deployment to the local AWS bootstraps by itself; only a dry run of the first comes here
        way_out = f"inv {'deploy' if target.url else 'bootstrap'} {target.options}"
        raise PoloError(f"{target.account().id} is not bootstrapped in {target.aws.home()}", way_out)


def conclude(target: Target, deployed: Deployed, tell: Tell = print) -> None:
    """Tell how the smoke test went and where the console is. Raises PoloError when the release is no good."""
    for note in deployed.verdict.notes:
        tell(f"smoke test: {note}")
    if deployed.verdict.failed:
        raise PoloError(
            f"the smoke test failed: {deployed.verdict.failed}; it stays, for no stored release ran before",
            f"check out the commit that worked, and inv deploy {target.options}; what inv push has stored is"
            " taken back by itself",
        )
    if deployed.url:
        tell(deployed.url)


def outputs(target: Target) -> dict[str, str]:
    """What the stack tells, and where the console is. Raises PoloError when it is not deployed."""
    return {**stack_of(target).outputs(), URL: console_url(target)}


def follow(target: Target, tell: Tell = print) -> str:
    """Tell the stack's last events, then new ones until it is at rest; its status. Raises PoloError."""
    stack = stack_of(target)
    past = stack.events()
    for event in past[-SHOWN:]:
        tell(str(event))
    status = stack.follow(tell, {event.id for event in past})
    if not status:
        raise PoloError(f"{stack.name} is not deployed", f"inv deploy {target.options}")
    return f"{stack.name} is {status}"


def console_url(target: Target) -> str:
    """Where the console is, with a slash at the end. Raises PoloError when it is not deployed."""
    url = stack_of(target).outputs()[URL]
    if not target.url:
        return url
    api = url.split("//")[1].split(".")[0]
    here = urlsplit(target.url)
    return f"{here.scheme}://{api}.execute-api.localhost:{here.port}/{target.name}/"


def stack_of(target: Target) -> Stack:
    return stack_named(target, target.stack)


def stack_named(target: Target, name: str) -> Stack:
    """A stack where the target is; a local AWS is looked at more often."""
    return Stack(name, target.source, pause=0.2 if target.url else 2.0)


def refuse_busy(target: Target, stack: Stack) -> None:
    """Raises PoloError when the stack is being changed already, or is stuck."""
    status = stack.status()
    if status.endswith(BUSY) and status != "REVIEW_IN_PROGRESS":
        raise PoloError(
            f"{stack.name} is {status}: another change is under way",
            f"inv events {target.options}, and again when it is at rest",
        )
    if status in STUCK:
        way_out = STUCK[status].format(stack=stack.name, options=target.options)
        raise PoloError(f"{stack.name} is {status}", f"{way_out}, then again")


def allow(changes: Sequence[Change], order: Order) -> None:
    """Ask on the terminal about what would be lost. Raises PoloError unless the answer is yes."""
    lost = sum(change.loses for change in changes)
    if not lost or order.yes or order.target.environment.local:
        return
    what = f"{lost} of {len(changes)} changes to {order.target.stack} replace or remove something (marked !)"
    if not sys.stdin.isatty():
        raise PoloError(what, "deploy on a terminal, which asks, or with --yes")
    if order.ask(f"{what}. Go on? [y/N] ").strip().lower() not in ("y", "yes"):
        raise PoloError("nothing was changed")


def _execute(changes: ChangeSet, target: Target, tell: Tell) -> None:
    try:
        changes.execute(tell)
    except KeyboardInterrupt:
        raise PoloError(
            f"left while {target.stack} is being changed: AWS goes on by itself",
            f"inv events {target.options}, then inv deploy {target.options} again",
        ) from None


def _parameters(root: Path, target: Target, release: str) -> dict[str, str]:
    """Of the stack that the checkout makes."""
    environ = {**_given(target), "RELEASE": release}
    return parameter_values(read_functions(root), target.environment, environ)


def _known_to(app: Path, target: Target, values: Mapping[str, str]) -> dict[str, str]:
    """Those of the stack in a release: it may know some no more, or still know others."""
    given = {parameter_name(name): value for name, value in _given(target).items()} | dict(values)
    return {name: given[name] for name in cdk.parameters(app, target.environment) if name in given}


def _given(target: Target) -> Mapping[str, str]:
    """A local environment knows nothing of .env, which is about real accounts."""
    return local_settings() if target.environment.local else os.environ
