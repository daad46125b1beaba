"""MSK clusters: Apache Kafka, with brokers of their own or serverless."""

from __future__ import annotations

from typing import Self

from services.models.kit.base import Call, Column, Resource, ResourceType, arn_of
from services.models.kit.record import model
from services.models.kit.scope import Scope
from services.models.kit.values import Item, required, text, texts, whole

OWN = "Provisioned"  # what is known of one that is not serverless
BROKERS = "BrokerNodeGroupInfo"


@model
class KafkaCluster(Resource):
    """kind: provisioned or serverless; the latter has no version, and no brokers to count."""

    kind: str = ""
    kafka_version: str = ""
    instance_type: str = ""
    brokers: int | None = None
    storage: int | None = None  # GiB a broker
    monitoring: str = ""
    security_groups: tuple[str, ...] = ()
    public: bool | None = None  # its brokers have addresses on the internet
    subnets: tuple[str, ...] = ()

    @classmethod
    def from_aws(cls, item: Item, scope: Scope) -> Self:
        id = required(item, "ClusterName")
        return cls.of(
            item,
            scope,
            tags=item.get("Tags"),
            id=id,
            arn=text(item, "ClusterArn") or arn_of(scope, "kafka", f"cluster/{id}"),
            name=id,
            state=text(item, "State").lower(),
            created=item.get("CreationTime"),
            kind=text(item, "ClusterType").lower(),
            kafka_version=text(item, OWN, "CurrentBrokerSoftwareInfo", "KafkaVersion"),
            instance_type=text(item, OWN, BROKERS, "InstanceType"),
            brokers=whole(item, OWN, "NumberOfBrokerNodes"),
            storage=whole(item, OWN, BROKERS, "StorageInfo", "EbsStorageInfo", "VolumeSize"),
            monitoring=text(item, OWN, "EnhancedMonitoring").lower(),
            security_groups=texts(item, OWN, BROKERS, "SecurityGroups"),
            public=_public(item),
            subnets=texts(item, OWN, BROKERS, "ClientSubnets"),
        )


def _public(item: Item) -> bool | None:
    """A serverless one never is: docs.aws.amazon.com/msk/latest/developerguide/serverless.html"""
    if text(item, "ClusterType") == "SERVERLESS":
        return False
    access = text(item, OWN, BROKERS, "ConnectivityInfo", "PublicAccess", "Type")
    return {"DISABLED": False, "SERVICE_PROVIDED_EIPS": True}.get(access)


RESOURCE_TYPE = ResourceType(
    name="kafkaclusters",
    title="Kafka clusters",
    singular="Kafka cluster",
    order=96,
    model=KafkaCluster,
    call=Call("kafka", "list_clusters_v2", "ClusterInfoList[]", page_size=100),
    actions=("kafka:ListClustersV2",),
    columns=(
        Column("kind", "Kind", facet=True),
        Column("kafka_version", "Version", mono=True, facet=True),
        Column("instance_type", "Instance type", mono=True, facet=True),
        Column("brokers", "Brokers", numeric=True),
        Column("storage", "Storage each", unit="GiB", numeric=True),
        Column("public", "Public", facet=True),
    ),
    console="https://{region}.console.aws.amazon.com/msk/home?region={region}#/cluster/{arn}/view",
    sample={
        "ClusterName": "events",
        "ClusterArn": "arn:aws:kafka:us-east-1:412233445883:cluster/events"
        "/0a1b2c3d-4e5f-4607-8192-a3b4c5d6e7f8-3",
        "ClusterType": "PROVISIONED",
        "State": "ACTIVE",
        "CreationTime": "2025-03-03T12:10:09.214000+00:00",
        "CurrentVersion": "K2EUQ1WTGCTBG2",
        "Provisioned": {
            "BrokerNodeGroupInfo": {
                "BrokerAZDistribution": "DEFAULT",
                "ClientSubnets": ["subnet-0d1f6a2b3c4d5e6f7"],
                "InstanceType": "kafka.m7g.large",
                "SecurityGroups": ["sg-01a2b3c4d5e6f7a8b"],
                "ConnectivityInfo": {"PublicAccess": {"Type": "DISABLED"}},
                "StorageInfo": {"EbsStorageInfo": {"VolumeSize": 500}},
            },
            "CurrentBrokerSoftwareInfo": {"KafkaVersion": "3.8.x"},
            "EnhancedMonitoring": "PER_BROKER",
            "NumberOfBrokerNodes": 3,
            "StorageMode": "LOCAL",
        },
        "Tags": {"Team": "data"},
    },
)
