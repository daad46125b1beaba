"""What Polo asks the AWS Price List API, and what it calls the answers.

Attributes and usage types as the service's price list has them; docs.aws.amazon.com/AWSEC2/latest/UserGuide
and the billing pages of each service name their usage types.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from services.models.kit.values import Item, text

PLACE = {"locationType": "AWS Region"}  # local zones have other prices
SYSTEMS = {"ec2_linux": "Linux", "ec2_windows": "Windows"}
EC2 = {
    "tenancy": "Shared",
    "preInstalledSw": "NA",
    "capacitystatus": "Used",
    "licenseModel": "No License required",
}
FREE, OWN, INCLUDED = "No license required", "Bring your own license", "License included"
# as DescribeDBInstances calls an engine -> engine, edition and licence, as the price list does
ENGINES = {
    "postgres": ("PostgreSQL", "", FREE),
    "mysql": ("MySQL", "", FREE),
    "mariadb": ("MariaDB", "", FREE),
    "aurora-postgresql": ("Aurora PostgreSQL", "", FREE),
    "aurora-mysql": ("Aurora MySQL", "", FREE),
    "oracle-ee:byol": ("Oracle", "Enterprise", OWN),
    "oracle-se2:byol": ("Oracle", "Standard Two", OWN),
    "oracle-se2": ("Oracle", "Standard Two", INCLUDED),
    "sqlserver-ee": ("SQL Server", "Enterprise", INCLUDED),
    "sqlserver-se": ("SQL Server", "Standard", INCLUDED),
    "sqlserver-web": ("SQL Server", "Web", INCLUDED),
    "sqlserver-ex": ("SQL Server", "Express", INCLUDED),
}
DEPLOYED = {"": "", "Single-AZ": "", "Multi-AZ": ":multi"}  # others are clusters
IO_OPTIMIZED = "IOOptimized"  # in a usage type of Aurora
_REGION = re.compile(r"^(?:[A-Z]{2,4}\d?|[a-z]{2}(?:-[a-z]+)+-\d)-")  # USE2-, EU-, us-east-1-


@dataclass(frozen=True)
class Question:
    """keys: usage type without its region -> what Polo calls the rate; else names are `prefix` and the type.

    part: of the price files.
    """

    part: str
    service: str
    attributes: Mapping[str, str] = field(default_factory=dict)
    keys: Mapping[str, str] = field(default_factory=dict)
    prefix: str = ""

    @property
    def about(self) -> str:
        return " ".join((self.service, *self.attributes.values()))

    def name(self, product: Item) -> str:
        """Of a product's attributes; "" for what Polo has no use for."""
        usage = text(product, "usagetype")
        if self.keys:
            return self.keys.get(usage) or self.keys.get(_REGION.sub("", usage), "")
        type, deployed = text(product, "instanceType"), DEPLOYED.get(text(product, "deploymentOption"))
        if not type or deployed is None:
            return ""
        return f"{self.prefix}{type}{':iopt' if IO_OPTIMIZED in usage else deployed}"


def questions() -> Iterator[Question]:
    for part, system in SYSTEMS.items():
        yield Question(part, "AmazonEC2", EC2 | {"operatingSystem": system})
    for name, (engine, edition, license) in ENGINES.items():
        asked = {"databaseEngine": engine, "licenseModel": license}
        asked |= {"databaseEdition": edition} if edition else {}
        yield Question("rds", "AmazonRDS", asked, prefix=f"{name}:")
    for service, asked, prefix in NODES:
        yield Question("rates", service, asked, prefix=prefix)
    for service, asked, keys in RATES:
        yield Question("rates", service, asked, keys)


