"""What a change set would do to a stack: how it is shown, and what is asked about first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from services.models.kit.values import Item

# every release publishes these anew, and takes the old ones away: that is no loss
MADE_ANEW = ("AWS::Lambda::Version", "AWS::ApiGateway::Deployment")
# what would be missed: CloudFormation can't say beforehand whether a Conditional replacement happens
MISSED = (
    "AWS::ApiGateway::RestApi",
    "AWS::DynamoDB::Table",
    "AWS::Logs::LogGroup",
    "AWS::S3::Bucket",
    "AWS::SNS::Topic",
    "AWS::SQS::Queue",
)
_SIGNS = {"Add": "+", "Import": "<", "Remove": "-", "Modify": "~"}


@dataclass(frozen=True)
class Change:
    """One resource's. action: Add, Import, Modify or Remove. replaced: True, Conditional, False or empty."""

    action: str
    type: str
    name: str
    replaced: str = ""
    properties: tuple[str, ...] = ()

    @property
    def loses(self) -> bool:
        """Whether something that may be missed goes."""
        if self.type in MADE_ANEW:
            return False
        if self.action == "Remove" or self.replaced == "True":
            return True
        return self.replaced == "Conditional" and self.type in MISSED

    def __str__(self) -> str:
        what = {"True": "replaced", "Conditional": "may be replaced"}.get(self.replaced, "")
        how = ", ".join(filter(None, [what, *self.properties]))
        return f"{_SIGNS.get(self.action, '?')} {self.type:<34} {self.name}{f' ({how})' if how else ''}"


def change_of(found: Item) -> Change:
    """A change as describe_change_set lists it."""
    resource = found["ResourceChange"]
    names = (each.get("Target", {}).get("Name") for each in resource.get("Details", ()))
    return Change(
        str(resource["Action"]),
        str(resource["ResourceType"]),
        str(resource["LogicalResourceId"]),
        str(resource.get("Replacement") or ""),
        tuple(sorted({str(name) for name in names if name})),
    )


def show(changes: Sequence[Change]) -> Iterable[str]:
    """A line for each, losses last: they are what is asked about."""
    for change in sorted(changes, key=lambda change: (change.loses, change.action, change.type, change.name)):
        yield f"{'!' if change.loses else ' '} {change}"
