"""Instances of the demo estate, their volumes, images, snapshots and groups."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from tooling.demo.names import INSTANCE_TYPES
from tooling.demo.place import Item, Place

PUBLIC_IMAGE = "ami-08f3d892de259504d"  # Amazon's
VOLUMES = {"gp2": 30, "gp3": 60, "io1": 6, "st1": 4}
PLATFORMS = {"Linux/UNIX": 96, "Red Hat Enterprise Linux": 4}
GROUP = "aws:autoscaling:groupName"
T = TypeVar("T")


def one_of(place: Place, weights: dict[T, int]) -> T:
    return place.random.choices([*weights], [*weights.values()])[0]


def image(place: Place) -> Item:
    name = f"{place.name.name}-{place.number:03d}"
    snapshot = place.will_have("snapshots", place.new("snap"), size=30)
    return place.like(
        "images",
        ImageId=place.new("ami"),
        Name=name,
        ImageLocation=f"{place.account}/{name}",
        OwnerId=place.account,
        CreationDate=place.ago(10, 900),
        LastLaunchedTime=place.ago(1, 400),
        Public=place.often(3),
        BlockDeviceMappings=[{"DeviceName": "/dev/xvda", "Ebs": {"SnapshotId": snapshot, "VolumeSize": 30}}],
        Description=f"Base of {place.name.app}",
        Tags=place.name.tags,
    )


def instance(place: Place) -> Item:
    id, root, launched = place.new("i"), place.new("vol"), place.ago(0, 900)
    own, size = place.any("images"), one_of(place, INSTANCE_TYPES)
    zone, stopped = place.subnet["AvailabilityZone"], place.often(14)
    place.will_have("volumes", root, instance=id, name=place.name, created=launched, zone=zone)
    return place.like(
        "instances",
        InstanceId=id,
        InstanceType=size,
        ImageId=own.id if own and place.often(60) else PUBLIC_IMAGE,
        LaunchTime=launched,
        Placement={"AvailabilityZone": zone},
        PrivateIpAddress=place.address(),
        PublicIpAddress=place.public_address() if place.often(18) else None,
        State={"Name": "stopped" if stopped else "running"},
        StateTransitionReason=f"User initiated ({place.ago(5, 80)[:19].replace('T', ' ')} GMT)" * stopped,
        Architecture="arm64" if "g." in size else "x86_64",
        PlatformDetails=one_of(place, PLATFORMS),
        MetadataOptions={"HttpTokens": one_of(place, {"required": 7, "optional": 3})},
        BlockDeviceMappings=[{"DeviceName": "/dev/xvda", "Ebs": {"VolumeId": root}}],
        IamInstanceProfile={"Arn": place.iam(f"instance-profile/{place.role('ec2')}")},
        Tags=[*place.name.tags],
    )


def auto_scaling_group(place: Place) -> Item:
    """A group of up to three instances that stand here and are in no other one."""
    id = f"{place.name.app}-{place.name.environment}-{place.number:02d}"
    standing = [made.item for made in place.ground.at(place.account, place.region, "instances")]
    members = [each for each in standing if all(tag["Key"] != GROUP for tag in each["Tags"])][:3]
    for each in members:
        each["Tags"].append({"Key": GROUP, "Value": id})
    template = place.will_have("others", place.new("lt"), kind="ec2:launch-template/", name=place.name)
    path = f"autoScalingGroup:{place.random.getrandbits(64):016x}:autoScalingGroupName/{id}"
    healthy = {"HealthStatus": "Healthy", "LifecycleState": "InService"}
    return place.like(
        "autoscalinggroups",
        AutoScalingGroupName=id,
        AutoScalingGroupARN=place.arn("autoscaling", path),
        LaunchTemplate={
            "LaunchTemplateId": template,
            "LaunchTemplateName": place.name.name,
            "Version": "$Latest",
        },
        MinSize=1,
        MaxSize=len(members) * 3,
        DesiredCapacity=len(members),
        AvailabilityZones=sorted({each["Placement"]["AvailabilityZone"] for each in members}),
        Instances=[healthy | {"InstanceId": each["InstanceId"]} for each in members],
        CreatedTime=place.ago(20, 900),
        Tags=place.name.tags,
    )


def volume(place: Place) -> Item:
    """The root of an instance, or a disk more of one, or one that nothing uses."""
    random, root = place.random, place.promised("instance")
    name, kind = place.promised("name", place.name), one_of(place, VOLUMES)
    size = random.choice([8, 20, 30, 50] if root else [100, 100, 200, 500, 1000, 2000])
    free, instance = not root and place.often(60), root or (place.leader.id if place.leader else "")
    attached = {"InstanceId": instance, "State": "attached", "Device": "/dev/xvda" if root else "/dev/xvdf"}
    zone = place.leader.item["Placement"]["AvailabilityZone"] if place.leader else f"{place.region}a"
    return place.like(
        "volumes",
        VolumeId=place.id("vol"),
        Size=size,
        VolumeType=kind,
        Iops=_iops(kind, size),
        Throughput=125 if kind == "gp3" else None,
        State="available" if free else "in-use",
        AvailabilityZone=place.promised("zone", zone),
        CreateTime=place.promised("created") or place.ago(1, 1100),
        Encrypted=place.often(78),
        SnapshotId="",
        Attachments=[] if free else [attached],
        Tags=name.tags_with_suffix("root" if root else random.choice(["data", "logs"])),
    )


def _iops(kind: str, size: int) -> int | None:
    """As EC2 tells them: three a GiB of gp2, 3,000 that come with gp3; io1's are bought; st1 has none."""
    bought = min(2000, size * 50)
    return {"gp2": min(16_000, max(100, size * 3)), "gp3": 3000, "io1": bought}.get(kind)


