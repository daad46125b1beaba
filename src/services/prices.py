"""Prices: what things cost on demand, from a dated file; what is not in it is unknown.

The rates that are not EC2's are list prices of us-east-1 in USD, as AWS's price pages had them in 2026-11.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from services.models.database import Database
from services.models.volume import Volume
from services.readable import readable

HOURS = 730  # a month
LISTED = "2026-11"  # when the rates below were looked up
GIB = 1 << 30
PRICES = "inv prices, or restore it from Git"
FILE = Path(__file__).with_name("ec2_prices.json")

VOLUME_GIB = {  # a GiB and month
    "gp2": Decimal("0.10"),
    "gp3": Decimal("0.08"),
    "io1": Decimal("0.125"),
    "io2": Decimal("0.125"),
    "st1": Decimal("0.045"),
    "sc1": Decimal("0.015"),
    "standard": Decimal("0.05"),
}
PROVISIONED_IOPS = Decimal("0.065")  # io1 and io2, an IOPS and month
GP3_IOPS = Decimal("0.005")  # above 3,000
GP3_THROUGHPUT = Decimal("0.04")  # a MiB/s and month above 125
SNAPSHOT_GIB = Decimal("0.05")  # a GiB and month that is stored
LOAD_BALANCER_HOUR = Decimal("0.0225")
CLASSIC_LOAD_BALANCER_HOUR = Decimal("0.025")
ENDPOINT_HOUR = Decimal("0.01")  # an interface endpoint, in each zone
NAT_HOUR = Decimal("0.045")
PUBLIC_IPV4_HOUR = Decimal("0.005")
RDS_GIB = Decimal("0.115")  # a GiB and month of general purpose storage
RDS_EXTENDED_VCPU_HOUR = Decimal("0.10")  # in the first two years; then twice as much
EKS_EXTENDED_HOUR = Decimal("0.50")  # above the usual price
S3_GIB = Decimal("0.023")
LOG_GIB = Decimal("0.03")
ECR_GIB = Decimal("0.10")
SECRET_MONTH = Decimal("0.40")
READ_CAPACITY_HOUR = Decimal("0.00013")
WRITE_CAPACITY_HOUR = Decimal("0.00065")
LAMBDA_GB_SECOND = Decimal("0.0000166667")
LAMBDA_ARM_SHARE = Decimal("0.2")  # that arm64 is cheaper by
GP3_FREE_IOPS, GP3_FREE_THROUGHPUT = 3000, 125


Hourly = Mapping[str, Mapping[str, float]]


@dataclass(frozen=True)
class Prices:
    """USD an hour. ec2: by system ("linux", "windows"), region and instance type. rds: by engine, region and
    class, for one Availability Zone. as_of: of that file.
    """

    ec2: Mapping[str, Hourly]
    as_of: str
    rds: Mapping[str, Hourly] = field(default_factory=dict)

    def instance(self, region: str, type: str, platform: str = "") -> Decimal | None:
        """USD a month of an instance that always runs; None when unknown."""
        system = "windows" if "windows" in platform.lower() else "linux"
        hour = self.ec2.get(system, {}).get(region, {}).get(type)
        return None if hour is None else month(Decimal(str(hour)))

    def database(self, database: Database) -> Decimal | None:
        """USD a month of an RDS instance in one zone, without its storage; None when unknown."""
        classes = self.rds.get(database.engine, {}).get(database.region, {})
        hour = classes.get(database.instance_class)
        return None if hour is None else month(Decimal(str(hour)))

    def volume(self, volume: Volume) -> Decimal | None:
        """USD a month of an EBS volume; None when unknown."""
        if volume.size is None or volume.volume_type not in VOLUME_GIB:
            return None
        cost = volume.size * VOLUME_GIB[volume.volume_type]
        if volume.volume_type in ("io1", "io2"):
            return cost + (volume.iops or 0) * PROVISIONED_IOPS
        if volume.volume_type == "gp3":
            return cost + gp3_extra(volume.iops, volume.throughput)
        return cost


def gp3_extra(iops: int | None, throughput: int | None) -> Decimal:
    """USD a month of what a gp3 volume has beyond what comes with it; throughput in MiB/s."""
    more_iops, more_throughput = (iops or 0) - GP3_FREE_IOPS, (throughput or 0) - GP3_FREE_THROUGHPUT
    return max(0, more_iops) * GP3_IOPS + max(0, more_throughput) * GP3_THROUGHPUT


def month(hour: Decimal) -> Decimal:
    """USD an hour -> USD a month."""
    return hour * HOURS


def before_snapshot() -> None:
    """Read the file ahead of the first verdict."""
    prices()


@cache
def prices() -> Prices:
    """Those of the file that ships with Polo, which says where they are from."""
    return read_prices(FILE)


def read_prices(file: Path) -> Prices:
    """What `inv prices` writes. Raises DataFileError."""
    with readable(file, PRICES, missing=PRICES):
        content: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        ec2 = {system: dict(content[system]) for system in ("linux", "windows")}
        return Prices(ec2, str(content["as_of"]), dict(content.get("rds", {})))
