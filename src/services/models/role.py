"""IAM roles, with when each was last used."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Self

from services.models.kit.base import Call, Column, Resource, ResourceType
from services.models.kit.partitions import partition_of
from services.models.kit.record import model
from services.models.kit.scope import Scope
from services.models.kit.steps import without
from services.models.kit.values import Item, at, each, iso, one_or_each, required, text, texts

DROPPED = ("RolePolicyList", "InstanceProfileList")


@model
class Role(Resource):
    last_used: str | None = None  # within 400 days, as far as AWS looks back
    used_region: str = ""
    path: str = ""
    trusts: tuple[str, ...] = ()  # who may take the role
    trusted: str = ""
    policies: tuple[str, ...] = ()

    @classmethod
    def from_aws(cls, item: Item, scope: Scope) -> Self:
        id = required(item, "RoleName")
        trusts = tuple(sorted(set(_principals(item))))
        attached = [text(policy, "PolicyName") for policy in each(item, "AttachedManagedPolicies")]
        inline = [text(policy, "PolicyName") for policy in each(item, "RolePolicyList")]
        return cls.of(
            without(item, *DROPPED),
            scope,
            tags=item.get("Tags"),
            id=id,
            arn=text(item, "Arn") or f"arn:{partition_of(scope.region).id}:iam::{scope.account}:role/{id}",
            name=id,
            created=item.get("CreateDate"),
            last_used=iso(at(item, "RoleLastUsed", "LastUsedDate")),
            used_region=text(item, "RoleLastUsed", "Region"),
            path=text(item, "Path"),
            trusts=trusts,
            trusted=", ".join(trusts),
            policies=(*attached, *inline),
        )


def _principals(item: Item) -> Iterator[str]:
    for statement in one_or_each(item, "AssumeRolePolicyDocument", "Statement"):
        principal = statement.get("Principal")
        if principal == "*":
            yield "*"
        for named in principal.values() if isinstance(principal, dict) else ():
            yield from (named,) if isinstance(named, str) else texts({"all": named}, "all")


RESOURCE_TYPE = ResourceType(
    name="roles",
    title="IAM roles",
    singular="IAM role",
    order=112,
    model=Role,
    scope="global",
    # unlike list_roles, this has their tags and when each was last used
    call=Call(
        "iam",
        "get_account_authorization_details",
        "RoleDetailList[]",
        {"Filter": ["Role"]},
        page_size=1000,
    ),
    actions=("iam:GetAccountAuthorizationDetails",),
    columns=(
        Column("trusted", "Trusts", mono=True),
        Column("last_used", "Last used"),
        Column("used_region", "Used in", facet=True),
        Column("path", "Path", mono=True),
    ),
    console="https://us-east-1.console.aws.amazon.com/iam/home#/roles/details/{id}",
    volatile=("last_used", "used_region", "raw.RoleLastUsed"),
    sample={
        "Path": "/",
        "RoleName": "search-node",
        "RoleId": "AROAEXAMPLEEXAMPLE001",
        "Arn": "arn:aws:iam::412233445883:role/search-node",
        "CreateDate": "2025-01-15T11:12:13+00:00",
        "AssumeRolePolicyDocument": {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": {"Service": "ec2.amazonaws.com"},
                    "Action": "sts:AssumeRole",
                }
            ],
        },
        "AttachedManagedPolicies": [
            {"PolicyName": "ReadOnlyAccess", "PolicyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}
        ],
        "RolePolicyList": [],
        "RoleLastUsed": {"LastUsedDate": "2026-11-20T18:04:00+00:00", "Region": "us-east-1"},
        "Tags": [{"Key": "Team", "Value": "search"}],
    },
)
