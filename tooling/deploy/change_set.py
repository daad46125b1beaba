"""A change set of a stack: made by the CDK, looked at, then executed or thrown away."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from errors import PoloError
from services.models.kit.values import Item
from tooling.deploy.stack import Stack, Tell
from tooling.deploy.stack_changes import Change, change_of

NAME = "polo-deploy"
LONGEST = 300.0  # seconds that CloudFormation may think
ABSENT = ("ChangeSetNotFound", "ChangeSetNotFoundException", "ValidationError")


@dataclass(frozen=True)
class ChangeSet:
    """The one that `inv deploy` makes of a stack."""

    stack: Stack
    name: str = NAME

    def create(self, template: str, parameters: Mapping[str, str]) -> None:
        """Make it of a template without assets, unless there is nothing to change. Raises PoloError."""
        there = self.stack.status() not in ("", "REVIEW_IN_PROGRESS")
        self._call(
            "create_change_set",
            ChangeSetType="UPDATE" if there else "CREATE",
            TemplateBody=template,
            Capabilities=["CAPABILITY_NAMED_IAM"],
            Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()],
        )
        found = self._made()
        why = str(found.get("StatusReason", ""))
        if found["Status"] == "FAILED" and not re.search("didn't contain changes|No updates", why):
            self.discard()
            raise PoloError(f"the change set of {self.stack.name} can't be made: {why}")

    def changes(self) -> tuple[Change, ...]:
        """What it would do; empty when nothing, or when there is none."""
        return tuple(self._changes())

    def execute(self, tell: Tell) -> None:
        """Do it, and wait until the stack is at rest. Raises PoloError when it is rolled back."""
        seen = {event.id for event in self.stack.events()}
        self._call("execute_change_set")
        self.stack.succeed(self.stack.follow(tell, seen))

    def forget(self) -> None:
        """Delete it, if it is there: one that an interrupted deployment has left would be of other code."""
        self._call("delete_change_set", absent=ABSENT)

    def discard(self) -> None:
        """Delete it, and a stack that exists for nothing else."""
        self.forget()
        if self.stack.status() == "REVIEW_IN_PROGRESS":
            self.stack.cloud.call("cloudformation", "delete_stack", StackName=self.stack.name)

    def _changes(self) -> Iterator[Change]:
        token: dict[str, str] = {}
        while True:
            page = self.stack.cloud.call(
                "cloudformation",
                "describe_change_set",
                absent=ABSENT,
                StackName=self.stack.name,
                ChangeSetName=self.name,
                **token,
            )
            yield from map(change_of, (page or {}).get("Changes", ()))
            if not page or not page.get("NextToken"):
                return
            token = {"NextToken": page["NextToken"]}

    def _made(self) -> Item:
        """It, when CloudFormation has worked it out. Raises PoloError when that takes too long."""
        deadline = self.stack.clock() + LONGEST
        while True:
            found = self._call("describe_change_set")
            if found["Status"] in ("CREATE_COMPLETE", "FAILED"):
                return found
            if self.stack.clock() > deadline:
                raise PoloError(f"the change set of {self.stack.name} is not made after {LONGEST:.0f} s")
            self.stack.sleep(self.stack.pause)

    def _call(self, operation: str, absent: tuple[str, ...] = (), **given: Any) -> Item:
        names = {"StackName": self.stack.name, "ChangeSetName": self.name}
        return self.stack.cloud.call("cloudformation", operation, absent=absent, **names, **given) or {}
