"""The account itself: how its root user is guarded, and how much IAM holds."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Self

from services.models.kit import credentials
from services.models.kit.base import Call, Column, Resource, ResourceType
from services.models.kit.partitions import partition_of
from services.models.kit.questions import Questions
from services.models.kit.record import model
from services.models.kit.scope import Scope
from services.models.kit.steps import Items, for_all
from services.models.kit.values import Item, iso, required, text, whole

USED = ("password_last_used", "access_key_1_last_used_date", "access_key_2_last_used_date")


@model
class AccountSummary(Resource):
    root_mfa: bool | None = None
    root_keys: bool | None = None
    root_password: bool | None = None
    root_used: str | None = None  # by password or by key
    users: int | None = None
    roles: int | None = None
    policies: int | None = None
    groups: int | None = None

    @classmethod
    def from_aws(cls, item: Item, scope: Scope) -> Self:
        id = required(item, "AccountId")
        used = [moment for key in USED if (moment := iso(text(item, "Root", key)))]
        return cls.of(
            item,
            scope,
            id=id,
            arn=text(item, "Root", "arn") or f"arn:{partition_of(scope.region).id}:iam::{id}:root",
            name=id,
            created=text(item, "Root", "user_creation_time"),
            root_mfa=_yes(item, "AccountMFAEnabled"),
            root_keys=_yes(item, "AccountAccessKeysPresent"),
            root_password=_password(item),
            root_used=max(used, default=None),
            users=whole(item, "SummaryMap", "Users"),
            roles=whole(item, "SummaryMap", "Roles"),
            policies=whole(item, "SummaryMap", "Policies"),
            groups=whole(item, "SummaryMap", "Groups"),
        )


def _yes(item: Item, key: str) -> bool | None:
    number = whole(item, "SummaryMap", key)
    return None if number is None else number > 0


def _password(item: Item) -> bool | None:
    """Whether root has one: the summary tells it since root's credentials can be removed centrally."""
    said = text(item, "Root", "password_enabled")
    reported = {"true": True, "false": False}.get(said)
    return reported if (counted := _yes(item, "AccountPasswordPresent")) is None else counted


def with_root(items: Items, questions: Questions, scope: Scope) -> Iterable[Item]:
    """The summary with the account's number, and the row of the "Root" user in the credential report."""
    rows = credentials.asked(questions) or []
    root = next((row for row in rows if row.get("user") == credentials.ROOT), None)
    return [item | {"AccountId": scope.account, "Root": root} for item in items]


RESOURCE_TYPE = ResourceType(
    name="accountsummaries",
    title="Account roots",
    singular="Account root",
    order=113,
    model=AccountSummary,
    scope="global",
    call=Call("iam", "get_account_summary", "[{SummaryMap: SummaryMap}]"),
    enrich=for_all(with_root),
    actions=("iam:GetAccountSummary", *credentials.ACTIONS),
    columns=(
        Column("root_mfa", "Root MFA", facet=True),
        Column("root_keys", "Root keys", facet=True),
        Column("root_used", "Root last used"),
        Column("users", "Users", numeric=True),
        Column("roles", "Roles", numeric=True),
        Column("policies", "Policies", numeric=True),
    ),
    console="https://us-east-1.console.aws.amazon.com/iam/home#/home",
    volatile=("root_used", "raw.Root"),
    sample={
        "AccountId": "412233445883",
        "SummaryMap": {
            "AccountMFAEnabled": 1,
            "AccountAccessKeysPresent": 0,
            "AccountPasswordPresent": 1,
            "Users": 14,
            "Groups": 3,
            "Roles": 87,
            "Policies": 22,
            "MFADevicesInUse": 12,
        },
        "Root": {
            "user": "<root_account>",
            "arn": "arn:aws:iam::412233445883:root",
            "user_creation_time": "2021-06-01T09:00:00+00:00",
            "password_last_used": "2026-02-03T10:11:12+00:00",
            "mfa_active": "true",
            "access_key_1_active": "false",
            "access_key_2_active": "false",
        },
    },
)
