"""Every table of ends of support at each of its boundaries: the verdict, its severity and its dollars."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, NamedTuple

import pytest

from services.cop.judge.facts import Facts, never_asked
from services.cop.judge.inspection import judge
from services.cop.judge.lifecycles import products
from services.cop.judge.rule import Example, example
from services.cop.judge.runs import runs
from services.cop.registry import RULES
from services.cop.rules_test import Around
from services.models.domain.finding import Finding, Verdict
from services.models.kit.base import Resource
from services.prices.prices_test import PRICES


class Day(NamedTuple):
    """What is said on that day. severity: "" for nothing. saving: USD a month, None for an unknown one."""

    day: str
    severity: str = ""
    saving: str | None = None
    words: str = ""


def database(engine: str, version: str, **changes: Any) -> Resource:
    usual = {"instance_class": "db.r5.large", "multi_az": False, "extended_support": None}
    found: Resource = example("databases", **usual | {"engine": engine, "engine_version": version} | changes)
    return found


def on(type: str, **fields: Any) -> Resource:
    found: Resource = example(type, **fields)
    return found


# rule, what is judged, and the days around each of its boundaries
CASES: tuple[tuple[str, Resource, tuple[Day, ...]], ...] = (
    (
        "RDS-EXTENDED",
        database("mysql", "8.0.44"),
        (
            Day("2026-05-01"),
            Day(
                "2026-05-02",
                "low",
                None,
                "on 2026-07-31, then extended support costs more",
            ),
            Day("2026-07-31", "low", None, "leaves standard support on 2026-07-31"),
            Day("2026-08-01", "high", "146.00", "extended support is charged since 2026-08-01"),
            Day("2028-07-31", "high", "146.00", "since 2026-08-01"),
            Day("2028-08-01", "high", "292.00", "at a higher rate since 2028-08-01"),
            Day("2029-07-31", "high", "292.00", "at a higher rate"),
            Day(
                "2029-08-01",
                "high",
                None,
                "left extended support on 2029-07-31, and AWS upgrades it by itself",
            ),
        ),
    ),
    (
        "RDS-EXTENDED",
        database("postgres", "11.22", multi_az=True),
        (
            Day("2023-11-30"),
            Day("2023-12-01", "low", None, "then extended support costs more"),
            Day("2024-02-29", "low"),
            Day("2024-03-01", "high", None, "extended support is charged from 2024-04-01 on"),
            Day("2024-03-31", "high", None, "from 2024-04-01 on"),
            Day("2024-04-01", "high", "292.00", "since 2024-04-01"),
            Day("2026-03-31", "high", "292.00"),
            Day("2026-04-01", "high", "584.00", "at a higher rate since 2026-04-01"),
            Day("2027-03-31", "high", "584.00"),
            Day("2027-04-01", "high", None, "left extended support on 2027-03-31"),
        ),
    ),
    (
        "RDS-EXTENDED",
        database("mariadb", "10.5.29"),
        (
            Day("2026-06-01"),
            Day("2026-06-02", "low", None, "on 2026-08-31, then AWS upgrades it by itself"),
            Day("2026-08-31", "low"),
            Day(
                "2026-09-01",
                "high",
                None,
                "left standard support on 2026-08-31, and AWS upgrades it by itself",
            ),
            Day("2036-01-01", "high", None, "left standard support on 2026-08-31"),
        ),
    ),
    (
        "RDS-EXTENDED",
        database("aurora-mysql", "5.7.mysql_aurora.2.12.2", instance_class="db.r5.2xlarge"),
        (
            Day("2024-08-01"),
            Day("2024-08-02", "low"),
            Day("2024-10-31", "low"),
            Day("2024-11-01", "high", None, "charged from 2024-12-01 on"),
            Day("2024-12-01", "high", "584.00"),
            Day("2026-11-30", "high", "584.00"),
            Day("2026-12-01", "high", "1168.00"),
            Day("2029-06-30", "high", "1168.00"),
            Day("2029-07-01", "high", None, "left extended support on 2029-06-30"),
        ),
    ),
    (
        "RDS-EXTENDED",
        on("dbclusters", engine="aurora-postgresql", engine_version="13.9", extended_support=True),
        (
            Day("2025-11-29"),
            Day("2025-11-30", "low"),
            Day("2026-02-28", "low"),
            Day("2026-03-01", "high", None, "since 2026-03-01"),
            Day("2028-03-01", "high", None, "at a higher rate since 2028-03-01"),
            Day("2029-02-28", "high", None, "at a higher rate"),
            Day("2029-03-01", "high", None, "left extended support on 2029-02-28"),
        ),
    ),
    (
        "RDS-EXTENDED",
        on("dbclusters", engine="docdb", engine_version="3.6.0", extended_support=None),
        (
            Day("2025-12-29"),
            Day("2025-12-30", "low"),
            Day("2026-03-30", "low"),
            Day("2026-03-31", "high", None, "extended support is charged since 2026-03-31"),
            Day("2028-03-30", "high", None, "charged since 2026-03-31"),
            Day("2028-03-31", "high", None, "at a higher rate since 2028-03-31"),
            Day("2029-03-30", "high", None, "at a higher rate"),
            Day("2029-03-31", "high", None, "left extended support on 2029-03-30"),
        ),
    ),
    (
        "RDS-EXTENDED",
        database("docdb", "3.6.0"),
        (
            Day("2026-03-30", "low"),
            Day("2026-03-31", "high", "161.77", "extended support is charged since 2026-03-31"),
            Day("2028-03-30", "high", "161.77"),
            Day("2028-03-31", "high", "323.54", "at a higher rate since 2028-03-31"),
            Day("2029-03-30", "high", "323.54"),
            Day("2029-03-31", "high", None, "left extended support on 2029-03-30"),
        ),
    ),
    (
        "RDS-EXTENDED",
        on("dbclusters", engine="neptune", engine_version="1.2.1.0", extended_support=None),
        (
            Day("2026-08-31"),
            Day("2026-09-01", "low", None, "on 2026-11-30, then AWS upgrades it by itself"),
            Day("2026-11-30", "low"),
            Day("2026-12-01", "high", None, "left standard support on 2026-11-30"),
        ),
    ),
    (
        "RDS-EXTENDED",
        on("eksclusters", version="1.33"),
        (
            Day("2026-04-29"),
            Day("2026-04-30", "low", None, "Kubernetes 1.33 leaves standard support on 2026-07-29"),
            Day("2026-07-29", "low"),
            Day("2026-07-30", "high", "365.00", "extended support is charged since 2026-07-30"),
            Day("2027-07-29", "high", "365.00"),
            Day(
                "2027-07-30",
                "high",
                None,
                "left extended support on 2027-07-29, and AWS upgrades it by itself",
            ),
        ),
    ),
    (
        "ENGINE-EOL",
        on("cacheclusters", engine="redis", engine_version="5.0.6"),
        (
            Day("2025-11-01"),
            Day("2025-11-02", "low"),
            Day("2026-01-31", "low"),
            Day("2026-02-01", "high", "127.90", "charged since 2026-02-01"),
            Day("2028-01-31", "high", "127.90", "charged since 2026-02-01"),
            Day("2028-02-01", "high", "255.79", "at a higher rate since 2028-02-01"),
            Day("2029-01-31", "high", "255.79", "at a higher rate"),
            Day("2029-02-01", "high", None, "left extended support on 2029-01-31"),
        ),
    ),
    ("ENGINE-EOL", on("serverlesscaches", engine="valkey", engine_version="8.0"), (Day("2036-01-01"),)),
    ("ENGINE-EOL", on("cacheclusters", engine="memcached", engine_version="1.6.22"), (Day("2036-01-01"),)),
    (
        "ENGINE-EOL",
        on("searchdomains", version="OpenSearch_2.9"),
        (
            Day("2025-08-08"),
            Day("2025-08-09", "low"),
            Day("2025-11-07", "low"),
            Day("2025-11-08", "high", "56.94", "OpenSearch 2.9 left standard support on 2025-11-07"),
            Day("2026-11-06", "high", "56.94", "charged since 2025-11-08"),
            Day("2026-11-07", "high", "365.73", "at a higher rate since 2026-11-07"),
            Day("2027-11-07", "high", "365.73", "at a higher rate"),
            Day("2027-11-08", "high", None, "2027-11-07, and AWS isolates it until it is upgraded"),
        ),
    ),
    (
        "ENGINE-EOL",
        on("searchdomains", version="Elasticsearch_5.6"),
        (
            Day("2025-11-07", "low"),
            Day("2025-11-08", "high", "56.94", "charged since 2025-11-08"),
            Day("2028-11-07", "high", "56.94", "charged since 2025-11-08"),
            Day("2028-11-08", "high", None, "left extended support on 2028-11-07"),
        ),
    ),
    (
        "ENGINE-EOL",
        on("brokers", engine="ActiveMQ", engine_version="5.17.6"),
        (
            Day("2025-03-17"),
            Day("2025-03-18", "low", None, "on 2025-06-16, then AWS upgrades it by itself"),
            Day("2025-06-16", "low"),
            Day(
                "2025-06-17",
                "high",
                None,
                "on 2025-06-16, and AWS upgrades it by itself",
            ),
        ),
    ),
    (
        "ENGINE-EOL",
        on("brokers", engine="RabbitMQ", engine_version="3.12.14"),
        (Day("2024-12-16"), Day("2024-12-17", "low"), Day("2025-03-17", "low"), Day("2025-03-18", "high")),
    ),
    (
        "ENGINE-EOL",
        on("kafkaclusters", kafka_version="3.7.x"),
        (Day("2026-06-02"), Day("2026-06-03", "low"), Day("2026-09-01", "low"), Day("2026-09-02", "high")),
    ),
    (
        "ENGINE-EOL",
        on("gluejobs", glue_version="2.0"),
        (
            Day("2023-11-01"),
            Day("2023-11-02", "low", None, "on 2024-01-31, then it gets no more fixes"),
            Day("2024-01-31", "low"),
            Day("2024-02-01", "high", None, "left standard support on 2024-01-31, and it gets no more fixes"),
            Day("2026-03-31", "high", None, "no more fixes"),
            Day("2026-04-01", "high", None, "no more fixes, and can't be run since 2026-04-01"),
        ),
    ),
    (
        "ENGINE-EOL",
        on("gluejobs", kind="python shell", python="3.6", glue_version="1.0"),
        (Day("2025-12-30"), Day("2025-12-31", "low"), Day("2026-03-31", "low"), Day("2026-04-01", "high")),
    ),
    (
        "LAMBDA-RUNTIME",
        on("functions", runtime="python3.10"),
        (
            Day("2026-08-01"),
            Day("2026-08-02", "low", None, "is deprecated on 2026-10-31"),
            Day("2026-10-30", "low"),
            Day(
                "2026-10-31",
                "medium",
                None,
                "since 2026-10-31; the function can't be updated from 2027",
            ),
            Day("2027-03-02", "medium", None, "can't be updated from 2027-03-03"),
            Day("2027-03-03", "medium", None, "can't be updated since 2027-03-03"),
        ),
    ),
)
REDIS: dict[str, Any] = {"engine": "redis", "engine_version": "5.0.6"}
SEARCH: dict[str, Any] = {"version": "Elasticsearch_5.6"}
# an engine that extended support was declined for is upgraded when standard support ends, and never charged
DECLINED = (
    ("RDS-EXTENDED", database("mysql", "8.0.44", extended_support=False)),
    ("RDS-EXTENDED", on("eksclusters", version="1.33", support="standard")),
)


def said(rule: str, resource: Resource, day: str) -> Verdict:
    around = Around(Example(resource), RULES[rule])
    now = datetime.fromisoformat(f"{day}T23:59:59").replace(tzinfo=UTC)
    facts = Facts(now, RULES[rule].limits, PRICES, around, around.daily, never_asked)
    return judge(RULES[rule], resource, facts)


@pytest.mark.parametrize(
    ("rule", "resource", "day"),
    [
        pytest.param(rule, resource, day, id=f"{found.name} on {day.day}")
        for rule, resource, days in CASES
        for day in days
        if (found := runs(resource))
    ],
)
def test_each_boundary_has_its_verdict(rule: str, resource: Resource, day: Day) -> None:
    found = said(rule, resource, day.day)
    if not day.severity:
        assert found is None
        return
    assert isinstance(found, Finding)
    assert (found.severity or RULES[rule].severity) == day.severity
    assert (None if found.saving is None else f"{found.saving:.2f}") == day.saving
    assert bool(found.formula) == (found.saving is not None)
    assert day.words in found.message


def test_every_table_has_its_boundaries() -> None:
    tables = [found.product for _, resource, _ in CASES if (found := runs(resource))]
    assert {table.title for table in tables if table} == {table.title for table in products().values()}


@pytest.mark.parametrize(("rule", "resource"), DECLINED)
def test_what_declined_extended_support_is_warned_of_and_then_upgraded(rule: str, resource: Resource) -> None:
    near = said(rule, resource, "2026-07-29")
    assert isinstance(near, Finding)
    assert near.message.endswith("then AWS upgrades it by itself")
    assert said(rule, resource, "2026-08-01") is None
    assert isinstance(said(rule, resource, "2036-01-01"), Finding)


@pytest.mark.parametrize(
    ("rule", "resource"),
    [
        ("RDS-EXTENDED", database("mysql", "8.0.44", state="stopped")),
        ("RDS-EXTENDED", database("mysql", "8.0.44", instance_class="db.serverless")),
        ("RDS-EXTENDED", database("mysql", "8.0.44", region="cn-north-1")),
        ("RDS-EXTENDED", database("docdb", "3.6.0", instance_class="db.r6g.large")),
        (
            "ENGINE-EOL",
            on("cacheclusters", engine="redis", engine_version="5.0.6", node_type="cache.x9.large"),
        ),
        ("ENGINE-EOL", on("cacheclusters", engine="redis", engine_version="5.0.6", nodes=None)),
        ("ENGINE-EOL", on("searchdomains", version="Elasticsearch_5.6", instance_type="r6g.huge.search")),
        ("ENGINE-EOL", on("searchdomains", version="Elasticsearch_5.6", instances=None)),
        ("ENGINE-EOL", on("searchdomains", version="Elasticsearch_5.6", more_nodes=None)),
    ],
)
def test_what_has_no_known_price_is_charged_an_unknown_amount(rule: str, resource: Resource) -> None:
    found = said(rule, resource, "2026-10-30")
    assert isinstance(found, Finding)
    assert "is charged since" in found.message
    assert found.saving is None
    assert not found.formula


def test_dedicated_masters_of_a_search_domain_are_charged_as_well() -> None:
    domain = on("searchdomains", **SEARCH, more_nodes=("r6g.large.search 3",))
    found = said("ENGINE-EOL", domain, "2026-10-30")
    assert isinstance(found, Finding)
    assert f"{found.saving:.2f}" == "113.88"


@pytest.mark.parametrize(
    ("region", "saving", "words"),
    [("eu-central-1", "178.12", "$0.122"), ("eu-west-9", "146.00", "(at us-east-1's price)")],
)
def test_a_price_is_the_regions_own_or_says_that_it_is_not(region: str, saving: str, words: str) -> None:
    found = said("RDS-EXTENDED", database("mysql", "8.0.44", region=region), "2026-11-30")
    assert isinstance(found, Finding)
    assert f"{found.saving:.2f}" == saving
    assert words in found.formula
