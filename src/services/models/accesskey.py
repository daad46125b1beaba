"""Access keys of IAM users, out of the credential report, which does not tell their ids."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Self

from services.models.kit import credentials
from services.models.kit.base import Call, Column, Resource, ResourceType, Source
from services.models.kit.record import model
from services.models.kit.scope import Scope
from services.models.kit.values import Item, iso, required, text


@model
class AccessKey(Resource):
    """created: when it was made, since a key is never changed. number: 1 or 2 of the user's two."""

    user: str = ""
    number: str = ""
    last_used: str | None = None
    used_service: str = ""
    used_region: str = ""

    @classmethod
    def from_aws(cls, item: Item, scope: Scope) -> Self:
        id = required(item, "Id")
        user, _, number = id.rpartition("/")
        return cls.of(
            item,
            scope,
            id=id,
            arn=f"{text(item, 'UserArn')}/access-key/{number}",
            name=id,
            state="active" if text(item, "active").lower() == "true" else "inactive",
            created=item.get("last_rotated"),
            user=user,
            number=number,
            last_used=iso(text(item, "last_used_date")),
            used_service=text(item, "last_used_service"),
            used_region=text(item, "last_used_region"),
        )


def keys(items: list[dict[str, Any]], source: Source, scope: Scope) -> Iterable[Item]:
    """Every access key that the report knows of, also those of the root user."""
    return [key for row in credentials.credential_report(source) for key in _keys_of(row)]


def _keys_of(row: credentials.Row) -> Iterator[Item]:
    user = "root" if row.get("user") == credentials.ROOT else row.get("user", "")
    for number in "12":
        start = f"access_key_{number}_"
        found = {key.removeprefix(start): value for key, value in row.items() if key.startswith(start)}
        if "last_rotated" in found or found.get("active") == "true":  # else there is none
            yield {"Id": f"{user}/{number}", "UserArn": row.get("arn", ""), **found}


RESOURCE_TYPE = ResourceType(
    name="accesskeys",
    title="Access keys",
    singular="Access key",
    order=111,
    model=AccessKey,
    scope="global",
    call=Call("iam", "generate_credential_report", "[{State: State}]"),
    enrich=keys,
    actions=credentials.ACTIONS,
    columns=(
        Column("user", "User", mono=True),
        Column("last_used", "Last used"),
        Column("used_service", "Used for", facet=True),
        Column("used_region", "Used in", facet=True),
    ),
    console="https://us-east-1.console.aws.amazon.com/iam/home#/users",
    volatile=("last_used", "used_service", "used_region"),
    sample={
        "Id": "ana.ruiz/1",
        "UserArn": "arn:aws:iam::412233445883:user/ana.ruiz",
        "active": "true",
        "last_rotated": "2026-01-11T10:10:10+00:00",
        "last_used_date": "2026-11-19T21:40:00+00:00",
        "last_used_region": "eu-west-1",
        "last_used_service": "s3",
    },
)
