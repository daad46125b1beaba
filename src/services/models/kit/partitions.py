"""Partitions: AWS, China, GovCloud, the sovereign and the isolated clouds. Every ARN and region is in one.

As botocore has them (its partitions.json), which a test compares; botocore itself takes 50 ms to say it.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Partition:
    """id: as ARNs have it. regions: how their names begin. home: the region of what is global.

    suffix: how the hosts of its services end. console: host of the AWS console, behind the region; "" where
    no public one is known.
    """

    id: str
    regions: str
    home: str
    suffix: str
    console: str = ""


AWS = Partition("aws", "", "us-east-1", "amazonaws.com", "console.aws.amazon.com")
PARTITIONS = (
    Partition("aws-cn", "cn-", "cn-northwest-1", "amazonaws.com.cn", "console.amazonaws.cn"),
    Partition("aws-us-gov", "us-gov-", "us-gov-west-1", "amazonaws.com", "console.amazonaws-us-gov.com"),
    Partition("aws-eusc", "eusc-", "eusc-de-east-1", "amazonaws.eu", "console.amazonaws-eusc.eu"),
    Partition("aws-iso", "us-iso-", "us-iso-east-1", "c2s.ic.gov"),
    Partition("aws-iso-b", "us-isob-", "us-isob-east-1", "sc2s.sgov.gov"),
    Partition("aws-iso-e", "eu-isoe-", "eu-isoe-west-1", "cloud.adc-e.uk"),
    Partition("aws-iso-f", "us-isof-", "us-isof-south-1", "csp.hci.ic.gov"),
)


def partition_of(region: str) -> Partition:
    """The partition of a region; AWS for "global" and for a region that nobody knows."""
    return next((each for each in PARTITIONS if region.startswith(each.regions)), AWS)


def partition_in(arn: str) -> Partition:
    """The partition that an ARN names; AWS for what is no ARN."""
    id = arn.split(":", 2)[1] if arn.count(":") > 1 else ""
    return next((each for each in PARTITIONS if each.id == id), AWS)
