"""EC2 instances."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from services.models.base import Call, Column, Item, Resource, ResourceType, Scope, tags_of


@dataclass(frozen=True, kw_only=True)
class Instance(Resource):
    instance_type: str = ""
    zone: str = ""
    lifecycle: str = "on-demand"
    architecture: str = ""
    platform: str = ""
    private_ip: str = ""
    public_ip: str = ""
    vpc: str = ""
    subnet: str = ""
    image: str = ""
    role: str = ""
    imds: str = ""
    state_reason: str = ""
    volumes: tuple[str, ...] = ()
    security_groups: tuple[str, ...] = ()

    @classmethod
    def from_aws(cls, item: Item, scope: Scope) -> Self:
        id = item["InstanceId"]
        devices = item.get("BlockDeviceMappings") or ()
        return cls.of(
            item,
            scope,
            tags=item.get("Tags"),
            id=id,
            arn=f"arn:aws:ec2:{scope.region}:{scope.account}:instance/{id}",
            name=tags_of(item.get("Tags")).get("Name", ""),
            state=(item.get("State") or {}).get("Name", ""),
            created=item.get("LaunchTime"),
            instance_type=item.get("InstanceType", ""),
            zone=(item.get("Placement") or {}).get("AvailabilityZone", ""),
            lifecycle=item.get("InstanceLifecycle", "on-demand"),
            architecture=item.get("Architecture", ""),
            platform=item.get("PlatformDetails", ""),
            private_ip=item.get("PrivateIpAddress", ""),
            public_ip=item.get("PublicIpAddress", ""),
            vpc=item.get("VpcId", ""),
            subnet=item.get("SubnetId", ""),
            image=item.get("ImageId", ""),
            role=(item.get("IamInstanceProfile") or {}).get("Arn", "").rpartition("/")[2],
            imds=(item.get("MetadataOptions") or {}).get("HttpTokens", ""),
            state_reason=item.get("StateTransitionReason", ""),
            volumes=tuple(d["Ebs"]["VolumeId"] for d in devices if d.get("Ebs", {}).get("VolumeId")),
            security_groups=tuple(g["GroupId"] for g in item.get("SecurityGroups") or () if "GroupId" in g),
        )


RESOURCE_TYPE = ResourceType(
    name="instances",
    title="Instances",
    singular="Instance",
    order=10,
    model=Instance,
    call=Call("ec2", "describe_instances", "Reservations[].Instances[]", page_size=1000),
    actions=("ec2:DescribeInstances",),
    columns=(
        Column("instance_type", "Type", mono=True, facet=True),
        Column("zone", "Zone"),
        Column("private_ip", "Private IP", mono=True),
        Column("public_ip", "Public IP", mono=True),
        Column("lifecycle", "Lifecycle"),
    ),
    console="https://{region}.console.aws.amazon.com/ec2/home?region={region}#InstanceDetails:instanceId={id}",
    sample={
        "InstanceId": "i-0a41c9f2be77d3e10",
        "ImageId": "ami-08f3d892de259504d",
        "InstanceType": "r6i.2xlarge",
        "LaunchTime": "2026-03-04T09:12:44+00:00",
        "Placement": {"AvailabilityZone": "us-east-1b", "Tenancy": "default"},
        "PrivateIpAddress": "10.20.14.87",
        "State": {"Code": 16, "Name": "running"},
        "StateTransitionReason": "",
        "SubnetId": "subnet-0d1f6a2b3c4d5e6f7",
        "VpcId": "vpc-0a1b2c3d4e5f60718",
        "Architecture": "x86_64",
        "BlockDeviceMappings": [
            {"DeviceName": "/dev/xvda", "Ebs": {"VolumeId": "vol-0c2d3e4f5a6b7c8d9", "Status": "attached"}}
        ],
        "IamInstanceProfile": {"Arn": "arn:aws:iam::412233445883:instance-profile/search-node"},
        "MetadataOptions": {"State": "applied", "HttpTokens": "optional"},
        "PlatformDetails": "Linux/UNIX",
        "SecurityGroups": [{"GroupName": "search-internal", "GroupId": "sg-01a2b3c4d5e6f7a8b"}],
        "Tags": [{"Key": "Name", "Value": "search-node-a"}, {"Key": "Team", "Value": "search"}],
    },
)
