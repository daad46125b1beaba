from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from services.cop.judge.lifecycles import Lifecycle, Product, products
from services.cop.judge.rule import example
from services.cop.judge.runs import BROKERS, BY_TYPE, CACHES, DATABASES, SEARCH, runs
from services.models import RESOURCE_TYPES
from services.models.kit.base import ResourceType
from services.models.kit.scope import GLOBAL, Scope

TABLES = products()
EVERY_VERSION = [
    pytest.param(product, life, id=f"{name} {version}")
    for name, product in TABLES.items()
    for version, life in product.versions.items()
]
# what says of a type that it runs something which may come to its end
TELLING = ("engine", "version", "runtime")
# type -> why no rule asks until when AWS supports it
NOT_JUDGED = {
    "cachegroups": "its nodes, cache clusters, tell the version",
    "dbsnapshots": "it does not run: what is restored from it is judged",
    "marqoindexes": "Marqo keeps every version running, and names no end",
    "redshiftclusters": "AWS patches it by itself, and its version is 1.0 for ever",
}


def runs_something(kind: ResourceType) -> bool:
    own = {*kind.model.__dataclass_fields__}
    return any(part in TELLING for name in own for part in name.split("_"))


@pytest.mark.parametrize(
    "kind", [kind for kind in RESOURCE_TYPES.values() if runs_something(kind)], ids=lambda kind: kind.name
)
def test_until_when_it_is_supported_is_asked_of_every_type_that_runs_a_version(kind: ResourceType) -> None:
    assert (kind.name in BY_TYPE) != (kind.name in NOT_JUDGED)
    if kind.name in BY_TYPE:
        scope = Scope("1", GLOBAL if kind.scope == "global" else "us-east-1", kind.name)
        found = runs(kind.model.from_aws(kind.sample, scope))
        assert found
        assert found.lifecycle


def test_no_reason_is_left_of_a_type_that_is_gone() -> None:
    assert {*NOT_JUDGED} <= {kind.name for kind in RESOURCE_TYPES.values() if runs_something(kind)}


def test_every_table_is_used_and_every_engine_has_one() -> None:
    used = {*DATABASES.values(), *CACHES.values(), *SEARCH.values(), *BROKERS.values()}
    used |= {"lambda", "eks", "msk", "glue", "glue-pythonshell"}
    assert used == {*TABLES}


@pytest.mark.parametrize(
    ("table", "version", "like"),
    [
        ("rds-mysql", "5.7.44-RDS.20240208", "5.7"),
        ("rds-mysql", "5.70.1", None),
        ("rds-mysql", "5", None),
        ("rds-mysql", "", None),
        ("rds-postgresql", "9.6.24", "9.6"),
        ("rds-postgresql", "9.5.1", None),
        ("rds-postgresql", "11.22", "11"),
        ("rds-postgresql", "1.1", None),
        ("rds-postgresql", "110.1", None),
        ("aurora-mysql", "8.0.mysql_aurora.3.04.0", "8.0"),
        ("aurora-mysql", "5.7.mysql_aurora.2.11.2", "5.7"),
        ("aurora-mysql", "5.6.10a", "5.6"),
        ("aurora-mysql", "8.4.mysql_aurora.8.4.7", "8.4"),
        ("neptune", "1.2.1.0.R3", "1.2.1.0"),
        ("neptune", "1.2.1", None),
        ("eks", "1.3", None),
        ("eks", "1.310", None),
        ("elasticache-valkey", "7.2.6", "7.2"),
        ("msk", "3.7.x.kraft", "3.7"),
        ("elasticsearch", "7.10", "7.10"),
    ],
)
def test_a_version_is_found_by_whole_parts(table: str, version: str, like: str | None) -> None:
    found = TABLES[table].of(version)
    assert found is (TABLES[table].versions[like] if like else None)


