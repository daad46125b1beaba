"""EKS clusters, with their managed node groups."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

from services.models.kit.base import Call, Column, Resource, ResourceType, arn_of
from services.models.kit.error_codes import GONE
from services.models.kit.questions import Questions
from services.models.kit.record import model
from services.models.kit.scope import Scope
from services.models.kit.steps import chain, described, for_each, without
from services.models.kit.values import (
    Item,
    each,
    flag,
    required,
    text,
    texts,
    texts_or_none,
    told,
    told_words,
    total,
    whole,
)

DROPPED = ("certificateAuthority", "connectorConfig")
DESCRIBED = "version"  # what a cluster's description always has
INSIDE = "nodegroup"


@model
class EksCluster(Resource):
    """nodes: what all managed node groups want together. Those of Auto Mode, of Karpenter and of groups that
    somebody manages himself are in no node group: without one, or in Auto Mode, the number is unknown.
    """

    version: str | None = None
    platform: str | None = None
    public: bool | None = None  # its API endpoint
    node_groups: int | None = None
    nodes: int | None = None
    auto_mode: bool | None = None
    support: str | None = None
    vpc: str | None = None
    instance_types: tuple[str, ...] | None = None
    public_to: tuple[str, ...] | None = None  # networks that its public endpoint lets in

    @classmethod
    def from_aws(cls, item: Item, scope: Scope) -> Self:
        id = required(item, "name")
        groups = each(item, "nodegroups") if isinstance(item.get("nodegroups"), list) else None
        auto = flag(item, "computeConfig", "enabled") if "computeConfig" in item else False
        return cls.of(
            without(item, *DROPPED),
            scope,
            tags=item.get("tags"),
            id=id,
            arn=text(item, "arn") or arn_of(scope, "eks", f"cluster/{id}"),
            name=id,
            state=text(item, "status").lower(),
            created=item.get("createdAt"),
            version=told(item, "version"),
            platform=told(item, "platformVersion"),
            public=flag(item, "resourcesVpcConfig", "endpointPublicAccess"),
            node_groups=None if groups is None else len(groups),
            nodes=_nodes(groups) if groups and auto is False else None,
            auto_mode=auto if DESCRIBED in item or auto else None,
            support=told_words(item, "upgradePolicy", "supportType"),
            vpc=told(item, "resourcesVpcConfig", "vpcId"),
            instance_types=_instance_types(groups),
            public_to=texts_or_none(item, "resourcesVpcConfig", "publicAccessCidrs"),
        )


def _nodes(groups: list[Item]) -> int | None:
    return total(whole(group, "scalingConfig", "desiredSize") for group in groups)


def _instance_types(groups: list[Item] | None) -> tuple[str, ...] | None:
    """None where a group is not known, or its template says what it is made of."""
    types = [texts(group, "instanceTypes") for group in groups or ()]
    return (
        None if groups is None or not all(types) else tuple(sorted({one for some in types for one in some}))
    )


def with_node_groups(item: dict[str, Any], questions: Questions) -> Item:
    """The cluster with its "nodegroups", {} for one that is not answered; None where they are unknown."""
    cluster = required(item, "name")
    call = Call("eks", "list_nodegroups", "nodegroups[]", {"clusterName": cluster}, page_size=100)
    names = questions.listed(call)
    if names is None:
        return item | {"nodegroups": None}
    groups = [_node_group(cluster, name, questions) for name in names if isinstance(name, str)]
    return item | {
        "nodegroups": [without(group, "resources", "health") for group in groups if group is not None]
    }


def _node_group(cluster: str, name: str, questions: Questions) -> Item | None:
    """What is known of the group, {} for nothing; None when it is gone by now."""
    asked = "eks", "describe_nodegroup"
    parameters = {"clusterName": cluster, "nodegroupName": name}
    answer = questions.call(*asked, gone=(), none=GONE, otherwise={INSIDE: None}, **parameters)
    if answer is None:
        return {}
    group = answer.get(INSIDE, {})
    if group is not None and not (isinstance(group, Mapping) and group):
        questions.odd(*asked)
        return {}
    return group


RESOURCE_TYPE = ResourceType(
    name="eksclusters",
    title="EKS clusters",
    singular="EKS cluster",
    order=73,
    model=EksCluster,
    call=Call("eks", "list_clusters", "clusters[].{name: @}", page_size=100),
    enrich=chain(described("eks", "describe_cluster", "name", "cluster"), for_each(with_node_groups)),
    actions=("eks:ListClusters", "eks:DescribeCluster", "eks:ListNodegroups", "eks:DescribeNodegroup"),
    columns=(
        Column("version", "Version", mono=True, facet=True),
        Column("public", "Public API", facet=True),
        Column("node_groups", "Node groups", numeric=True),
        Column("nodes", "Managed nodes", numeric=True),
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
            "publicAccessCidrs": [],
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
