"""ENGINE-EOL: a cache or search domain whose engine AWS no longer supports, or not for long."""

from __future__ import annotations

from services.cop.rule import Example, Rule, example
from services.cop.support import check
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
    types=("cacheclusters", "serverlesscaches", "searchdomains"),
    severity="high",
    confidence="certain",
    check=check,
    limits={"warn_days": 90},
    why="What is past its end of support costs more for as long as AWS offers extended support; then AWS"
    " upgrades or isolates it by itself.",
    fix="Upgrade to a supported version; try it on a copy first.",
    source="AWS, ends of support (services/cop/lifecycles.json)",
    good=(
        Example(_cache("redis", "7.1.0")),
        Example(_cache("valkey", "8.0.1")),
        Example(_cache("memcached", "1.6.22")),
        Example(_domain("OpenSearch_2.11")),
        Example(_domain("Elasticsearch_7.10")),
    ),
    bad=(
        Example(_cache("redis", "5.0.6"), saving=None, severity="high"),
        Example(_cache("redis", "6.2"), saving=None, severity="low"),
        Example(_cache("redis", "3.2.10"), saving=None, severity="high"),
        Example(_domain("OpenSearch_2.9"), saving=None, severity="high"),
        Example(_domain("Elasticsearch_5.6"), saving=None, severity="high"),
    ),
    unknown=(
        Example(_cache("redis", "70.1")),
        Example(_cache("valkey", "99.0")),
        Example(_domain("7.10")),
        Example(_domain("")),
    ),
)
