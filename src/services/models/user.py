"""IAM users, with what the credential report tells of each."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Self

from services.models.kit import credentials
from services.models.kit.base import Call, Column, Resource, ResourceType
from services.models.kit.partitions import partition_of
from services.models.kit.questions import Questions
from services.models.kit.record import model
from services.models.kit.scope import Scope
from services.models.kit.steps import Items, for_all, without
from services.models.kit.values import Item, each, flag, iso, required, text, texts


@model
class User(Resource):
    """console: has a password. active_keys: of two at most."""

    console: bool | None = None
    mfa: bool | None = None
    password_used: str | None = None
    password_changed: str | None = None
    active_keys: int | None = None
    path: str = ""
    groups: tuple[str, ...] = ()
    policies: tuple[str, ...] = ()

    @classmethod
    def from_aws(cls, item: Item, scope: Scope) -> Self:
        id = required(item, "UserName")
        active = [flag(item, "Report", f"access_key_{number}_active") for number in (1, 2)]
        attached = [text(policy, "PolicyName") for policy in each(item, "AttachedManagedPolicies")]
        inline = [text(policy, "PolicyName") for policy in each(item, "UserPolicyList")]
        return cls.of(
            without(item, "UserPolicyList"),
            scope,
            tags=item.get("Tags"),
            id=id,
            arn=text(item, "Arn") or f"arn:{partition_of(scope.region).id}:iam::{scope.account}:user/{id}",
            name=id,
            created=item.get("CreateDate"),
            console=flag(item, "Report", "password_enabled"),
            mfa=flag(item, "Report", "mfa_active"),
            password_used=iso(text(item, "Report", "password_last_used")),
            password_changed=iso(text(item, "Report", "password_last_changed")),
            active_keys=None if None in active else sum(map(bool, active)),
            path=text(item, "Path"),
            groups=texts(item, "GroupList"),
            policies=(*attached, *inline),
        )


def with_report(items: Items, questions: Questions, scope: Scope) -> Iterable[Item]:
    """The users with their rows of the "Report"; none has one who is younger than it. None: unknown."""
    rows = credentials.asked(questions)
    if rows is None:
        return [item | {"Report": None} for item in items]
    by_arn = {row.get("arn"): row for row in rows}
    return [item | {"Report": by_arn.get(text(item, "Arn"), {})} for item in items]


RESOURCE_TYPE = ResourceType(
    name="users",
    title="IAM users",
    singular="IAM user",
    order=110,
    model=User,
    scope="global",
    # unlike list_users, this has their tags and groups
    call=Call(
        "iam",
        "get_account_authorization_details",
        "UserDetailList[]",
        {"Filter": ["User"]},
        page_size=1000,
    ),
    enrich=for_all(with_report),
    actions=("iam:GetAccountAuthorizationDetails", *credentials.ACTIONS),
    columns=(
        Column("console", "Console", facet=True),
        Column("mfa", "MFA", facet=True),
        Column("password_used", "Password used"),
        Column("active_keys", "Active keys", numeric=True),
        Column("path", "Path", mono=True),
    ),
    console="https://us-east-1.console.aws.amazon.com/iam/home#/users/details/{id}",
    volatile=("password_used", "raw.Report"),
    sample={
        "Path": "/",
        "UserName": "ana.ruiz",
        "UserId": "AIDAEXAMPLEEXAMPLE001",
        "Arn": "arn:aws:iam::412233445883:user/ana.ruiz",
        "CreateDate": "2024-02-05T08:30:00+00:00",
        "GroupList": ["developers"],
        "AttachedManagedPolicies": [
            {"PolicyName": "ReadOnlyAccess", "PolicyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}
        ],
        "Report": {
            "user": "ana.ruiz",
            "arn": "arn:aws:iam::412233445883:user/ana.ruiz",
            "user_creation_time": "2024-02-05T08:30:00+00:00",
            "password_enabled": "true",
            "password_last_used": "2026-11-18T07:55:12+00:00",
            "password_last_changed": "2026-08-01T09:00:00+00:00",
            "mfa_active": "true",
            "access_key_1_active": "true",
            "access_key_1_last_rotated": "2026-01-11T10:10:10+00:00",
            "access_key_2_active": "false",
        },
        "Tags": [{"Key": "Team", "Value": "search"}],
    },
)
