"""KMS keys: the customer's own, and those that AWS manages in the account."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Self

from errors import CollectError
from services.models import tagging
from services.models.base import Call, Column, Resource, ResourceType, Source, arn_of
from services.models.record import model
from services.models.scope import Scope
from services.models.steps import DENIED, chain, for_each
from services.models.values import Item, at, each, flag, iso, required, text, texts

DESCRIBE = "kms:DescribeKey"
ALIASES = Call("kms", "list_aliases", "Aliases[]", page_size=100)


@model
class Key(Resource):
    """The fields are empty where `denied` says that Polo may not describe the key: its own policy decides."""

    manager: str = ""
    spec: str = ""
    usage: str = ""
    multi_region: bool | None = None
    deleted_on: str | None = None
    description: str = ""
    denied: tuple[str, ...] = ()

    @classmethod
    def from_aws(cls, item: Item, scope: Scope) -> Self:
        id = required(item, "KeyId")
        return cls.of(
            item,
            scope,
            tags=item.get("Tags"),
            id=id,
            arn=text(item, "Arn") or text(item, "KeyArn") or arn_of(scope, "kms", f"key/{id}"),
            name=text(item, "Alias").removeprefix("alias/"),
            state=text(item, "KeyState").lower(),
            created=item.get("CreationDate"),
            manager=text(item, "KeyManager").lower(),
            spec=text(item, "KeySpec"),
            usage=text(item, "KeyUsage").lower().replace("_", " "),
            multi_region=flag(item, "MultiRegion"),
            deleted_on=iso(item.get("DeletionDate")),
            description=text(item, "Description"),
            denied=texts(item, "Denied"),
        )


def describe(item: dict[str, Any], source: Source) -> Item | None:
    """What is known of the key; the bare key where its policy denies the question."""
    try:
        answer = source.call("kms", "describe_key", absent=("NotFoundException",), KeyId=item["KeyId"])
    except CollectError as error:
        if error.code in DENIED:
            return item | {"Denied": [DESCRIBE]}
        raise
    return None if answer is None else item | dict(at(answer, "KeyMetadata") or {})


def with_alias(items: list[dict[str, Any]], source: Source, scope: Scope) -> Iterable[Item]:
    """The keys with their first "Alias", from one list for the region."""
    names: dict[str, str] = {}
    for page in source.pages(ALIASES) if items else ():
        for alias in each(page, "Aliases"):
            names.setdefault(text(alias, "TargetKeyId"), text(alias, "AliasName"))
    return [item | {"Alias": names.get(text(item, "KeyId"), "")} for item in items]


RESOURCE_TYPE = ResourceType(
    name="keys",
    title="Encryption keys",
    singular="Encryption key",
    order=115,
    model=Key,
    call=Call("kms", "list_keys", "Keys[]", page_size=1000),
    enrich=chain(for_each(describe), with_alias, tagging.sweep("kms:key", "KeyArn")),
    actions=("kms:ListKeys", DESCRIBE, "kms:ListAliases", tagging.ACTION),
    may_be_denied=(DESCRIBE,),
    columns=(
        Column("manager", "Managed by", facet=True),
        Column("spec", "Spec", mono=True, facet=True),
        Column("usage", "Usage", facet=True),
        Column("multi_region", "Multi-region"),
        Column("deleted_on", "Deleted on"),
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
