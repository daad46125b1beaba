"""A stack's life, and the tasks that change it, over a faked CloudFormation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from errors import CollectError, PoloError
from services.models.kit.values import Item
from tooling.deploy.change_set import ChangeSet
from tooling.deploy.stack import Stack

START = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
STEPS = {
    "create_stack": ("CREATE_IN_PROGRESS", "CREATE_COMPLETE"),
    "update_stack": ("UPDATE_IN_PROGRESS", "UPDATE_COMPLETE"),
    "execute_change_set": ("UPDATE_IN_PROGRESS", "UPDATE_COMPLETE"),
    "delete_stack": ("DELETE_IN_PROGRESS", "DELETE_COMPLETE"),
}


@dataclass
class FakeCloud:
    """CloudFormation with one stack, which takes a look or two for each step. status: empty for none.

    ends: what a change comes to instead. says: other operation -> its answer, or the error it raises.
    """

    status: str = "CREATE_COMPLETE"
    ends: dict[str, str] = field(default_factory=dict)
    says: dict[str, Any] = field(default_factory=dict)
    outputs: dict[str, str] = field(default_factory=dict)
    parameters: dict[str, str] = field(default_factory=dict)
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    ahead: list[str] = field(default_factory=list)
    events: list[Item] = field(default_factory=list)

    def call(
        self, service: str, operation: str, *, absent: tuple[str, ...] = (), **given: Any
    ) -> Item | None:
        self.calls.append((operation, given))
        if operation in self.says:
            found = self.says[operation]
            if not isinstance(found, CollectError):
                return found  # type: ignore[no-any-return]
            if found.code in absent:
                return None
            raise found
        if operation in STEPS:
            first, last = STEPS[operation]
            self.ahead = [self.ends.get(operation, last)]
            self._go_to(first)
            return {}
        if operation == "describe_stacks":
            return self._describe()
        if operation == "describe_stack_events":
            return {"StackEvents": self.events[::-1]}
        return {}

    def did(self) -> list[str]:
        """The operations that change something."""
        return [operation for operation, _ in self.calls if not operation.startswith(("describe", "list"))]

    def _describe(self) -> Item | None:
        shown = self.status
        if self.ahead:
            self._go_to(self.ahead.pop(0))
        outputs = [{"OutputKey": key, "OutputValue": value} for key, value in self.outputs.items()]
        given = [{"ParameterKey": key, "ParameterValue": value} for key, value in self.parameters.items()]
        stack = {"StackId": "id", "StackStatus": shown, "Outputs": outputs, "Parameters": given}
        return {"Stacks": [stack]} if shown else None

    def _go_to(self, status: str) -> None:
        self.status = status
        number = len(self.events)
        self.events.append(
            {
                "EventId": str(number),
                "Timestamp": START + timedelta(seconds=number),
                "ResourceStatus": status,
                "ResourceType": "AWS::DynamoDB::Table",
                "LogicalResourceId": "Table",
                "ResourceStatusReason": "because\nof it" if "FAILED" in status else "",
            }
        )


def stack(cloud: FakeCloud, clock: Callable[[], float] = lambda: 0.0) -> Stack:
    return Stack("dev-PoloStack", cloud, sleep=lambda _: None, clock=clock)


def test_a_change_is_followed_until_the_stack_is_at_rest() -> None:
    cloud, told = FakeCloud(), list[str]()
    ChangeSet(stack(cloud)).execute(told.append)
    assert [line.split()[1] for line in told] == ["UPDATE_IN_PROGRESS", "UPDATE_COMPLETE"]
    assert told[0].startswith("05:06:07  UPDATE_IN_PROGRESS           AWS::DynamoDB::Table")


def test_what_was_told_before_is_not_told_again() -> None:
    cloud, told = FakeCloud(), list[str]()
    cloud._go_to("CREATE_COMPLETE")
    ChangeSet(stack(cloud)).execute(told.append)
    assert len(told) == 2


@pytest.mark.parametrize("end", ["UPDATE_ROLLBACK_COMPLETE", "UPDATE_ROLLBACK_FAILED"])
def test_a_change_that_is_rolled_back_is_an_error_and_the_reason_is_one_line(end: str) -> None:
    cloud, told = FakeCloud(ends={"execute_change_set": end}), list[str]()
    with pytest.raises(PoloError, match=f"dev-PoloStack is {end}: nothing of this change stays"):
        ChangeSet(stack(cloud)).execute(told.append)
    assert all("\n" not in line for line in told)


def test_a_change_that_never_ends_is_told_how_to_follow() -> None:
    cloud = FakeCloud(ends={"execute_change_set": "UPDATE_IN_PROGRESS"})
    times = iter(range(0, 100_000, 1800))
    with pytest.raises(PoloError, match="UPDATE_IN_PROGRESS after 60 minutes. Way out: inv events"):
        ChangeSet(stack(cloud, lambda: next(times))).execute(str)


def test_a_stack_is_created_or_brought_up_to_date() -> None:
    new, old = FakeCloud(status=""), FakeCloud()
    for cloud in (new, old):
        stack(cloud).create("{}", {"A": "b"}, str)
    assert (new.did(), old.did()) == (["create_stack"], ["update_stack"])
    (given,) = [given for operation, given in new.calls if operation == "create_stack"]
    assert given["Parameters"] == [{"ParameterKey": "A", "ParameterValue": "b"}]


def test_an_update_without_changes_is_fine() -> None:
    nothing = CollectError("No updates are to be performed", code="ValidationError")
    stack(FakeCloud(says={"update_stack": nothing})).create("{}", {}, str)


def test_a_first_creation_that_failed_is_deleted_before_the_next() -> None:
    cloud = FakeCloud(status="ROLLBACK_COMPLETE", ends={"delete_stack": ""})
    stack(cloud).create("{}", {}, str)
    assert cloud.did() == ["delete_stack", "create_stack"]


def test_a_stack_that_can_not_be_deleted_says_so() -> None:
    with pytest.raises(PoloError, match="is not deleted: DELETE_FAILED"):
        stack(FakeCloud(ends={"delete_stack": "DELETE_FAILED"})).delete(str)
    nothing = FakeCloud(status="")
    stack(nothing).delete(str)
    assert nothing.did() == []


def test_outputs_of_a_stack_that_is_not_there_are_told_with_the_way_out() -> None:
    assert stack(FakeCloud(outputs={"Url": "x"})).outputs() == {"Url": "x"}
    with pytest.raises(PoloError, match="dev-PoloStack is not deployed. Way out: inv deploy"):
        stack(FakeCloud(status="")).outputs()


def test_changes_and_events_come_in_pages() -> None:
    pages = iter([{"Changes": [change("Add")], "NextToken": "2"}, {"Changes": [change("Remove")]}])
    cloud = FakeCloud()
    cloud.says["describe_change_set"] = None
    cloud.call = lambda *_, **__: next(pages)  # type: ignore[method-assign]
    assert [each.action for each in ChangeSet(stack(cloud)).changes()] == ["Add", "Remove"]


def test_a_change_set_that_is_thrown_away_takes_its_empty_stack_along() -> None:
    cloud = FakeCloud(status="REVIEW_IN_PROGRESS")
    ChangeSet(stack(cloud)).discard()
    assert cloud.did() == ["delete_change_set", "delete_stack"]
    kept = FakeCloud(says={"delete_change_set": CollectError("none", code="ChangeSetNotFound")})
    ChangeSet(stack(kept)).discard()
    assert kept.did() == ["delete_change_set"]


def change(action: str, type: str = "AWS::SQS::Queue", replacement: str = "") -> Item:
    found = {"Action": action, "ResourceType": type, "LogicalResourceId": "Q"}
    return {"ResourceChange": found | ({"Replacement": replacement} if replacement else {})}