def test_of_two_that_it_begins_with_the_longer_is_meant() -> None:
    short, long = Lifecycle(date(2024, 9, 11)), Lifecycle(date(2025, 1, 14))
    table = Product("Kafka", date(2026, 8, 22), "AWS", "", {"2.8": short, "2.8.2": long})
    assert table.of("2.8.2.tiered") is long
    assert table.of("2.8.1") is short
    assert table.of("2.8.20") is short


@pytest.mark.parametrize(
    ("kind", "fields", "standard"),
    [
        ("functions", {"runtime": "java17"}, date(2027, 6, 30)),
        ("functions", {"runtime": "java8.al2"}, date(2027, 6, 30)),
        ("functions", {"runtime": "java8.al2023"}, date(2029, 6, 30)),
        ("functions", {"runtime": "provided.al2"}, date(2026, 7, 31)),
        ("functions", {"runtime": "java21"}, date(2029, 6, 30)),
        ("functions", {"runtime": "ruby3.4"}, date(2028, 3, 31)),
        ("functions", {"runtime": "nodejs4.3-edge"}, date(2020, 3, 5)),
        ("databases", {"engine": "aurora", "engine_version": "5.6.10a"}, date(2023, 2, 28)),
        ("databases", {"engine": "docdb", "engine_version": "3.6.0"}, date(2026, 3, 30)),
        ("dbclusters", {"engine": "neptune", "engine_version": "1.4.5.1"}, date(2027, 3, 6)),
        ("searchdomains", {"version": "OpenSearch_2.11"}, date(2027, 11, 7)),
        ("searchdomains", {"version": "Elasticsearch_7.10"}, date(2027, 11, 7)),
        ("serverlesscaches", {"engine": "valkey", "engine_version": "8.0"}, None),
        ("brokers", {"engine": "RabbitMQ", "engine_version": "3.12.14"}, date(2025, 3, 17)),
        ("kafkaclusters", {"kafka_version": "3.6.0.1"}, date(2026, 6, 1)),
        ("gluejobs", {"glue_version": "2.0"}, date(2024, 1, 31)),
        ("gluejobs", {"kind": "python shell", "python": "3", "glue_version": "1.0"}, date(2026, 3, 31)),
    ],
)
def test_the_table_holds_what_aws_has_published(kind: str, fields: Any, standard: date | None) -> None:
    found = runs(example(kind, **fields))
    assert found
    assert found.lifecycle
    assert found.lifecycle.standard == standard


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("functions", {"runtime": "python9.9"}),
        ("functions", {"runtime": "java8.al3000"}),
        ("functions", {"runtime": "python3.9.1"}),
        ("databases", {"engine": "oracle-ee", "engine_version": "19.0"}),
        ("databases", {"engine": "sqlserver-se", "engine_version": "15.00.4345.5.v1"}),
        ("databases", {"engine": "mysql", "engine_version": ""}),
        ("databases", {"engine": "", "engine_version": "8.0"}),
        ("eksclusters", {"version": None}),
        ("searchdomains", {"version": None}),
        ("brokers", {"engine_version": None}),
        ("searchdomains", {"version": "7.10"}),
        ("kafkaclusters", {"kafka_version": "30.1.x"}),
        ("gluejobs", {"kind": "python shell", "python": "3.12"}),
        ("gluejobs", {"kind": "python shell", "python": ""}),
    ],
)
def test_what_the_table_does_not_know_is_unknown(kind: str, fields: Any) -> None:
    found = runs(example(kind, **fields))
    assert found
    assert found.lifecycle is None
    assert found.unknown


@pytest.mark.parametrize(("product", "life"), EVERY_VERSION)
def test_the_days_of_a_version_are_in_order(product: Product, life: Lifecycle) -> None:
    assert product.source.startswith("https://docs.aws.amazon.com/")
    days = [day for day in (life.standard, life.paid, life.raised, life.extended) if day]
    assert days == sorted({*days})
    assert (life.paid is None) == (life.extended is None)
    assert life.raised is None or life.paid
    assert life.blocked is None or (life.standard and life.standard <= life.blocked)
