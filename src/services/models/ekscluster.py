"""EKS clusters, with their managed node groups."""

from __future__ import annotations

from typing import Any, Self

from services.models.base import Call, Column, Resource, ResourceType, Source, arn_of
from services.models.record import model
from services.models.scope import Scope
from services.models.steps import chain, described, for_each, without
from services.models.values import Item, at, each, flag, required, text, texts, whole

GONE = ("ResourceNotFoundException",)
DROPPED = ("certificateAuthority", "connectorConfig")


@model
class EksCluster(Resource):
    version: str = ""
    platform: str = ""
    public: bool | None = None  # its API endpoint
    node_groups: int | None = None
    nodes: int | None = None  # desired, of all managed node groups
    support: str = ""
    vpc: str = ""
    instance_types: tuple[str, ...] = ()

    @classmethod
    def from_aws(cls, item: Item, scope: Scope) -> Self:
        id = required(item, "name")
        groups = each(item, "nodegroups")
        types = sorted({type for group in groups for type in texts(group, "instanceTypes")})
        return cls.of(
            without(item, *DROPPED),
            scope,
            tags=item.get("tags"),
            id=id,
            arn=text(item, "arn") or arn_of(scope, "eks", f"cluster/{id}"),
            name=id,
            state=text(item, "status").lower(),
            created=item.get("createdAt"),
            version=text(item, "version"),
            platform=text(item, "platformVersion"),
            public=flag(item, "resourcesVpcConfig", "endpointPublicAccess"),
            node_groups=len(groups),
            nodes=sum(whole(group, "scalingConfig", "desiredSize") or 0 for group in groups),
            support=text(item, "upgradePolicy", "supportType").lower(),
            vpc=text(item, "resourcesVpcConfig", "vpcId"),
            instance_types=tuple(types),
        )


def with_node_groups(item: dict[str, Any], source: Source) -> Item:
    """The cluster with its "nodegroups"."""
    cluster = required(item, "name")
    call = Call("eks", "list_nodegroups", "nodegroups[]", {"clusterName": cluster}, page_size=100)
    groups = []
    for name in [name for page in source.pages(call) for name in texts(page, "nodegroups")]:
        answer = source.call(
            "eks", "describe_nodegroup", absent=GONE, clusterName=cluster, nodegroupName=name
        )
        groups.append(at(answer, "nodegroup") or {})
    return item | {"nodegroups": [without(group, "resources", "health") for group in groups]}


RESOURCE_TYPE = ResourceType(
    name="eksclusters",
    title="EKS clusters",
    singular="EKS cluster",
    order=73,
    model=EksCluster,
    call=Call("eks", "list_clusters", "clusters[].{name: @}", page_size=100),
    enrich=chain(
        described("eks", "describe_cluster", "name", "cluster", gone=GONE), for_each(with_node_groups)
    ),
    actions=("eks:ListClusters", "eks:DescribeCluster", "eks:ListNodegroups", "eks:DescribeNodegroup"),
    columns=(
        Column("version", "Version", mono=True, facet=True),
        Column("public", "Public API", facet=True),
        Column("node_groups", "Node groups", numeric=True),
        Column("nodes", "Nodes", numeric=True),
        Column("support", "Support", facet=True),
        Column("vpc", "VPC", mono=True),
    ),
    console="https://{region}.console.aws.amazon.com/eks/home?region={region}#/clusters/{id}",
    volatile=("nodes", "raw.nodegroups"),
    sample={
        "name": "platform",
        "arn": "arn:aws:eks:us-east-1:412233445883:cluster/platform",
        "createdAt": "2025-02-18T15:02:11.403000+00:00",
        "version": "1.31",
        "platformVersion": "eks.24",
        "status": "ACTIVE",
        "endpoint": "https://0A1B2C3D4E5F60718.gr7.us-east-1.eks.amazonaws.com",
        "roleArn": "arn:aws:iam::412233445883:role/eks-platform",
        "resourcesVpcConfig": {
            "vpcId": "vpc-0a1b2c3d4e5f60718",
            "endpointPublicAccess": False,
            "endpointPrivateAccess": True,
        },
        "upgradePolicy": {"supportType": "EXTENDED"},
        "nodegroups": [
            {
                "nodegroupName": "general",
                "status": "ACTIVE",
                "capacityType": "ON_DEMAND",
                "scalingConfig": {"minSize": 2, "maxSize": 8, "desiredSize": 3},
                "instanceTypes": ["m7g.large"],
            }
        ],
        "tags": {"Team": "platform"},
    },
)
