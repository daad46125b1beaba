"""OpenSearch and Elasticsearch domains."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Self

from services.models.kit import tagging
from services.models.kit.access_policy import strangers
from services.models.kit.base import Call, Column, Resource, ResourceType, arn_of
from services.models.kit.questions import Questions
from services.models.kit.record import model
from services.models.kit.scope import Scope
from services.models.kit.steps import Items, chain, in_batches
from services.models.kit.values import Item, at, each, flag, required, text, told, whole

NAMES_A_CALL = 5  # limit of DescribeDomains
READ = "es:eshttpget"
DESCRIBED = "ClusterConfig"  # what a domain's description always has


@model
class SearchDomain(Resource):
    version: str | None = None
    instance_type: str | None = None
    instances: int | None = None
    storage: int | None = None  # GiB an instance
    more_nodes: tuple[str, ...] | None = None  # managers and warm ones: "m6g.large.search 3"
    in_vpc: bool | None = None
    encrypted: bool | None = None
    https_only: bool | None = None
    endpoint: str | None = None
    open_to: tuple[str, ...] | None = None  # networks from which its access policy lets everybody in
    fine_grained: bool | None = None  # access control of its own, beside the policy

    @classmethod
    def from_aws(cls, item: Item, scope: Scope) -> Self:
        id = required(item, "DomainName")
        return cls.of(
            item,
            scope,
            tags=item.get("Tags"),
            id=id,
            arn=text(item, "ARN") or _arn(item, scope),
            name=id,
            state=_state(item),
            version=told(item, "EngineVersion"),
            instance_type=told(item, "ClusterConfig", "InstanceType"),
            instances=whole(item, "ClusterConfig", "InstanceCount"),
            storage=whole(item, "EBSOptions", "VolumeSize"),
            more_nodes=_more_nodes(item),
            in_vpc=bool(text(item, "VPCOptions", "VPCId")) if DESCRIBED in item else None,
            encrypted=flag(item, "EncryptionAtRestOptions", "Enabled"),
            https_only=flag(item, "DomainEndpointOptions", "EnforceHTTPS"),
            endpoint=told(item, "Endpoint") or told(item, "Endpoints", "vpc"),
            open_to=strangers(text(item, "AccessPolicies"), READ) if DESCRIBED in item else None,
            fine_grained=_fine_grained(item),
        )


def _fine_grained(item: Item) -> bool | None:
    """While it is migrated to, whoever has no user is let in as before (AnonymousAuthEnabled)."""
    if DESCRIBED not in item:
        return None
    on, anonymous = (
        flag(item, "AdvancedSecurityOptions", f"{name}Enabled") for name in ("", "AnonymousAuth")
    )
    return bool(on) and not anonymous


def _arn(item: Item, scope: Scope) -> str:
    return arn_of(scope, "es", f"domain/{text(item, 'DomainName')}")


def _more_nodes(item: Item) -> tuple[str, ...] | None:
    """None where it has nodes of yet another kind."""
    cluster = at(item, DESCRIBED)
    if not isinstance(cluster, Mapping) or cluster.get("NodeOptions"):
        return None
    kinds = [kind for kind in ("DedicatedMaster", "Warm") if flag(cluster, f"{kind}Enabled")]
    nodes = [(text(cluster, f"{kind}Type"), whole(cluster, f"{kind}Count")) for kind in kinds]
    return (
        None if any(None in node for node in nodes) else tuple(f"{type} {number}" for type, number in nodes)
    )


def _state(item: Item) -> str:
    if DESCRIBED not in item:
        return ""
    if flag(item, "Deleted"):
        return "deleting"
    return "processing" if flag(item, "Processing") else "active"


def describe(items: Items, questions: Questions) -> Iterable[Item]:
    """What is known of the named domains; the answer leaves out those that are gone."""
    names = [text(item, "DomainName") for item in items]
    answer = questions.call("opensearch", "describe_domains", DomainNames=names)
    if answer is None:
        return items
    if not isinstance(answer.get("DomainStatusList"), list):
        questions.odd("opensearch", "describe_domains")
        return items
    return [one for one in each(answer, "DomainStatusList") if text(one, "DomainName")]


RESOURCE_TYPE = ResourceType(
    name="searchdomains",
    title="Search domains",
    singular="Search domain",
    order=67,
    model=SearchDomain,
    call=Call("opensearch", "list_domain_names", "DomainNames[]"),
    enrich=chain(in_batches(NAMES_A_CALL, describe), tagging.sweep("es:domain", "ARN", arn=_arn)),
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
        "AccessPolicies": '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":'
        '"arn:aws:iam::412233445883:root"},"Action":"es:*","Resource":"*"}]}',
        "AdvancedSecurityOptions": {"Enabled": True, "InternalUserDatabaseEnabled": False},
        "Tags": [{"Key": "Team", "Value": "search"}],
    },
)
