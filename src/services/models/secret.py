"""Secrets Manager secrets: what is known of them, never what they hold."""

from __future__ import annotations

from typing import Self

from services.models.kit.base import Call, Column, Resource, ResourceType
from services.models.kit.record import model
from services.models.kit.scope import Scope
from services.models.kit.values import Item, flag, iso, required, text


@model
class Secret(Resource):
    last_used: str | None = None
    last_rotated: str | None = None
    rotates: bool | None = None
    made_by: str = ""  # AWS service
    key: str = ""
    description: str = ""

    @classmethod
    def from_aws(cls, item: Item, scope: Scope) -> Self:
        arn = required(item, "ARN")
        return cls.of(
            item,
            scope,
            tags=item.get("Tags"),
            id=arn.partition(":secret:")[2] or arn,
            arn=arn,
            name=text(item, "Name"),
            state="deleting" if item.get("DeletedDate") else "active",
            created=item.get("CreatedDate"),
            last_used=iso(item.get("LastAccessedDate")),
            last_rotated=iso(item.get("LastRotatedDate")),
            rotates=bool(flag(item, "RotationEnabled")),
            made_by=text(item, "OwningService"),
            key=text(item, "KmsKeyId"),
            description=text(item, "Description"),
        )


RESOURCE_TYPE = ResourceType(
    name="secrets",
    title="Secrets",
    singular="Secret",
    order=114,
    model=Secret,
    call=Call(
        "secretsmanager", "list_secrets", "SecretList[]", {"IncludePlannedDeletion": True}, page_size=100
    ),
    actions=("secretsmanager:ListSecrets",),
    columns=(
        Column("last_used", "Last used"),
        Column("last_rotated", "Last rotated"),
        Column("rotates", "Rotates", facet=True),
        Column("made_by", "Made by", facet=True),
        Column("description", "Description"),
    ),
    console="https://{region}.console.aws.amazon.com/secretsmanager/secret?region={region}&name={name}",
    volatile=("last_used", "raw.LastAccessedDate"),
    sample={
        "ARN": "arn:aws:secretsmanager:us-east-1:412233445883:secret:prod/checkout/stripe-a1B2c3",
        "Name": "prod/checkout/stripe",
        "Description": "Key of the payment service",
        "RotationEnabled": True,
        "RotationRules": {"AutomaticallyAfterDays": 30},
        "LastRotatedDate": "2026-11-02T03:14:15.100000+00:00",
        "LastChangedDate": "2026-11-02T03:14:15.164000+00:00",
        "LastAccessedDate": "2026-11-20T00:00:00+00:00",
        "CreatedDate": "2025-03-01T12:00:00.140000+00:00",
        "SecretVersionsToStages": {"5b0c2f1e-7a64-4c5d-9b1e-0d3f2a1b4c5d": ["AWSCURRENT"]},
        "Tags": [{"Key": "Team", "Value": "checkout"}],
    },
)
