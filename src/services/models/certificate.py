"""ACM certificates."""

from __future__ import annotations

from typing import Self

from services.models.kit import tagging
from services.models.kit.base import Call, Column, Resource, ResourceType
from services.models.kit.record import model
from services.models.kit.scope import Scope
from services.models.kit.values import Item, flag, iso, required, text, texts

# without these the answer holds RSA certificates of up to 2048 bits only
KEY_TYPES = (
    "RSA_1024", "RSA_2048", "RSA_3072", "RSA_4096", "EC_prime256v1", "EC_secp384r1", "EC_secp521r1",
)  # fmt: skip


@model
class Certificate(Resource):
    kind: str = ""
    expires: str | None = None
    in_use: bool | None = None
    renewal: str = ""
    key: str = ""
    names: tuple[str, ...] = ()

    @classmethod
    def from_aws(cls, item: Item, scope: Scope) -> Self:
        arn = required(item, "CertificateArn")
        return cls.of(
            item,
            scope,
            tags=item.get("Tags"),
            id=arn.rpartition("/")[2] or arn,
            arn=arn,
            name=text(item, "DomainName"),
            state=text(item, "Status").lower(),
            created=item.get("CreatedAt") or item.get("ImportedAt"),
            kind=text(item, "Type").lower().replace("_", " "),
            expires=iso(item.get("NotAfter")),
            in_use=flag(item, "InUse"),
            renewal=text(item, "RenewalEligibility").lower(),
            key=text(item, "KeyAlgorithm"),
            names=texts(item, "SubjectAlternativeNameSummaries"),
        )


RESOURCE_TYPE = ResourceType(
    name="certificates",
    title="Certificates",
    singular="Certificate",
    order=87,
    model=Certificate,
    call=Call(
        "acm",
        "list_certificates",
        "CertificateSummaryList[]",
        {"Includes": {"keyTypes": list(KEY_TYPES)}},
        page_size=1000,
    ),
    enrich=tagging.sweep("acm:certificate", "CertificateArn"),
    actions=("acm:ListCertificates", tagging.ACTION),
    columns=(
        Column("kind", "Kind", facet=True),
        Column("expires", "Expires"),
        Column("in_use", "In use", facet=True),
        Column("renewal", "Renewal", facet=True),
        Column("key", "Key", mono=True, facet=True),
    ),
    console="https://{region}.console.aws.amazon.com/acm/home?region={region}#/certificates/{id}",
    good_states=("issued",),
    sample={
        "CertificateArn": "arn:aws:acm:us-east-1:412233445883:"
        "certificate/1a2b3c4d-5e6f-7081-92a3-b4c5d6e7f809",
        "DomainName": "shop.example.com",
        "SubjectAlternativeNameSummaries": ["shop.example.com", "www.example.com"],
        "HasAdditionalSubjectAlternativeNames": False,
        "Status": "ISSUED",
        "Type": "AMAZON_ISSUED",
        "KeyAlgorithm": "RSA-2048",
        "InUse": True,
        "RenewalEligibility": "ELIGIBLE",
        "NotBefore": "2026-05-01T00:00:00+00:00",
        "NotAfter": "2027-05-31T23:59:59+00:00",
        "CreatedAt": "2025-05-01T08:11:21.005000+00:00",
        "IssuedAt": "2025-05-01T08:14:02.120000+00:00",
        "Tags": [{"Key": "Team", "Value": "web"}],
    },
)
