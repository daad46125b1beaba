"""EC2 instances."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Self

from services.models.kit.base import MANAGED, Call, Column, Metric, Resource, ResourceType, arn_of, where
from services.models.kit.networks import PUBLIC_IPV6, is_within
from services.models.kit.record import model
from services.models.kit.scope import Scope
from services.models.kit.values import Item, each, operator_of, required, tags_of, text

DEFAULT = "default"  # tenancy: hardware that is shared
GROUP_TAG = "aws:autoscaling:groupName"
# tag, or the beginning of one -> who started the instance and will replace it; the first that fits
MANAGERS = (
    ("eks:cluster-name", "eks"),
    ("aws:eks:cluster-name", "eks"),
    ("kubernetes.io/cluster/", "kubernetes"),
    ("aws:elasticmapreduce:job-flow-id", "emr"),
    ("AWSBatchServiceTag", "batch"),
    (GROUP_TAG, "autoscaling"),
)


@model
class Instance(Resource):
    """managed_by: what will replace it: "eks", "autoscaling", ... group: its Auto Scaling group.

    public_interfaces: its network interfaces with an address on the internet, each as its subnet, security
    groups and such addresses: "subnet-1 sg-1 sg-2 52.18.104.77 2600:1f18::7".
    """

    instance_type: str = ""
    zone: str = ""
    lifecycle: str = "on-demand"
    tenancy: str = ""
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
    managed_by: str = ""
    group: str = ""
    volumes: tuple[str, ...] = ()
    security_groups: tuple[str, ...] = ()
    public_interfaces: tuple[str, ...] = ()

    @classmethod
    def from_aws(cls, item: Item, scope: Scope) -> Self:
        id, tags = required(item, "InstanceId"), tags_of(item.get("Tags"))
        return cls.of(
            item,
            scope,
            tags=item.get("Tags"),
            id=id,
            arn=arn_of(scope, "ec2", f"instance/{id}"),
            name=tags.get("Name", ""),
            state=text(item, "State", "Name"),
            created=item.get("LaunchTime"),
            instance_type=text(item, "InstanceType"),
            zone=text(item, "Placement", "AvailabilityZone"),
            lifecycle=text(item, "InstanceLifecycle") or "on-demand",
            tenancy=text(item, "Placement", "Tenancy") or DEFAULT,
            architecture=text(item, "Architecture"),
            platform=text(item, "PlatformDetails"),
            private_ip=text(item, "PrivateIpAddress"),
            public_ip=text(item, "PublicIpAddress"),
            vpc=text(item, "VpcId"),
            subnet=text(item, "SubnetId"),
            image=text(item, "ImageId"),
            role=text(item, "IamInstanceProfile", "Arn").rpartition("/")[2],
            imds=_imds(item),
            state_reason=text(item, "StateTransitionReason"),
            managed_by=_manager(tags) or operator_of(item),
            group=tags.get(GROUP_TAG, ""),
            volumes=tuple(text(device, "Ebs", "VolumeId") for device in each(item, "BlockDeviceMappings")),
            security_groups=_groups(item, "SecurityGroups"),
            public_interfaces=tuple(_public_interfaces(item)),
        )


def _imds(item: Item) -> str:
    """ "required" or "optional" as a token is; "disabled" where nothing answers, whatever it would demand."""
    if text(item, "MetadataOptions", "HttpEndpoint") == "disabled":
        return "disabled"
    return text(item, "MetadataOptions", "HttpTokens")


def _groups(item: Item, key: str) -> tuple[str, ...]:
    return tuple(text(group, "GroupId") for group in each(item, key))


def _public_interfaces(item: Item) -> Iterator[str]:
    """What no interface tells, the instance may: its addresses, and the subnet and groups of the first."""
    itself = {
        "Association": {"PublicIp": text(item, "PublicIpAddress")},
        "Ipv6Addresses": [{"Ipv6Address": text(item, "Ipv6Address")}],
    }
    seen: set[str] = set()
    for interface in (*each(item, "NetworkInterfaces"), itself):
        addresses = [one for one in dict.fromkeys(_public_addresses(interface)) if one not in seen]
        if addresses:
            seen.update(addresses)
            groups = _groups(interface, "Groups") or _groups(item, "SecurityGroups")
            subnet = text(interface, "SubnetId") or text(item, "SubnetId")
            yield " ".join((subnet, *groups, *addresses)).strip()


def _public_addresses(interface: Item) -> Iterator[str]:
    for holder in (interface, *each(interface, "PrivateIpAddresses")):
        if address := text(holder, "Association", "PublicIp"):
            yield address
    for holder in each(interface, "Ipv6Addresses"):
        if is_within(address := text(holder, "Ipv6Address"), PUBLIC_IPV6):
            yield address


def _manager(tags: Mapping[str, str]) -> str:
    return next((who for start, who in MANAGERS if any(key.startswith(start) for key in tags)), "")


# docs.aws.amazon.com/AWSEC2/latest/UserGuide/viewing_metrics_with_cloudwatch.html; nothing while stopped
_RUNNING, _ID = where(state="running"), (("InstanceId", "{id}"),)
METRICS = (
    Metric("AWS/EC2", "CPUUtilization", "Average", _ID, "CPU, mean", "%", _RUNNING),
    Metric("AWS/EC2", "NetworkIn", "Sum", _ID, "Network in", "B", _RUNNING),
    Metric("AWS/EC2", "NetworkOut", "Sum", _ID, "Network out", "B", _RUNNING),
)

RESOURCE_TYPE = ResourceType(
    name="instances",
    title="Instances",
    singular="Instance",
    order=10,
    model=Instance,
    call=Call("ec2", "describe_instances", "Reservations[].Instances[]", MANAGED, page_size=1000),
    actions=("ec2:DescribeInstances",),
    columns=(
        Column("instance_type", "Type", mono=True, facet=True),
        Column("zone", "Zone"),
        Column("private_ip", "Private IP", mono=True),
        Column("public_ip", "Public IP", mono=True),
        Column("lifecycle", "Lifecycle"),
    ),
    console="https://{region}.console.aws.amazon.com/ec2/home?region={region}#InstanceDetails:instanceId={id}",
    metrics=METRICS,
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
        "Tags": [
            {"Key": "Name", "Value": "search-node-a"},
            {"Key": "Team", "Value": "search"},
            {"Key": "aws:autoscaling:groupName", "Value": "search-nodes"},
        ],
    },
)
