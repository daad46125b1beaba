"""CloudFront distributions. Their origins' custom headers are secrets: only domain names are kept."""

from __future__ import annotations

from typing import Self

from services.models.kit import tagging
from services.models.kit.base import Call, Column, Resource, ResourceType
from services.models.kit.partitions import partition_of
from services.models.kit.record import model
from services.models.kit.scope import Scope
from services.models.kit.steps import without
from services.models.kit.values import Item, each, flag, iso, required, text, texts

DROPPED = ("Origins", "OriginGroups", "DefaultCacheBehavior", "CacheBehaviors", "CustomErrorResponses")


@model
class Distribution(Resource):
    """The API tells when it was last changed, not when it was made."""

    domain: str = ""
    enabled: bool | None = None
    price_class: str = ""
    firewall: bool = False
    minimum_tls: str = ""
    modified: str | None = None
    aliases: tuple[str, ...] = ()
    origins: tuple[str, ...] = ()

    @classmethod
    def from_aws(cls, item: Item, scope: Scope) -> Self:
        id = required(item, "Id")
        aliases = texts(item, "Aliases", "Items")
        return cls.of(
            without(item, *DROPPED),
            scope,
            tags=item.get("Tags"),
            id=id,
            arn=text(item, "ARN")
            or f"arn:{partition_of(scope.region).id}:cloudfront::{scope.account}:distribution/{id}",
            name=aliases[0] if aliases else text(item, "DomainName"),
            state="disabled" if flag(item, "Enabled") is False else text(item, "Status").lower(),
            domain=text(item, "DomainName"),
            enabled=flag(item, "Enabled"),
            price_class=text(item, "PriceClass"),
            firewall=bool(text(item, "WebACLId")),
            minimum_tls=text(item, "ViewerCertificate", "MinimumProtocolVersion"),
            modified=iso(item.get("LastModifiedTime")),
            aliases=aliases,
            origins=tuple(text(origin, "DomainName") for origin in each(item, "Origins", "Items")),
        )


RESOURCE_TYPE = ResourceType(
    name="distributions",
    title="Distributions",
    singular="Distribution",
    order=85,
    model=Distribution,
    scope="global",
    call=Call("cloudfront", "list_distributions", "DistributionList.Items[]", page_size=100),
    enrich=tagging.sweep("cloudfront:distribution", "ARN", at_home=True),
    actions=("cloudfront:ListDistributions", tagging.ACTION),
    columns=(
        Column("domain", "Domain", mono=True),
        Column("enabled", "Enabled", facet=True),
        Column("price_class", "Price class", facet=True),
        Column("firewall", "Firewall", facet=True),
        Column("minimum_tls", "Minimum TLS", facet=True),
        Column("modified", "Changed"),
    ),
    console="https://us-east-1.console.aws.amazon.com/cloudfront/v4/home#/distributions/{id}",
    good_states=("deployed",),
    sample={
        "Id": "E1A2B3C4D5E6F7",
        "ARN": "arn:aws:cloudfront::412233445883:distribution/E1A2B3C4D5E6F7",
        "Status": "Deployed",
        "LastModifiedTime": "2026-06-11T10:32:12.402000+00:00",
        "DomainName": "d1a2b3c4d5e6f7.cloudfront.net",
        "Aliases": {"Quantity": 1, "Items": ["shop.example.com"]},
        "Origins": {
            "Quantity": 1,
            "Items": [
                {
                    "Id": "alb",
                    "DomainName": "storefront-1482231.us-east-1.elb.amazonaws.com",
                    "CustomHeaders": {
                        "Quantity": 1,
                        "Items": [{"HeaderName": "X-Origin-Verify", "HeaderValue": "secret-value"}],
                    },
                }
            ],
        },
        "PriceClass": "PriceClass_100",
        "Enabled": True,
        "ViewerCertificate": {"MinimumProtocolVersion": "TLSv1.2_2021"},
        "WebACLId": "",
        "HttpVersion": "http2",
        "IsIPV6Enabled": True,
        "Comment": "",
        "Tags": [{"Key": "Team", "Value": "web"}],
    },
)
