"""Prices: what things cost on demand by region, in USD, from dated files; what is not in them is unknown."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from functools import cache
from pathlib import Path

from services.models.database import Database
from services.models.instance import DEFAULT, Instance
from services.models.kit.base import Resource
from services.models.volume import Volume
from services.prices import ebs, rds
from services.prices.files import FOLDER, Batch, Size, read_part, read_sizes
from services.prices.formula import HOME, HOURS, Formula, fact, hours, price
from services.prices.rate import OLD, Rate
from services.prices.storage import GIB

__all__ = ["GIB", "HOURS", "Formula", "Prices", "Rate", "Size", "prices"]
OTHER_MONEY = ("cn-", "eusc-", "us-iso", "eu-iso")  # priced in yuan and euro, or in a list of their own
SYSTEMS = {"": "ec2_linux", "linux/unix": "ec2_linux", "windows": "ec2_windows"}  # others pay for a licence
TOLD = f"list prices of each region; a figure says where it is {HOME}'s, or older than {OLD} months"
ON_DEMAND = ", on demand; less where a reservation or a Savings Plan pays for it"
COST_EXPLORER = "Cost Explorer"  # how the source of a cost begins that it told


class Prices:
    """part: the batches of a part of the price list, by its name; sizes: of instance types and classes.

    Neither is asked for before it is needed.
    """

    def __init__(
        self, part: Callable[[str], Sequence[Batch]], sizes: Callable[[], Mapping[str, Size]] = dict
    ) -> None:
        self._part = part
        self.sizes = cache(sizes)
        self._families = cache(lambda: families(self.sizes()))
        self._known: dict[tuple[str, str, str], Rate | None] = {}

    def rate(self, key: str, region: str) -> Rate | None:
        """What a unit of something costs there, such as ebs.gp3.gb_month; us-east-1's, marked so, where only
        that is known; None for what nobody knows the price of in USD.
        """
        return self._rate("rates", key, region)

    def batches(self, part: str) -> Sequence[Batch]:
        return self._part(part)

    def size(self, type: str) -> Size | None:
        """Of an EC2 type, RDS class (db.r5.large), cache node (cache.m5.large) or search node."""
        return self.sizes().get(type)

    def family(self, name: str) -> Mapping[str, Size]:
        """The types of a family, such as m5, but for bare metal."""
        return self._families().get(name, {})

    def instance(self, region: str, type: str, platform: str = "") -> Formula | None:
        """A month of an instance that always runs, on demand and on shared hardware."""
        part = SYSTEMS.get(platform.lower())
        return price(self._rate(part, type, region), hours(type)) if part else None

    def running(self, instance: Instance, type: str = "") -> Formula | None:
        """The same of this instance as it is bought, on demand. type: another type instead of its own.

        None for what has a price of its own: spot, dedicated hardware, systems with a licence.
        """
        if instance.lifecycle != "on-demand" or instance.tenancy != DEFAULT:
            return None
        return self.instance(instance.region, type or instance.instance_type, instance.platform)

    def database(self, database: Database, name: str = "") -> Formula | None:
        """A month of an RDS instance, without its storage. name: another class instead of its own."""
        return rds.instance_price(self._class, database, name)

    def storage(self, database: Database) -> Formula | None:
        """A month of an RDS instance's own storage."""
        return rds.storage_price(self.rate, database)

    def volume(self, volume: Volume) -> Formula | None:
        """A month of an EBS volume."""
        return ebs.volume_price(self.rate, volume)

    def _class(self, key: str, region: str) -> Rate | None:
        return self._rate("rds", key, region)

    def _rate(self, part: str, name: str, region: str) -> Rate | None:
        asked = part, name, region
        if asked not in self._known:
            self._known[asked] = self._look_up(*asked)
        return self._known[asked]

    def _look_up(self, part: str, name: str, region: str) -> Rate | None:
        batches = self._part(part)
        for place in () if region.startswith(OTHER_MONEY) else (region, HOME):
            for batch in batches:
                usd = batch.prices.get(place, {}).get(name)
                if usd is not None:
                    return Rate(Decimal(repr(usd)), place, batch.as_of, batch.source, place == region)
        return None


def families(sizes: Mapping[str, Size]) -> Mapping[str, Mapping[str, Size]]:
    """The types of each family, but for bare metal."""
    found: dict[str, dict[str, Size]] = defaultdict(dict)
    for type, size in sizes.items():
        if ".metal" not in type:
            found[type.rpartition(".")[0]][type] = size
    return found


def own_cost(resource: Resource) -> Formula | None:
    """What Cost Explorer tells that this very resource costs a month, however it was bought."""
    if resource.cost is None or not (resource.cost_source or "").startswith(COST_EXPLORER):
        return None
    return fact(resource.cost, f"a month, as {COST_EXPLORER} tells")


def before_snapshot() -> None:
    """Read the file ahead of the first verdict."""
    found = prices()
    for part in ("ec2_linux", "rates"):
        found.batches(part)


@cache
def prices() -> Prices:
    """Those that ship with Polo, which say where they are from."""
    return of_folder(FOLDER)


def of_folder(folder: Path) -> Prices:
    """Those of these files, each read when it is first needed; then it raises DataFileError."""
    return Prices(
        cache(lambda part: read_part(folder / f"{part}.json")), lambda: read_sizes(folder / "types.json")
    )
