"""`inv destroy`: delete an environment, after its name has been typed."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from errors import PoloError
from services.cloud.aws import AwsSource
from services.cloud.bucket import Bucket
from tooling.deploy.deploy import refuse_busy, stack_of
from tooling.deploy.record import releases_at
from tooling.deploy.stack import Stack, Tell
from tooling.local.aws import LocalAws
from tooling.local.target import Target
from tooling.release.store import forget

BUCKET, TABLE = "AWS::S3::Bucket", "AWS::DynamoDB::Table"


def destroy(
    root: Path, target: Target, *, force: bool, tell: Tell = print, ask: Callable[[str], str] = input
) -> None:
    """Delete the stack; prod's tables stay. A local AWS is empty and stopped then. Raises PoloError.

    What ran there is forgotten too: the page of deployments must not show what is gone.

    force: do not ask for the name.
    """
    stack = stack_of(target)
    if not target.url:
        target.account()
    if not stack.status() and not target.url:
        raise PoloError(f"{stack.name} is not deployed", f"inv deploy {target.options}")
    if stack.status() != "DELETE_FAILED":
        refuse_busy(target, stack)
    if not force:
        _confirm(target, ask)
    kept = [name for name in _resources(stack, TABLE) if target.environment.keeps]
    empty_and_delete(stack, target.source, tell)
    for name in kept:
        tell(f"{name} stays; inv deploy {target.options} takes it over")
    if target.url:
        tell(LocalAws.of(root).stop())  # what it holds ends with it: member accounts, bootstrap
    else:
        tell(f"{stack.name} is deleted")
        forget(releases_at(target), target.name)


def empty_and_delete(stack: Stack, source: AwsSource, tell: Tell) -> None:
    """Delete the stack and wait until it is gone, with all that is in its buckets. Raises PoloError."""
    for name in _resources(stack, BUCKET):  # all that is in it is made from the tables
        bucket = Bucket(name, source)
        bucket.delete(bucket.objects(""))
    stack.delete(tell)


def _confirm(target: Target, ask: Callable[[str], str]) -> None:
    what = f"everything of {target.stack} in {target.account().id} would be deleted"
    if not sys.stdin.isatty():
        raise PoloError(what, "run it on a terminal, which asks, or with --force")
    if ask(f"{what}. Type {target.name} to go on: ").strip() != target.name:
        raise PoloError("that is not its name: nothing was deleted")


def _resources(stack: Stack, type: str) -> Iterator[str]:
    """The physical names of the stack's resources of a type."""
    token: dict[str, str] = {}
    while True:
        page = stack.cloud.call(
            "cloudformation",
            "list_stack_resources",
            absent=("ValidationError",),
            StackName=stack.name,
            **token,
        )
        for each in (page or {}).get("StackResourceSummaries", ()):
            if each["ResourceType"] == type and each["ResourceStatus"] != "DELETE_COMPLETE":
                yield str(each["PhysicalResourceId"])
        if not page or not page.get("NextToken"):
            return
        token = {"NextToken": page["NextToken"]}
