"""What AWS's APIs tell of ends of support, put into Polo's tables: those of RDS and EKS. Others have none.

docs.aws.amazon.com: AmazonRDS API_SupportedEngineLifecycle, eks API_ClusterVersionInformation.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from errors import CollectError
from services.models.kit.base import Call, Source
from services.models.kit.values import Item, each, iso, text

Days = dict[str, str]  # of a version, as in lifecycles.json
# table -> how RDS calls the engine
ENGINES = {
    "rds-mysql": "mysql",
    "rds-postgresql": "postgres",
    "rds-mariadb": "mariadb",
    "aurora-mysql": "aurora-mysql",
    "aurora-postgresql": "aurora-postgresql",
}
TOLD_BY_AWS = (*ENGINES, "eks")  # the tables that an API tells
STANDARD, EXTENDED = "open-source-rds-standard-support", "open-source-rds-extended-support"
DEARER_AFTER = 2  # years for which RDS charges before the price doubles: aws.amazon.com/rds/mysql/pricing


def lifecycle_file(source: Source, content: Mapping[str, Any], today: str) -> dict[str, Any]:
    """The content of lifecycles.json with what the APIs tell, dated where they do.

    A version that an API no longer tells of stays as it was. Raises CollectError, also where one tells
    nothing.
    """
    told = {table: dict(_engine(source, engine)) for table, engine in ENGINES.items()}
    told["eks"] = dict(_kubernetes(source))
    tables = dict(content["products"])
    for name, versions in told.items():
        if not versions:
            raise CollectError(f"AWS tells no end of support for {name}", "run it again later")
        known = tables[name]["versions"]
        now = {version: _merged(known.get(version, {}), days, name) for version, days in versions.items()}
        newest_first = dict(sorted((known | now).items(), key=_number, reverse=True))
        tables[name] = tables[name] | {"as_of": today, "versions": newest_first}
    return {**content, "products": tables}


def _merged(known: Days, told: Days, table: str) -> Days:
    """What the API does not tell: the day of the first charge, where that came later than extended support
    itself (PostgreSQL 11, Aurora MySQL 2), and that of the higher price.
    """
    paid, extended = told.get("paid"), told.get("extended")
    if not paid or not extended:
        return told
    if known.get("standard") == told["standard"]:
        paid = known.get("paid", paid)
    first = date.fromisoformat(paid)
    raised = str(first.replace(year=first.year + DEARER_AFTER, day=min(first.day, 28)))
    dearer = {"raised": raised} if table in ENGINES and raised <= extended else {}
    return {"standard": told["standard"], "paid": paid, **dearer, "extended": extended}


def _number(version: tuple[str, Days]) -> list[int]:
    return [int(part) if part.isdecimal() else 0 for part in version[0].split(".")]


def file_text(content: Mapping[str, Any]) -> str:
    """The file, a version a line, so that a difference can be read."""
    tables = ",\n".join(
        f"  {json.dumps(name)}: {_table(table)}" for name, table in content["products"].items()
    )
    return f'{{\n "note": {json.dumps(content["note"])},\n "products": {{\n{tables}\n }}\n}}\n'


def _table(table: Mapping[str, Any]) -> str:
    said = [f"   {json.dumps(name)}: {json.dumps(table[name])}," for name in table if name != "versions"]
    versions = (f"    {json.dumps(name)}: {json.dumps(days)}" for name, days in table["versions"].items())
    return "\n".join(("{", *said, '   "versions": {', ",\n".join(versions), "   }", "  }"))


def _engine(source: Source, engine: str) -> Iterator[tuple[str, Days]]:
    call = Call(
        "rds",
        "describe_db_major_engine_versions",
        "DBMajorEngineVersions[]",
        {"Engine": engine},
        page_size=100,
    )
    for found in (found for page in source.pages(call) for found in each(page, "DBMajorEngineVersions")):
        told = {text(each, "LifecycleSupportName"): each for each in each(found, "SupportedEngineLifecycles")}
        standard, extended = told.get(STANDARD, {}), told.get(EXTENDED, {})
        version, last = text(found, "MajorEngineVersion"), _day(standard, "LifecycleSupportEndDate")
        if version and last:
            paid = _day(extended, "LifecycleSupportStartDate")
            yield version, _days(last, paid, _day(extended, "LifecycleSupportEndDate"))


def _kubernetes(source: Source) -> Iterator[tuple[str, Days]]:
    call = Call("eks", "describe_cluster_versions", "clusterVersions[]", {"includeAll": True}, page_size=100)
    for found in (found for page in source.pages(call) for found in each(page, "clusterVersions")):
        version, last = text(found, "clusterVersion"), _day(found, "endOfStandardSupportDate")
        if version and last and text(found, "clusterType") in ("", "eks"):
            extended = _day(found, "endOfExtendedSupportDate")
            first = str(date.fromisoformat(last) + timedelta(days=1))
            yield version, _days(last, first if extended else "", extended)


def _day(item: Item, key: str) -> str:
    """YYYY-MM-DD in UTC, "" for none."""
    return (iso(item.get(key)) or "")[: len("2026-11-20")]


def _days(standard: str, paid: str, extended: str) -> Days:
    """Without those that are not told; extended support is known as a whole or not at all."""
    return {"standard": standard} | ({"paid": paid, "extended": extended} if paid and extended else {})
