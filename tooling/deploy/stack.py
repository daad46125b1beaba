"""A CloudFormation stack: what it says of itself, and its changes while they happen."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from errors import PoloError
from services.models.kit.values import Item

NO_SUCH_STACK = ("ValidationError",)
FAILED = ("FAILED", "ROLLBACK_COMPLETE")  # UPDATE_ROLLBACK_COMPLETE too: what was asked for is not there
LONGEST = 3600.0  # seconds that a change may take
AWAY = "DELETE_COMPLETE"
NO_TAGS: Mapping[str, str] = {}
Tell = Callable[[str], object]


class Cloud(Protocol):
    """services.cloud.aws.AwsSource, as far as stacks need it."""

    def call(
        self, service: str, operation: str, *, absent: tuple[str, ...] = (), **_: Any
    ) -> Item | None: ...


@dataclass(frozen=True)
class Event:
    """One line of a stack's history; reason: empty where there is none."""

    id: str
    time: datetime
    status: str
    type: str
    name: str
    reason: str

    def __str__(self) -> str:
        reason = f"  {' '.join(self.reason.split())}" if self.reason else ""
        return f"{self.time:%H:%M:%S}  {self.status:<28} {self.type:<34} {self.name}{reason}"


@dataclass(frozen=True)
class Stack:
    """name: or its id, by which a deleted stack is found. pause: seconds between two looks."""

    name: str
    cloud: Cloud
    pause: float = 1.0
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic

    def describe(self) -> Item | None:
        """As CloudFormation describes it; None when there is no such stack."""
        answer = self.cloud.call(
            "cloudformation", "describe_stacks", absent=NO_SUCH_STACK, StackName=self.name
        )
        return answer["Stacks"][0] if answer else None

    def status(self) -> str:
        """Such as UPDATE_COMPLETE; empty when there is none."""
        found = self.describe()
        return str(found["StackStatus"]) if found else ""

    def outputs(self) -> dict[str, str]:
        """Output -> value. Raises PoloError when there is no such stack."""
        found = self.describe()
        if found is None:
            raise PoloError(f"{self.name} is not deployed", "inv deploy")
        return {each["OutputKey"]: each["OutputValue"] for each in found.get("Outputs", ())}

    def parameters(self) -> dict[str, str]:
        """Parameter -> value of what runs; empty when there is no such stack."""
        found = self.describe() or {}
        return {each["ParameterKey"]: each["ParameterValue"] for each in found.get("Parameters", ())}

    def events(self) -> list[Event]:
        """All that is told, oldest first; empty when there is no such stack."""
        return sorted(self._events(), key=lambda event: event.time)

    def follow(self, tell: Tell, seen: set[str], longest: float = LONGEST) -> str:
        """Tell each event that is not in `seen` until the stack is at rest; its status then.

        Raises PoloError when it is not at rest after `longest` seconds.
        """
        deadline = self.clock() + longest
        while True:
            status = self.status()
            for event in self.events():
                if event.id not in seen:
                    seen.add(event.id)
                    tell(str(event))
            if not status.endswith("_IN_PROGRESS") or status == "REVIEW_IN_PROGRESS":
                return status
            if self.clock() > deadline:
                raise PoloError(f"{self.name} is {status} after {longest / 60:.0f} minutes", "inv events")
            self.sleep(self.pause)

    def delete(self, tell: Tell) -> None:
        """Delete it and wait until it is gone. Raises PoloError when CloudFormation can't."""
        found = self.describe()
        if found is None:
            return
        gone = Stack(str(found["StackId"]), self.cloud, self.pause, self.sleep, self.clock)
        seen = {event.id for event in gone.events()}
        self.cloud.call("cloudformation", "delete_stack", StackName=gone.name)
        status = gone.follow(tell, seen)
        if status not in ("", AWAY):
            raise PoloError(
                f"{self.name} is not deleted: {status}", "see the events above, mend it, and again"
            )

    def create(
        self,
        template: str,
        parameters: Mapping[str, str],
        tell: Tell,
        tags: Mapping[str, str] = NO_TAGS,
    ) -> None:
        """Make it, or bring it up to date, from a template without assets; wait until that is done.

        Raises PoloError, CollectError.
        """
        arguments = {
            "StackName": self.name,
            "TemplateBody": template,
            "Capabilities": ["CAPABILITY_NAMED_IAM"],
            "Parameters": [
                {"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()
            ],
            **({"Tags": [{"Key": key, "Value": value} for key, value in tags.items()]} if tags else {}),
        }
        if self.status() == "ROLLBACK_COMPLETE":  # a first creation that failed: only to be deleted
            self.delete(tell)
        there, seen = bool(self.status()), {event.id for event in self.events()}
        # an update without changes is a ValidationError too
        self.cloud.call(
            "cloudformation",
            "update_stack" if there else "create_stack",
            absent=NO_SUCH_STACK if there else (),
            **arguments,
        )
        self.succeed(self.follow(tell, seen))

    def succeed(self, status: str) -> None:
        """Raises PoloError unless this status says that what was asked for is there."""
        if not status or status.endswith(FAILED):
            raise PoloError(
                f"{self.name} is {status or 'gone'}: nothing of this change stays",
                "see the events, mend it, and deploy again",
            )

    def _events(self) -> Iterator[Event]:
        token: dict[str, str] = {}
        while True:
            page = self.cloud.call(
                "cloudformation",
                "describe_stack_events",
                absent=NO_SUCH_STACK,
                StackName=self.name,
                **token,
            )
            yield from map(_event, (page or {}).get("StackEvents", ()))
            if not page or not page.get("NextToken"):
                return
            token = {"NextToken": page["NextToken"]}


def _event(found: Item) -> Event:
    return Event(
        str(found["EventId"]),
        found["Timestamp"],
        str(found["ResourceStatus"]),
        str(found["ResourceType"]),
        str(found["LogicalResourceId"]),
        str(found.get("ResourceStatusReason") or ""),
    )
