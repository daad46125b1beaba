"""What RDS instances and their storage cost.

docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Storage.html
"""

from __future__ import annotations

from services.models.database import Database
from services.prices.formula import Formula, RateOf, count, hours, price, total
from services.prices.rate import Rate

AURORA = ("aurora-mysql", "aurora-postgresql")
ORACLE = {"bring-your-own-license": ":byol", "license-included": ""}
SERVERLESS = "db.serverless"
IO_OPTIMIZED = "aurora-iopt1"  # whose instances have prices of their own
TWICE = "zones (estimated)"  # in every pair of prices that was compared, Multi-AZ was twice Single-AZ
# IOPS and MiB/s that come with gp3: of four volumes, from so many GiB on; SQL Server has one always
GP3, GP3_STRIPED = (3000, 125), (12_000, 500)
STRIPED_FROM = {"mysql": 400, "mariadb": 400, "postgres": 400, "oracle": 200}


def class_price(classes: RateOf, engine: str, region: str, name: str, *, multi_az: bool) -> Formula | None:
    """A month of a class. classes: rates by "engine:class"."""
    one = classes(f"{engine}:{name}", region)
    if not multi_az:
        return price(one, hours(name))
    both = classes(f"{engine}:{name}:multi", region)
    if both and (both.own or not (one and one.own)):
        return price(both, hours(f"{name} in two zones"))
    return price(one, hours(name), count(2, TWICE))


def engine_of(database: Database) -> str | None:
    """As the price list has it; None where that depends on what is not known, or where it has none."""
    engine = database.engine.removesuffix("-cdb")
    if database.cluster and engine not in AURORA:
        return None  # a Multi-AZ cluster has prices of its own
    if not engine.startswith("oracle-"):
        return engine
    license = ORACLE.get(database.license)
    return None if license is None else f"{engine}{license}"


def instance_price(classes: RateOf, database: Database, name: str = "") -> Formula | None:
    """Without its storage. name: another class instead of its own."""
    engine = engine_of(database)
    if engine is None or (database.multi_az is None and engine not in AURORA):
        return None
    multi_az = bool(database.multi_az) and engine not in AURORA  # a member of Aurora is in one zone
    kind = name or database.instance_class
    if database.storage_type == IO_OPTIMIZED:
        return price(classes(f"{engine}:{kind}:iopt", database.region), hours(kind))
    return class_price(classes, engine, database.region, kind, multi_az=multi_az)


def storage_price(rate: RateOf, database: Database) -> Formula | None:
    """Of what it has for itself: that of an Aurora member is its cluster's."""
    if database.engine in AURORA:
        return Formula(())
    kind, gib = database.storage_type, database.storage
    if gib is None or database.multi_az is None or database.cluster or database.more_volumes:
        return None
    parts = [_stored(rate, database, f"rds.{kind}.gb_month", gib, f"GiB of {kind}")]
    if kind in ("io1", "io2"):
        if database.iops is None:
            return None
        parts.append(_stored(rate, database, f"rds.{kind}.iops_month", database.iops, "IOPS"))
    if kind == "gp3":
        iops, throughput = _with_gp3(database.engine, gib)
        if (more := (database.iops or 0) - iops) > 0:
            parts.append(_stored(rate, database, "rds.gp3.iops_month", more, "IOPS"))
        if (more := (database.throughput or 0) - throughput) > 0:
            parts.append(_stored(rate, database, "rds.gp3.throughput_mibs_month", more, "MiB/s"))
    return total(parts)


def unpriced_part(database: Database, instance: Formula | None) -> str:
    """Why the price list does not say what it costs; "" where that is no more than a price that is missing.

    instance: what it costs without its storage. The list that ships has no prices of Multi-AZ DB clusters,
    of Aurora I/O-Optimized classes and of gp3 throughput; inv prices asks for the last two.
    """
    aurora = database.engine in AURORA
    if database.cluster and not aurora:
        return "a Multi-AZ DB cluster has prices of its own, which are not known"
    if database.instance_class == SERVERLESS:
        return "billed by capacity unit"
    if instance is None and aurora and database.storage_type == IO_OPTIMIZED:
        return "the price of this class with Aurora I/O-Optimized is not known"
    more = (database.throughput or 0) - _with_gp3(database.engine, database.storage or 0)[1]
    if instance is not None and database.storage_type == "gp3" and more > 0:
        return "the price of the throughput beyond what comes with gp3 is not known"
    return ""


def _with_gp3(engine: str, gib: int) -> tuple[int, int]:
    start = STRIPED_FROM.get(engine.partition("-")[0])
    return GP3 if start is None or gib < start else GP3_STRIPED


def _stored(rate: RateOf, database: Database, key: str, number: int, unit: str) -> Formula | None:
    one: Rate | None = rate(key, database.region)
    if not database.multi_az:
        return price(one, count(number, unit))
    kind = f"rds.{database.storage_type}."
    both = rate(key.replace(kind, f"{kind}multi."), database.region)
    if both and (both.own or not (one and one.own)):
        return price(both, count(number, f"{unit} in two zones"))
    return price(one, count(number, unit), count(2, TWICE))
