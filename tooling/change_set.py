"""A change set of a stack: made by the CDK, looked at, then executed or thrown away."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tooling.stack import Stack, Tell
from tooling.stack_changes import Change, change_of

NAME = "polo-deploy"
ABSENT = ("ChangeSetNotFound", "ChangeSetNotFoundException", "ValidationError")


@dataclass(frozen=True)
class ChangeSet:
    """The one that `inv deploy` makes of a stack."""

    stack: Stack
    name: str = NAME

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

    def _call(self, operation: str, absent: tuple[str, ...] = ()) -> None:
        names = {"StackName": self.stack.name, "ChangeSetName": self.name}
        self.stack.cloud.call("cloudformation", operation, absent=absent, **names)