def snapshot(place: Place) -> Item:
    """The copy of a volume, which may be gone by now, or what an image is made of."""
    encrypted, leader = place.often(70), place.leader
    gone = leader is None or place.often(15)
    return place.like(
        "snapshots",
        SnapshotId=place.id("snap"),
        VolumeId=place.new("vol") if gone or leader is None else leader.id,
        VolumeSize=place.promised("size") or (leader.item["Size"] if leader else 100),
        StartTime=place.ago(0, 700),
        Encrypted=encrypted,
        Public=not encrypted and place.number % 19 == 4,
        Description=f"Nightly copy of {place.name.name}",
        StorageTier="archive" if place.often(8) else "standard",
        OwnerId=place.account,
        Tags=place.name.tags_with_suffix("nightly"),
    )


def address(place: Place) -> Item:
    """Of a NAT gateway, of the instance that it belongs to, or of nothing."""
    interface, used = place.promised("interface"), place.promise is not None or place.often(70)
    attached: Item = {}
    if used and place.leader:
        attached = {"InstanceId": place.leader.id, "PrivateIpAddress": place.leader.item["PrivateIpAddress"]}
        interface = place.will_have(
            "networkinterfaces",
            place.new("eni"),
            instance=place.leader.id,
            vpc=place.leader.item["VpcId"],
            subnet=place.leader.item["SubnetId"],
            private=attached["PrivateIpAddress"],
        )
    if used:
        attached |= {"AssociationId": place.new("eipassoc"), "NetworkInterfaceId": interface}
    absent = dict.fromkeys(("InstanceId", "AssociationId", "NetworkInterfaceId", "PrivateIpAddress"))
    return place.like(
        "addresses",
        AllocationId=place.id("eipalloc"),
        PublicIp=place.promised("public") or place.public_address(),
        NetworkInterfaceOwnerId=place.account if used else None,
        Tags=place.name.tags_with_suffix("eip"),
        **absent | attached,
    )


ITEMS: dict[str, Callable[[Place], Item]] = {
    "images": image,
    "instances": instance,
    "autoscalinggroups": auto_scaling_group,
    "volumes": volume,
    "snapshots": snapshot,
    "addresses": address,
}
