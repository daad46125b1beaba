"""KMS keys: the customer's own, and those that AWS manages in the account."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Self

from services.models.kit import tagging
from services.models.kit.base import Call, Column, Resource, ResourceType, arn_of
from services.models.kit.questions import Questions
from services.models.kit.record import model
from services.models.kit.scope import Scope
from services.models.kit.steps import Items, chain, described, for_all
from services.models.kit.values import Item, flag, iso, required, text, told, told_words

ALIASES = Call("kms", "list_aliases", "Aliases[]", page_size=100)


@model
class Key(Resource):
    """None where Polo may not describe the key: its own policy decides."""

    manager: str | None = None
    spec: str | None = None
    usage: str | None = None
    multi_region: bool | None = None
    deleted_on: str | None = None
    description: str | None = None

    @classmethod
    def from_aws(cls, item: Item, scope: Scope) -> Self:
        id = required(item, "KeyId")
        return cls.of(
            item,
            scope,
            tags=item.get("Tags"),
            id=id,
            arn=text(item, "Arn")
            or text(item, "KeyArn")
            or arn_of(scope, "kms", f"key/{id}", text(item, "AWSAccountId")),
            name=text(item, "Alias").removeprefix("alias/"),
            state=text(item, "KeyState").lower(),
            created=item.get("CreationDate"),
            manager=told_words(item, "KeyManager"),
            spec=told(item, "KeySpec"),
            usage=told_words(item, "KeyUsage"),
            multi_region=flag(item, "MultiRegion"),
            deleted_on=iso(item.get("DeletionDate")),
            description=told(item, "Description"),
        )


def with_alias(items: Items, questions: Questions, scope: Scope) -> Iterable[Item]:
    """The keys with their first "Alias", from one list for the region."""
    names: dict[str, str] = {}
    for alias in questions.listed(ALIASES) or ():
        names.setdefault(text(alias, "TargetKeyId"), text(alias, "AliasName"))
    return [item | {"Alias": names.get(text(item, "KeyId"), "")} for item in items]


RESOURCE_TYPE = ResourceType(
    name="keys",
    title="Encryption keys",
    singular="Encryption key",
    order=115,
    model=Key,
    call=Call("kms", "list_keys", "Keys[]", page_size=1000),
    enrich=chain(
        described("kms", "describe_key", "KeyId", "KeyMetadata"),
        for_all(with_alias),
        tagging.sweep("kms:key", "KeyArn"),
    ),
    actions=("kms:ListKeys", "kms:DescribeKey", "kms:ListAliases", tagging.ACTION),
    columns=(
        Column("manager", "Managed by", facet=True),
        Column("spec", "Spec", mono=True, facet=True),
        Column("usage", "Usage", facet=True),
        Column("multi_region", "Multi-region"),
        Column("deleted_on", "Deleted on", optional=True),
        Column("description", "Description"),
    ),
    console="https://{region}.console.aws.amazon.com/kms/home?region={region}#/kms/keys/{id}",
    good_states=("enabled",),
    sample={
        "KeyId": "0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9",
        "KeyArn": "arn:aws:kms:us-east-1:412233445883:key/0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9",
        "Arn": "arn:aws:kms:us-east-1:412233445883:key/0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9",
        "AWSAccountId": "412233445883",
        "CreationDate": "2024-12-24T10:00:00.812000+00:00",
        "Enabled": True,
        "Description": "Data of the orders database",
        "KeyUsage": "ENCRYPT_DECRYPT",
        "KeyState": "Enabled",
        "KeyManager": "CUSTOMER",
        "KeySpec": "SYMMETRIC_DEFAULT",
        "MultiRegion": False,
        "Alias": "alias/orders",
        "Tags": [{"Key": "Team", "Value": "checkout"}],
    },
)
