"""Instances, volumes, snapshots and Elastic IPs of the demo estate; they refer to each other."""

from __future__ import annotations

from tooling.demo_names import INSTANCE_PRICES
from tooling.demo_place import HOURS, Made, Place, sample_with

GIB_PRICES = {"gp2": 0.10, "gp3": 0.08, "io1": 0.125, "st1": 0.045}


def instance(place: Place) -> Made:
    random, name, id = place.random, place.named(), place.remember("instance", place.id("i"))
    root = place.id("vol")
    place.near.roots.append((root, id, name))
    size = random.choices(list(INSTANCE_PRICES), [price[1] for price in INSTANCE_PRICES.values()])[0]
    stopped = place.often(14)
    address = f"10.{random.randrange(8, 64)}.{random.randrange(256)}.{random.randrange(4, 250)}"
    item = sample_with(
        "instances",
        InstanceId=id,
        InstanceType=size,
        LaunchTime=place.ago(0, 900),
        Placement={"AvailabilityZone": place.region + random.choice("abc")},
        PrivateIpAddress=address,
        State={"Name": "stopped" if stopped else "running"},
        StateTransitionReason="User initiated (2026-09-14 08:12:31 GMT)" if stopped else "",
        Architecture="arm64" if "g." in size else "x86_64",
        MetadataOptions={"HttpTokens": random.choices(["required", "optional"], [7, 3])[0]},
        BlockDeviceMappings=[{"DeviceName": "/dev/xvda", "Ebs": {"VolumeId": root}}],
        IamInstanceProfile={"Arn": f"arn:aws:iam::{place.account}:instance-profile/{name.app}"},
        Tags=name.tags,
    )
    if place.often(18):
        item["PublicIpAddress"] = (
            f"52.{random.randrange(16, 64)}.{random.randrange(256)}.{random.randrange(256)}"
        )
    price = INSTANCE_PRICES[size][0]
    return item, None if price is None else 0.0 if stopped else price * HOURS


def volume(place: Place) -> Made:
    random, roots = place.random, place.near.roots
    id, owner, name = roots.pop(0) if roots else (place.id("vol"), "", place.named())
    kind = random.choices(list(GIB_PRICES), [30, 60, 6, 4])[0]
    size = random.choice([8, 20, 30, 50, 100, 100, 200, 500, 1000, 2000])
    free = not owner and place.often(20)
    attached = {"InstanceId": owner or place.any("instance"), "State": "attached", "Device": "/dev/xvdf"}
    item = sample_with(
        "volumes",
        VolumeId=place.remember("volume", id),
        Size=size,
        VolumeType=kind,
        Iops=max(3000, size * 3),
        State="available" if free else "in-use",
        AvailabilityZone=place.region + random.choice("abc"),
        CreateTime=place.ago(1, 1100),
        Encrypted=place.often(78),
        SnapshotId="",
        Attachments=[] if free else [attached],
        Tags=name.tags_with_suffix("root" if owner else random.choice(["data", "logs"])),
    )
    return item, size * GIB_PRICES[kind]


def snapshot(place: Place) -> Made:
    name, encrypted = place.named(), place.often(70)
    item = sample_with(
        "snapshots",
        SnapshotId=place.id("snap"),
        VolumeId=place.any("volume"),
        VolumeSize=place.random.choice([8, 30, 100, 200, 500, 1000]),
        StartTime=place.ago(0, 700),
        Encrypted=encrypted,
        Public=not encrypted and place.number % 19 == 4,
        Description=f"Nightly copy of {name.name}",
        StorageTier="archive" if place.often(8) else "standard",
        OwnerId=place.account,
        Tags=name.tags_with_suffix("nightly"),
    )
    return item, None  # incremental: its own size is not what it costs


def address(place: Place) -> Made:
    random = place.random
    item = sample_with(
        "addresses",
        AllocationId=place.id("eipalloc"),
        PublicIp=f"3.{random.randrange(64, 250)}.{random.randrange(256)}.{random.randrange(256)}",
        PrivateIpAddress=f"10.{random.randrange(8, 64)}.{random.randrange(256)}.{random.randrange(4, 250)}",
        InstanceId=place.any("instance"),
        AssociationId=place.id("eipassoc"),
        NetworkInterfaceId=place.id("eni"),
        Tags=place.named().tags_with_suffix("eip"),
    )
    if place.often(25):
        for key in ("InstanceId", "AssociationId", "NetworkInterfaceId", "PrivateIpAddress"):
            del item[key]
    return item, 0.005 * HOURS
