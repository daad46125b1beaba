from __future__ import annotations

import pytest

from tooling.deploy.stack_changes import Change, change_of, show

TABLE, VERSION, RULE = "AWS::DynamoDB::Table", "AWS::Lambda::Version", "AWS::Events::Rule"


@pytest.mark.parametrize(
    ("action", "type", "replaced", "loses"),
    [
        ("Remove", RULE, "", True),
        ("Modify", RULE, "True", True),
        ("Modify", RULE, "Conditional", False),
        ("Modify", TABLE, "Conditional", True),
        ("Modify", TABLE, "False", False),
        ("Add", TABLE, "", False),
        ("Import", TABLE, "", False),
        ("Remove", VERSION, "", False),
        ("Modify", VERSION, "True", False),
    ],
)
def test_what_would_be_missed_is_asked_about(action: str, type: str, replaced: str, loses: bool) -> None:
    assert Change(action, type, "X", replaced).loses is loses


def test_losses_are_shown_last_and_marked() -> None:
    gone, new = Change("Remove", TABLE, "Old"), Change("Add", RULE, "New")
    first, last = show([gone, new])
    assert first == f"  + {RULE:<34} New"
    assert last == f"! - {TABLE:<34} Old"


def test_a_change_names_what_of_a_resource_is_changed() -> None:
    details = [{"Target": {"Attribute": "Properties", "Name": name}} for name in ("Code", "Code", "Role")]
    found = change_of(
        {
            "ResourceChange": {
                "Action": "Modify",
                "ResourceType": "AWS::Lambda::Function",
                "LogicalResourceId": "F",
                "Replacement": "Conditional",
                "Details": [*details, {"Target": {"Attribute": "Tags"}}],
            }
        }
    )
    assert str(found).endswith("F (may be replaced, Code, Role)")
