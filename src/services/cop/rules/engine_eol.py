"""ENGINE-EOL: a cache, search domain, broker or job whose version AWS no longer supports, or not for long."""

from __future__ import annotations

from decimal import Decimal

from services.cop.judge.rule import Example, Rule, example
from services.cop.judge.support import check
from services.models.cachecluster import CacheCluster
from services.models.searchdomain import SearchDomain


def _cache(engine: str, version: str) -> CacheCluster:
    cache: CacheCluster = example("cacheclusters", engine=engine, engine_version=version)
    return cache


def _domain(version: str) -> SearchDomain:
    domain: SearchDomain = example("searchdomains", version=version)
    return domain


RULE = Rule(
    id="ENGINE-EOL",
    title="Engine is past its end of support",
    types=(
        "cacheclusters",
        "serverlesscaches",
        "searchdomains",
        "brokers",
        "kafkaclusters",
        "gluejobs",
    ),
    severity="high",
    confidence="certain",
    check=check,
    limits={"warn_days": 90},
    why="Past standard support an engine costs more while AWS offers extended support. Then, or where there"
    " is none, it gets no more fixes, and AWS upgrades or isolates it by itself.",
    fix="Upgrade to a supported version; try it on a copy first.",
    source="AWS, ends of support (services/cop/judge/lifecycles.json)",
    good=(
        Example(_cache("redis", "7.1.0")),
        Example(_cache("valkey", "8.0.1")),
        Example(_cache("memcached", "1.6.22")),
        Example(_domain("OpenSearch_2.11")),
        Example(_domain("Elasticsearch_7.10")),
        Example(example("brokers", engine="RabbitMQ", engine_version="3.13")),
        Example(example("kafkaclusters", kafka_version="3.8.x")),
        Example(example("kafkaclusters", kind="serverless", kafka_version="")),
        Example(example("gluejobs", glue_version="4.0")),
        Example(example("gluejobs", glue_version="auto")),
        Example(example("gluejobs", kind="python shell", python="3.9", glue_version="1.0")),
    ),
    bad=(
        Example(_cache("redis", "5.0.6"), saving=Decimal("127.90"), severity="high"),
        Example(_cache("redis", "6.2"), saving=None, severity="low"),
        Example(_cache("redis", "3.2.10"), saving=None, severity="high"),
        Example(_domain("OpenSearch_2.9"), saving=Decimal("365.73"), severity="high"),
        Example(_domain("Elasticsearch_5.6"), saving=Decimal("56.94"), severity="high"),
        Example(example("brokers", engine="ActiveMQ", engine_version="5.17.6"), saving=None, severity="high"),
        Example(example("kafkaclusters", kafka_version="3.7.x.kraft"), saving=None, severity="high"),
        Example(example("gluejobs", glue_version="2.0"), saving=None, severity="high"),
    ),
    unknown=(
        Example(_cache("redis", "70.1")),
        Example(_cache("valkey", "99.0")),
        Example(_domain("7.10")),
        Example(_domain("")),
        Example(example("brokers", engine="ActiveMQ", engine_version="6.99")),
        Example(example("kafkaclusters", kafka_version="")),
        Example(example("gluejobs", glue_version="")),
    ),
)
