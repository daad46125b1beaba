"""Amazon MQ brokers. Who may log in is nobody's business: users and LDAP are left out."""

from __future__ import annotations

from typing import Self

from services.models.kit.base import Call, Column, Resource, ResourceType, arn_of
from services.models.kit.record import model
from services.models.kit.scope import Scope
from services.models.kit.steps import described, without
from services.models.kit.values import Item, flag, required, text, texts_or_none, told, whole

DROPPED = ("Users", "LdapServerMetadata", "PendingLdapServerMetadata")
ENGINES = {"activemq": "ActiveMQ", "rabbitmq": "RabbitMQ"}  # spelt in more than one way


@model
class Broker(Resource):
    engine: str = ""
    engine_version: str | None = None
    instance_type: str = ""
    deployment: str = ""
    public: bool | None = None
    auto_upgrade: bool | None = None  # to minor versions
    storage: int | None = None  # GB, of those that can be chosen
    security_groups: tuple[str, ...] | None = None
    subnets: tuple[str, ...] | None = None

    @classmethod
    def from_aws(cls, item: Item, scope: Scope) -> Self:
        id = required(item, "BrokerId")
        engine = text(item, "EngineType")
        name = text(item, "BrokerName") or id
        return cls.of(
            without(item, *DROPPED),
            scope,
            tags=item.get("Tags"),
            id=id,
            arn=text(item, "BrokerArn") or arn_of(scope, "mq", f"broker:{name}:{id}"),
            name=name,
            state=text(item, "BrokerState").lower(),
            created=item.get("Created"),
            engine=ENGINES.get(engine.lower(), engine),
            engine_version=told(item, "EngineVersion"),
            instance_type=text(item, "HostInstanceType"),
            deployment=text(item, "DeploymentMode").lower(),
            public=flag(item, "PubliclyAccessible"),
            auto_upgrade=flag(item, "AutoMinorVersionUpgrade"),
            storage=whole(item, "StorageSize"),
            security_groups=texts_or_none(item, "SecurityGroups"),
            subnets=texts_or_none(item, "SubnetIds"),
        )


RESOURCE_TYPE = ResourceType(
    name="brokers",
    title="Message brokers",
    singular="Message broker",
    order=95,
    model=Broker,
    call=Call("mq", "list_brokers", "BrokerSummaries[]", page_size=100),
    enrich=described("mq", "describe_broker", "BrokerId"),
    actions=("mq:ListBrokers", "mq:DescribeBroker"),
    columns=(
        Column("engine", "Engine", facet=True),
        Column("engine_version", "Version", mono=True, facet=True),
        Column("instance_type", "Instance type", mono=True, facet=True),
        Column("deployment", "Deployment", facet=True),
        Column("public", "Public", facet=True),
        Column("auto_upgrade", "Minor upgrades by itself"),
    ),
    console="https://{region}.console.aws.amazon.com/amazon-mq/home?region={region}#/brokers/details?id={id}",
    sample={
        "BrokerId": "b-7f3c1a90-2b4d-4e6f-8a1b-3c5d7e9f0a2b",
        "BrokerArn": "arn:aws:mq:us-east-1:412233445883:broker:orders:b-7f3c1a90-2b4d-4e6f-8a1b-3c5d7e9f0a2b",
        "BrokerName": "orders",
        "BrokerState": "RUNNING",
        "Created": "2025-04-11T08:20:31.114000+00:00",
        "DeploymentMode": "ACTIVE_STANDBY_MULTI_AZ",
        "EngineType": "ActiveMQ",
        "EngineVersion": "5.18",
        "HostInstanceType": "mq.m5.large",
        "AutoMinorVersionUpgrade": True,
        "PubliclyAccessible": False,
        "StorageType": "efs",
        "SecurityGroups": ["sg-01a2b3c4d5e6f7a8b"],
        "SubnetIds": ["subnet-0d1f6a2b3c4d5e6f7"],
        "Users": [{"Username": "secret-admin"}],
        "Tags": {"Team": "checkout"},
    },
)