NODES: tuple[tuple[str, dict[str, str], str], ...] = (
    ("AmazonElastiCache", {"cacheEngine": "Redis"}, "elasticache."),
    ("AmazonElastiCache", {"cacheEngine": "Valkey"}, "elasticache.valkey."),
    ("AmazonES", {"productFamily": "Amazon OpenSearch Service Instance"}, "opensearch."),
    ("AmazonRedshift", {"productFamily": "Compute Instance"}, "redshift."),
)
_YEARS = {"year1_2": ("Year 1, Year 2", "Yr1-Yr2"), "year3": ("Year 3", "Yr3")}
_EXTENDED = ("MySQL5.7", "MySQL8.0", "PostgreSQL11", "PostgreSQL12", "PostgreSQL13")  # all have one price
RATES: tuple[tuple[str, dict[str, str], dict[str, str]], ...] = (
    (
        "AmazonEC2",
        {"productFamily": "Storage"},
        {
            "EBS:VolumeUsage": "ebs.standard.gb_month",
            "EBS:VolumeUsage.piops": "ebs.io1.gb_month",
            **{
                f"EBS:VolumeUsage.{kind}": f"ebs.{kind}.gb_month"
                for kind in ("gp2", "gp3", "io2", "st1", "sc1")
            },
        },
    ),
    (
        "AmazonEC2",
        {"productFamily": "System Operation"},
        {
            "EBS:VolumeP-IOPS.gp3": "ebs.gp3.iops_month",
            "EBS:VolumeP-IOPS.piops": "ebs.io1.iops_month",
            "EBS:VolumeP-IOPS.io2": "ebs.io2.iops_month.tier1_to_32000",
            "EBS:VolumeP-IOPS.io2.tier2": "ebs.io2.iops_month.tier2_32001_64000",
            "EBS:VolumeP-IOPS.io2.tier3": "ebs.io2.iops_month.tier3_over_64000",
        },
    ),
    (
        "AmazonEC2",
        {"productFamily": "Provisioned Throughput"},
        {"EBS:VolumeP-Throughput.gp3": "ebs.gp3.throughput_mibs_month"},
    ),
    (
        "AmazonEC2",
        {"productFamily": "Storage Snapshot"},
        {
            "EBS:SnapshotUsage": "snapshot.standard.gb_month",
            "EBS:SnapshotArchiveStorage": "snapshot.archive.gb_month",
        },
    ),
    ("AmazonEC2", {"productFamily": "NAT Gateway"}, {"NatGateway-Hours": "nat.hour"}),
    ("AWSELB", {"productFamily": "Load Balancer-Application"}, {"LoadBalancerUsage": "alb.hour"}),
    ("AWSELB", {"productFamily": "Load Balancer-Network"}, {"LoadBalancerUsage": "nlb.hour"}),
    ("AWSELB", {"productFamily": "Load Balancer-Gateway"}, {"LoadBalancerUsage": "gwlb.hour"}),
    ("AWSELB", {"productFamily": "Load Balancer"}, {"LoadBalancerUsage": "clb.hour"}),
    (
        "AmazonVPC",
        {},
        {
            "PublicIPv4:InUseAddress": "ipv4.hour",
            "PublicIPv4:IdleAddress": "ipv4.idle.hour",
            "VpcEndpoint-Hours": "vpce.interface.hour",
            "VpcEndpoint-GWLBE-Hours": "vpce.gwlb.hour",
        },
    ),
    (
        "AmazonRDS",
        {"productFamily": "Database Storage"},
        {
            "RDS:GP2-Storage": "rds.gp2.gb_month",
            "RDS:GP3-Storage": "rds.gp3.gb_month",
            "RDS:PIOPS-Storage": "rds.io1.gb_month",
            "RDS:IO2-PIOPS-Storage": "rds.io2.gb_month",
            "RDS:Multi-AZ-GP2-Storage": "rds.gp2.multi.gb_month",
            "RDS:Multi-AZ-GP3-Storage": "rds.gp3.multi.gb_month",
            "RDS:Multi-AZ-PIOPS-Storage": "rds.io1.multi.gb_month",
            "RDS:Multi-AZ-IO2-PIOPS-Storage": "rds.io2.multi.gb_month",
        },
    ),
    (
        "AmazonRDS",
        {"productFamily": "Provisioned IOPS"},
        {
            "RDS:GP3-PIOPS": "rds.gp3.iops_month",
            "RDS:PIOPS": "rds.io1.iops_month",
            "RDS:IO2-PIOPS": "rds.io2.iops_month",
            "RDS:Multi-AZ-GP3-PIOPS": "rds.gp3.multi.iops_month",
            "RDS:Multi-AZ-PIOPS": "rds.io1.multi.iops_month",
            "RDS:Multi-AZ-IO2-PIOPS": "rds.io2.multi.iops_month",
        },
    ),
    (
        "AmazonRDS",
        {"productFamily": "Provisioned Throughput"},
        {
            "RDS:GP3-Throughput": "rds.gp3.throughput_mibs_month",
            "RDS:Multi-AZ-GP3-Throughput": "rds.gp3.multi.throughput_mibs_month",
        },
    ),
    *(
        (
            "AmazonRDS",
            {"extendedSupportPricingYear": year},
            {f"ExtendedSupport:{short}:{engine}": f"rds.extended.vcpu_hour.{key}" for engine in _EXTENDED},
        )
        for key, (year, short) in _YEARS.items()
    ),
    (
        "AmazonEKS",
        {},
        {
            "AmazonEKS-Hours:perCluster": "eks.hour",
            "AmazonEKS-Hours:extendedSupport": "eks.extended.hour",
        },
    ),
    (
        "AmazonES",
        {"productFamily": "Amazon OpenSearch Service Volume"},
        {
            "ES:GP2-Storage": "opensearch.gp2.gb_month",
            "ES:GP3-Storage": "opensearch.gp3.gb_month",
            "ES:Magnetic-Storage": "opensearch.standard.gb_month",
        },
    ),
    (
        "AmazonS3",
        {"productFamily": "Storage", "volumeType": "Standard"},
        {"TimedStorage-ByteHrs": "s3.standard.gb_month"},
    ),
    ("AmazonCloudWatch", {}, {"TimedStorage-ByteHrs": "logs.storage.gb_month"}),
    ("AmazonECR", {}, {"TimedStorage-ByteHrs": "ecr.gb_month"}),
    ("AWSSecretsManager", {}, {"AWSSecretsManager-Secrets": "secret.month"}),
    ("awskms", {}, {"KMS-Keys": "kms.key.month"}),
    (
        "AmazonDynamoDB",
        {},
        {
            "ReadCapacityUnit-Hrs": "dynamodb.rcu.hour",
            "WriteCapacityUnit-Hrs": "dynamodb.wcu.hour",
            "IA-ReadCapacityUnit-Hrs": "dynamodb.ia.rcu.hour",
            "IA-WriteCapacityUnit-Hrs": "dynamodb.ia.wcu.hour",
            "TimedStorage-ByteHrs": "dynamodb.storage.gb_month",
            "IA-TimedStorage-ByteHrs": "dynamodb.ia.storage.gb_month",
        },
    ),
    (
        "AWSLambda",
        {},
        {"Lambda-GB-Second": "lambda.gb_second.x86", "Lambda-GB-Second-ARM": "lambda.gb_second.arm"},
    ),
    (
        "AmazonKinesis",
        {},
        {"Storage-ShardHour": "kinesis.shard.hour", "OnDemand-StreamHour": "kinesis.ondemand.stream.hour"},
    ),
)
# usage begins -> how the rate of the next tier is called
TIERS = {"s3.standard.gb_month": {"51200": ".over_50tb", "512000": ".over_500tb"}}
SCALES = {"gibps-mo": 1024}  # units that are so many of Polo's
