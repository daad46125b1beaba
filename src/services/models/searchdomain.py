"""OpenSearch and Elasticsearch domains."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Self

from services.models import tagging
from services.models.base import Call, Column, Resource, ResourceType, Source, arn_of
from services.models.record import model
from services.models.scope import Scope
from services.models.steps import batches, chain
from services.models.values import Item, each, flag, required, text, whole

NAMES_A_CALL = 5  # limit of DescribeDomains


@model
class SearchDomain(Resource):
    version: str = ""
    instance_type: str = ""
    instances: int | None = None
    storage: int | None = None  # GiB an instance
    in_vpc: bool = False
    encrypted: bool | None = None
    https_only: bool | None = None
    endpoint: str = ""

    @classmethod
    def from_aws(cls, item: Item, scope: Scope) -> Self:
        id = required(item, "DomainName")
        return cls.of(
            item,
            scope,
            tags=item.get("Tags"),
            id=id,
            arn=text(item, "ARN") or arn_of(scope, "es", f"domain/{id}"),
            name=id,
            state=_state(item),
            version=text(item, "EngineVersion"),
            instance_type=text(item, "ClusterConfig", "InstanceType"),
            instances=whole(item, "ClusterConfig", "InstanceCount"),
            storage=whole(item, "EBSOptions", "VolumeSize"),
            in_vpc=bool(text(item, "VPCOptions", "VPCId")),
            encrypted=flag(item, "EncryptionAtRestOptions", "Enabled"),
            https_only=flag(item, "DomainEndpointOptions", "EnforceHTTPS"),
            endpoint=text(item, "Endpoint") or text(item, "Endpoints", "vpc"),
        )


def _state(item: Item) -> str:
    if flag(item, "Deleted"):
        return "deleting"
    return "processing" if flag(item, "Processing") else "active"


def describe(items: list[dict[str, Any]], source: Source, scope: Scope) -> Iterable[Item]:
    """What is known of the named domains, asked for five at a time."""
    for names in batches([text(item, "DomainName") for item in items], NAMES_A_CALL):
        yield from each(
            source.call("opensearch", "describe_domains", DomainNames=names) or {}, "DomainStatusList"
        )


RESOURCE_TYPE = ResourceType(
    name="searchdomains",
    title="Search domains",
    singular="Search domain",
    order=67,
    model=SearchDomain,
    call=Call("opensearch", "list_domain_names", "DomainNames[]"),
    enrich=chain(describe, tagging.sweep("es:domain", "ARN")),
    actions=("es:ListDomainNames", "es:DescribeDomains", tagging.ACTION),
    columns=(
        Column("version", "Version", mono=True, facet=True),
        Column("instance_type", "Instance type", mono=True),
        Column("instances", "Instances", numeric=True),
        Column("storage", "Storage each", unit="GiB", numeric=True),
        Column("in_vpc", "In a VPC", facet=True),
        Column("encrypted", "Encrypted"),
    ),
    console="https://{region}.console.aws.amazon.com/aos/home?region={region}#opensearch/domains/{id}",
    sample={
        "DomainId": "412233445883/catalog",
        "DomainName": "catalog",
        "ARN": "arn:aws:es:us-east-1:412233445883:domain/catalog",
        "Created": True,
        "Deleted": False,
        "Processing": False,
        "EngineVersion": "OpenSearch_2.13",
        "Endpoints": {"vpc": "vpc-catalog-x1y2z3.us-east-1.es.amazonaws.com"},
        "ClusterConfig": {"InstanceType": "r6g.large.search", "InstanceCount": 3},
        "EBSOptions": {"EBSEnabled": True, "VolumeType": "gp3", "VolumeSize": 200},
        "VPCOptions": {"VPCId": "vpc-0a1b2c3d4e5f60718", "SubnetIds": ["subnet-0d1f6a2b3c4d5e6f7"]},
        "EncryptionAtRestOptions": {"Enabled": True},
        "DomainEndpointOptions": {"EnforceHTTPS": True},
        "Tags": [{"Key": "Team", "Value": "search"}],
    },
)
