"""`inv deploy -e local`: a whole AWS on this machine, with member accounts that Polo collects."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from errors import PoloError
from services.cloud.aws import Aws
from services.models.kit.scope import GLOBAL, Account
from tooling.blocks.variables import DEFAULTS
from tooling.deploy import cdk, destination, local_resources
from tooling.deploy.deploy import Deployed, Order, deploy, stack_named, stack_of
from tooling.deploy.deployed_functions import invoke
from tooling.deploy.record import releases_at
from tooling.deploy.stack import Stack, Tell
from tooling.environments import environment
from tooling.local.accounts import EXTERNAL_ID, HOME, MEMBERS, NOT_HERE
from tooling.local.aws import LocalAws
from tooling.local.target import Target

COLLECTED = 300.0  # seconds
PAUSE = 0.2
SCHEDULED = {"source": "aws.events", "detail-type": "Scheduled Event"}
MESSAGES = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible")


def start(root: Path, name: str, tell: Tell = print) -> None:
    """Start the local AWS if the environment of that name is there. Raises UnknownName, PoloError."""
    if environment(name).local:
        tell(LocalAws.of(root).start())


def deploy_local(root: Path, order: Order, build: Callable[[], object], tell: Tell = print) -> Deployed:
    """Deploy to the local AWS, which runs; on its first time, make and fill the member accounts too.

    build: makes the zip. Every step is told with the seconds it took. Raises PoloError.
    """
    target, steps = order.target, Steps(tell)
    _begin_anew(root, target, tell)
    with ThreadPoolExecutor(2) as pool:
        bootstrapped = pool.submit(_bootstrap, root, target)
        filled = pool.submit(_fill)
        app = order.app or _made(root, target, steps, build)
        with steps("bootstrap, and resources in the member accounts"):
            _wait(bootstrapped, filled)
    with steps("the role in each of them"):
        for member in MEMBERS:
            _let_in(app, target, member)
    with steps("deployment, smoke test"):
        done = deploy(root, order, str)
    if not done.verdict.failed:
        _collect(target, steps)
    return done


def _made(root: Path, target: Target, steps: Steps, build: Callable[[], object]) -> Path:
    with steps("zip"):
        build()
    with steps("synthesis"):
        return cdk.assembly(root, target.environment)


def _collect(target: Target, steps: Steps) -> None:
    """Run what the schedules would: they wait for their first hour."""
    steps.note(f"not collected, for the local AWS lacks their services: {', '.join(NOT_HERE)}")
    with steps("collection: dispatcher, queue, workers"):
        invoke(target, "SyncFunction", SCHEDULED)
        until_worked(target)
    with steps("snapshot of Everything"):
        invoke(target, "SnapshotFunction", SCHEDULED)
    with steps("Cloud Cop's patrol"):
        invoke(target, "CopFunction", SCHEDULED)
    with steps("today's reports"):
        invoke(target, "ReportFunction", SCHEDULED)


class Steps:
    """Tells each step as it ends, with its seconds."""

    def __init__(self, tell: Tell, clock: Callable[[], float] = time.monotonic) -> None:
        self.note, self._clock = tell, clock

    @contextmanager
    def __call__(self, what: str) -> Iterator[None]:
        before = self._clock()
        yield
        self.note(f"{self._clock() - before:5.1f} s  {what}")


def _bootstrap(root: Path, target: Target) -> None:
    if not stack_named(target, cdk.TOOLKIT).status():
        cdk.bootstrap(root, target)


def _fill() -> None:
    for member in MEMBERS:
        if not _role_stack(member).status():
            local_resources.fill(member)


def _begin_anew(root: Path, target: Target, tell: Tell) -> None:
    """Empty a local AWS whose accounts an interrupted deployment has left half made.

    What is missing of them can't be told from what is there. Raises PoloError when more would be lost.
    """
    if not any(map(_half_made, MEMBERS)):
        return
    if stack_of(target).status() or releases_at(target).ids():
        raise PoloError(
            "an interrupted deployment has left the local accounts half made",
            "inv aws reset, which empties the local AWS with its releases, then inv deploy -e local",
        )
    tell(f"an interrupted deployment has left accounts half made: {LocalAws.of(root).reset()}")


def _half_made(member: Account) -> bool:
    """The role is what `fill` begins with, and the stack is what follows it."""
    role = {"RoleName": local_resources.ROLE_NAME}
    begun = Aws(member.name).source(GLOBAL).call("iam", "get_role", absent=("NoSuchEntity",), **role)
    return bool(begun) and not _role_stack(member).status()


def _let_in(app: Path, target: Target, member: Account) -> None:
    role = DEFAULTS["DESTINATION_ROLE_NAME"]
    template = (app / f"{destination.STACK}.template.json").read_text(encoding="utf-8")
    destination.put(template, _role_stack(member), HOME.id, EXTERNAL_ID, role, str)
    destination.try_role(target.aws, member, EXTERNAL_ID, role)


def _role_stack(member: Account) -> Stack:
    return Stack(destination.STACK, Aws(member.name).source(GLOBAL), pause=PAUSE)


def until_worked(target: Target) -> None:
    """Wait until the queue is empty and nobody works at a message. Raises PoloError."""
    url = target.call("sqs", "get_queue_url", QueueName=f"{target.name}-sync")["QueueUrl"]
    deadline = time.monotonic() + COLLECTED
    while time.monotonic() < deadline:
        found = target.call("sqs", "get_queue_attributes", QueueUrl=url, AttributeNames=[*MESSAGES])
        if not any(int(found["Attributes"][name]) for name in MESSAGES):
            return
        time.sleep(PAUSE)
    raise PoloError(
        "the collection is not done after 5 minutes", f"inv logs -f SyncFunction {target.options}"
    )


def _wait(*futures: Future[None]) -> None:
    for each in futures:
        each.result()
