"""Networks of the demo estate: what stands in them, and what lets in whom."""

from __future__ import annotations

from collections.abc import Callable

from tooling.demo_place import HOURS, Made, Place, sample_with

SERVICES = ("secretsmanager", "logs", "ecr.api", "sqs")
OPEN_PORTS = (443, 443, 80, 22, 5432)


def vpc(place: Place) -> Made:
    cidr = f"10.{8 + place.number % 56}.0.0/16"
    item = sample_with(
        "vpcs",
        VpcId=place.remember("vpc", place.id("vpc")),
        OwnerId=place.account,
        CidrBlock=cidr,
        CidrBlockAssociationSet=[{"CidrBlock": cidr, "CidrBlockState": {"State": "associated"}}],
        IsDefault=place.often(40),
        Tags=place.named().tags,
    )
    return item, 0.0


def subnet(place: Place) -> Made:
    random = place.random
    item = sample_with(
        "subnets",
        SubnetId=(id := place.remember("subnet", place.id("subnet"))),
        SubnetArn=place.arn("ec2", f"subnet/{id}"),
        OwnerId=place.account,
        VpcId=place.any("vpc"),
        CidrBlock=f"10.{random.randrange(8, 64)}.{random.randrange(256)}.0/24",
        AvailableIpAddressCount=random.choice([251, 244, 187, 96, 3]),
        AvailabilityZone=place.region + random.choice("abc"),
        MapPublicIpOnLaunch=place.often(30),
        Tags=place.named().tags,
    )
    return item, 0.0


def security_group(place: Place) -> Made:
    random, name = place.random, place.named()
    id, port = place.remember("group", place.id("sg")), random.choice(OPEN_PORTS)
    inner = {"IpProtocol": "tcp", "FromPort": 8080, "ToPort": 8080, "IpRanges": [{"CidrIp": "10.0.0.0/8"}]}
    world = {"IpProtocol": "tcp", "FromPort": port, "ToPort": port, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
    item = sample_with(
        "securitygroups",
        GroupId=id,
        GroupName=f"{name.app}-{random.choice(['web', 'internal', 'db'])}",
        SecurityGroupArn=place.arn("ec2", f"security-group/{id}"),
        OwnerId=place.account,
        VpcId=place.any("vpc"),
        Description=f"Made for {name.name}",
        IpPermissions=[inner, world] if place.often(45) else [inner],
        Interfaces=random.choice([0, 1, 2, 4, 9]),
        Tags=name.tags,
    )
    return item, 0.0


def network_interface(place: Place) -> Made:
    random, used = place.random, place.often(75)
    item = sample_with(
        "networkinterfaces",
        NetworkInterfaceId=place.remember("eni", place.id("eni")),
        Status="in-use" if used else "available",
        Description=f"Interface of {place.named().name}",
        AvailabilityZone=place.region + random.choice("abc"),
        PrivateIpAddress=f"10.{random.randrange(8, 64)}.{random.randrange(256)}.{random.randrange(4, 250)}",
        Attachment={"AttachTime": place.ago(1, 600), "InstanceId": place.any("instance")} if used else {},
        Groups=[{"GroupId": place.any("group"), "GroupName": "web"}],
        OwnerId=place.account,
        SubnetId=place.any("subnet"),
        VpcId=place.any("vpc"),
        TagSet=place.named().tags,
    )
    del item["Association"]
    return item, 0.0


def nat_gateway(place: Place) -> Made:
    random = place.random
    address = {
        "AllocationId": place.id("eipalloc"),
        "PublicIp": f"3.{random.randrange(64, 250)}.{random.randrange(256)}.{random.randrange(256)}",
        "PrivateIp": f"10.{random.randrange(8, 64)}.1.{random.randrange(4, 250)}",
    }
    item = sample_with(
        "natgateways",
        NatGatewayId=place.id("nat"),
        CreateTime=place.ago(20, 1200),
        SubnetId=place.any("subnet"),
        VpcId=place.any("vpc"),
        NatGatewayAddresses=[address],
        Routes=0 if place.often(25) else random.randrange(1, 6),
        Tags=place.named().tags,
    )
    return item, 0.045 * HOURS


def vpc_endpoint(place: Place) -> Made:
    zones = place.random.choice([1, 2, 3])
    item = sample_with(
        "vpcendpoints",
        VpcEndpointId=place.id("vpce"),
        ServiceName=f"com.amazonaws.{place.region}.{place.random.choice(SERVICES)}",
        VpcId=place.any("vpc"),
        SubnetIds=[place.any("subnet") for _ in range(zones)],
        NetworkInterfaceIds=[place.id("eni") for _ in range(zones)],
        OwnerId=place.account,
        CreationTimestamp=place.ago(20, 900),
        Tags=place.named().tags,
    )
    return item, 0.01 * HOURS * zones


def target_group(place: Place) -> Made:
    random, name = place.random, place.named()
    id = f"{name.app}-{place.number:02d}"
    healthy, unhealthy = random.choice([(3, 0), (2, 0), (4, 1), (0, 0), (0, 2)])
    item = sample_with(
        "targetgroups",
        TargetGroupArn=place.arn("elasticloadbalancing", f"targetgroup/{id}/{random.getrandbits(64):016x}"),
        TargetGroupName=id,
        VpcId=place.any("vpc"),
        TargetType=random.choice(["ip", "instance"]),
        Health={"all": healthy + unhealthy, "healthy": healthy, "unhealthy": unhealthy},
        Tags=name.tags,
    )
    if place.often(20):
        item["LoadBalancerArns"] = []
    return item, 0.0


def classic_load_balancer(place: Place) -> Made:
    name = place.named()
    id = f"legacy-{name.app}-{place.number:02d}"
    item = sample_with(
        "classicloadbalancers",
        LoadBalancerName=id,
        Arn=place.arn("elasticloadbalancing", f"loadbalancer/{id}"),
        DNSName=f"{id}-{place.random.randrange(10**9)}.{place.region}.elb.amazonaws.com",
        CreatedTime=place.ago(1500, 2600),
        VPCId=place.any("vpc"),
        Instances=[{"InstanceId": place.any("instance")}],
        Tags=name.tags,
    )
    return item, 0.025 * HOURS


ITEMS: dict[str, Callable[[Place], Made]] = {
    "vpcs": vpc,
    "subnets": subnet,
    "securitygroups": security_group,
    "networkinterfaces": network_interface,
    "natgateways": nat_gateway,
    "vpcendpoints": vpc_endpoint,
    "targetgroups": target_group,
    "classicloadbalancers": classic_load_balancer,
}
