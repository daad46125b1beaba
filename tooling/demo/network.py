"""Networks of the demo estate: what stands in them, and what lets in whom."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tooling.demo.place import Item, Place

SERVICES = ("secretsmanager", "logs", "ecr.api", "sqs")
OPEN_PORTS = (443, 443, 80, 22, 5432)


def vpc(place: Place) -> Item:
    """With two subnets and two security groups of its own."""
    id, block = place.new("vpc"), f"10.{8 + place.number % 240}"
    for number, zone in enumerate("ab"):
        place.will_have("subnets", place.new("subnet"), vpc=id, cidr=f"{block}.{number}.0/24", zone=zone)
    for kind in ("web", "internal"):
        place.will_have("securitygroups", place.new("sg"), vpc=id, kind=kind)
    associated = {"CidrBlock": f"{block}.0.0/16", "CidrBlockState": {"State": "associated"}}
    return place.like(
        "vpcs",
        VpcId=id,
        OwnerId=place.account,
        CidrBlock=f"{block}.0.0/16",
        CidrBlockAssociationSet=[associated],
        IsDefault=place.often(30),
        Tags=place.name.tags,
    )


def subnet(place: Place) -> Item:
    random, zone = place.random, place.promised("zone") or place.random.choice("abc")
    block = place.leader.item["CidrBlock"].rsplit(".", 2)[0] if place.leader else "10.8"
    id = place.id("subnet")
    free, public = random.choice([251, 244, 187, 96, 3]), place.often(30)
    out = {
        "DestinationCidrBlock": "0.0.0.0/0",
        "GatewayId": place.vpc.replace("vpc-", "igw-"),
        "State": "active",
    }
    return place.like(
        "subnets",
        SubnetId=id,
        SubnetArn=place.arn("ec2", f"subnet/{id}"),
        VpcId=place.vpc,
        CidrBlock=place.promised("cidr") or f"{block}.{2 + place.number % 250}.0/24",
        AvailableIpAddressCount=free,
        AvailabilityZone=place.region + zone,
        MapPublicIpOnLaunch=public,
        Routes=[out] if public else [],
        Tags=place.name.tags,
    )


def security_group(place: Place) -> Item:
    random, name = place.random, place.name
    id, port = place.id("sg"), random.choice(OPEN_PORTS)
    inner = {"IpProtocol": "tcp", "FromPort": 8080, "ToPort": 8080, "IpRanges": [{"CidrIp": "10.0.0.0/8"}]}
    world = {"IpProtocol": "tcp", "FromPort": port, "ToPort": port, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
    return place.like(
        "securitygroups",
        GroupId=id,
        GroupName=f"{name.app}-{place.promised('kind') or random.choice(['web', 'internal', 'db'])}",
        SecurityGroupArn=place.arn("ec2", f"security-group/{id}"),
        VpcId=place.vpc,
        Description=f"Made for {name.name}",
        IpPermissions=[inner, world] if place.often(45) else [inner],
        Interfaces=0,  # counted when everything stands
        Tags=name.tags,
    )


def network_acl(place: Place) -> Item:
    """Of all subnets of its VPC: mostly the default one, which lets everything through."""
    id, default = place.id("acl"), place.often(85)
    guarded = [made.id for made in place.ground.within(place.vpc, "subnets")]
    everything: Item = {"CidrBlock": "0.0.0.0/0", "Protocol": "-1"}
    ends = [
        everything | {"Egress": egress, "RuleAction": action, "RuleNumber": number}
        for egress in (True, False)
        for action, number in (("allow", 100), ("deny", 32767))
    ]
    return place.like(
        "networkacls",
        NetworkAclId=id,
        VpcId=place.vpc,
        IsDefault=default,
        Associations=[{"NetworkAclId": id, "SubnetId": subnet} for subnet in guarded],
        Entries=ends if default else None,
        Tags=[] if default else place.name.tags,
    )


def network_interface(place: Place) -> Item:
    """Of a NAT gateway, an endpoint or an instance; now and then of nothing."""
    instance, used = place.promised("instance"), place.promise is not None
    attachment: dict[str, Any] = {"AttachTime": place.ago(1, 600)} if used else {}
    group = place.any("securitygroups")
    return place.like(
        "networkinterfaces",
        NetworkInterfaceId=place.id("eni"),
        InterfaceType=place.promised("kind", "interface"),
        RequesterManaged="kind" in (place.promise.values if place.promise else ()),
        Status="in-use" if used else "available",
        Description=f"Interface of {place.name.name}",
        AvailabilityZone=place.subnet["AvailabilityZone"],
        PrivateIpAddress=place.promised("private") or place.address(),
        Attachment=attachment | ({"InstanceId": instance} if instance else {}),
        Groups=[{"GroupId": group.id, "GroupName": group.item["GroupName"]}] if group else [],
        VpcId=place.vpc,
        TagSet=place.name.tags,
        Association=None,
    )


def nat_gateway(place: Place) -> Item:
    subnet, private, public = place.subnet["SubnetId"], place.address(), place.public_address()
    where = {"vpc": place.vpc, "subnet": subnet, "private": private}
    interface = place.will_have("networkinterfaces", place.new("eni"), kind="nat_gateway", **where)
    allocation = place.will_have("addresses", place.new("eipalloc"), interface=interface, public=public)
    address = {
        "AllocationId": allocation,
        "NetworkInterfaceId": interface,
        "PublicIp": public,
        "PrivateIp": private,
    }
    return place.like(
        "natgateways",
        NatGatewayId=place.new("nat"),
        CreateTime=place.ago(20, 1200),
        SubnetId=subnet,
        NatGatewayAddresses=[address],
        Routes=0 if place.often(25) else place.random.randrange(1, 6),
        Tags=place.name.tags,
    )


def vpc_endpoint(place: Place) -> Item:
    subnet, address = place.subnet["SubnetId"], place.address()
    where = {"vpc": place.vpc, "subnet": subnet, "private": address}
    return place.like(
        "vpcendpoints",
        VpcEndpointId=place.new("vpce"),
        ServiceName=f"com.amazonaws.{place.region}.{place.random.choice(SERVICES)}",
        SubnetIds=[subnet],
        NetworkInterfaceIds=[
            place.will_have("networkinterfaces", place.new("eni"), kind="vpc_endpoint", **where)
        ],
        CreationTimestamp=place.ago(20, 900),
        Tags=place.name.tags,
    )


def load_balancer(place: Place) -> Item:
    random = place.random
    kind, path = random.choices([("application", "app"), ("network", "net")], [7, 3])[0]
    id = f"{place.name.app}-{place.name.environment}-{place.number:02d}"
    path = f"loadbalancer/{path}/{id}/{random.getrandbits(64):016x}"
    return place.like(
        "loadbalancers",
        LoadBalancerArn=place.arn("elasticloadbalancing", path),
        LoadBalancerName=id,
        DNSName=f"{id}-{random.randrange(10**9)}.{place.region}.elb.amazonaws.com",
        CreatedTime=place.ago(5, 1200),
        Scheme=random.choices(["internet-facing", "internal"], [6, 4])[0],
        Type=kind,
        AvailabilityZones=[
            {"ZoneName": place.subnet["AvailabilityZone"], "SubnetId": place.subnet["SubnetId"]}
        ],
        Tags=place.name.tags,
    )


def target_group(place: Place) -> Item:
    random = place.random
    id = f"{place.name.app}-{place.number:02d}"
    healthy, unhealthy = random.choice([(3, 0), (2, 0), (4, 1), (0, 0), (0, 2)])
    used = place.leader is not None and place.often(80)
    return place.like(
        "targetgroups",
        TargetGroupArn=place.arn("elasticloadbalancing", f"targetgroup/{id}/{random.getrandbits(64):016x}"),
        TargetGroupName=id,
        VpcId=place.vpc,
        TargetType=random.choice(["ip", "instance"]),
        Health={"all": healthy + unhealthy, "healthy": healthy, "unhealthy": unhealthy},
        LoadBalancerArns=[place.leader.arn] if used and place.leader else [],
        Tags=place.name.tags,
    )


def classic_load_balancer(place: Place) -> Item:
    id = f"legacy-{place.name.app}-{place.number:02d}"
    return place.like(
        "classicloadbalancers",
        LoadBalancerName=id,
        Arn=place.arn("elasticloadbalancing", f"loadbalancer/{id}"),
        DNSName=f"{id}-{place.random.randrange(10**9)}.{place.region}.elb.amazonaws.com",
        CreatedTime=place.ago(1500, 2600),
        Instances=[{"InstanceId": place.leader.id}] if place.leader else [],
        Tags=place.name.tags,
    )


ITEMS: dict[str, Callable[[Place], Item]] = {
    "vpcs": vpc,
    "subnets": subnet,
    "securitygroups": security_group,
    "networkacls": network_acl,
    "networkinterfaces": network_interface,
    "natgateways": nat_gateway,
    "vpcendpoints": vpc_endpoint,
    "loadbalancers": load_balancer,
    "targetgroups": target_group,
    "classicloadbalancers": classic_load_balancer,
}
