"""What a resource runs, and until when AWS supports that: the same for the rules and the reports."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from services.cop.judge.functions import is_edge_replica
from services.cop.judge.lifecycles import Lifecycle, Product, products
from services.models.kit.base import Resource


class Runs(NamedTuple):
    """name: as people call it, such as "mysql 5.7.44"; "" where what it runs is unknown. lifecycle: None
    where nobody knows until when that is supported.
    """

    name: str
    product: Product | None
    lifecycle: Lifecycle | None

    @property
    def unknown(self) -> str:
        """Why nothing is known of its end."""
        if not self.name:
            return "what it runs is unknown"
        table = f" (table of {self.product.as_of})" if self.product else ""
        return f"until when {self.name} is supported is not known{table}"


UNKNOWN = Runs("", None, None)
# engine, as RDS names it -> its table; RDS lists the instances and clusters of DocumentDB and Neptune as well
DATABASES = {
    "mysql": "rds-mysql",
    "postgres": "rds-postgresql",
    "mariadb": "rds-mariadb",
    "aurora": "aurora-mysql",  # how version 1 calls itself
    "aurora-mysql": "aurora-mysql",
    "aurora-postgresql": "aurora-postgresql",
    "docdb": "documentdb",
    "neptune": "neptune",
}
CACHES = {
    "redis": "elasticache-redis",
    "valkey": "elasticache-valkey",
    "memcached": "elasticache-memcached",
}
SEARCH = {"OpenSearch": "opensearch", "Elasticsearch": "elasticsearch"}
BROKERS = {"ActiveMQ": "mq-activemq", "RabbitMQ": "mq-rabbitmq"}
UPGRADED_BY_AWS = "auto"  # as a Glue version


def runs(resource: Resource) -> Runs | None:
    """None for what runs no version that could end, such as a container image; and for types without any."""
    look = BY_TYPE.get(resource.type)
    return look(resource) if look else None


def _function(function: Any) -> Runs | None:
    """A runtime is known by its whole name: java8.al2 is no java8. A container image brings its own."""
    if is_edge_replica(function) or (not function.runtime and function.package == "Image"):
        return None
    table = products()["lambda"]
    return Runs(function.runtime, table, table.versions.get(function.runtime))


def _database(database: Any) -> Runs:
    """An Aurora MySQL version begins with that of MySQL: 8.0.mysql_aurora.3.04.0."""
    return _engine(database.engine, database.engine_version, DATABASES)


def _cache(cache: Any) -> Runs:
    return _engine(cache.engine, cache.engine_version, CACHES)


def _domain(domain: Any) -> Runs:
    """OpenSearch_2.11, Elasticsearch_7.10."""
    engine, _, version = (domain.version or "").partition("_")
    return _engine(engine, version, SEARCH)


def _cluster(cluster: Any) -> Runs:
    return _version("Kubernetes", cluster.version, products()["eks"])


def _broker(broker: Any) -> Runs:
    return _engine(broker.engine, broker.engine_version, BROKERS)


def _kafka(cluster: Any) -> Runs | None:
    """A serverless cluster has no version of its own."""
    if cluster.kind == "serverless":
        return None
    return _version("Kafka", cluster.kafka_version, products()["msk"])


def _job(job: Any) -> Runs | None:
    """A Python shell job ends with its Python, whatever its Glue version; 3 means 3.6."""
    if job.kind == "python shell":
        table = products()["glue-pythonshell"]
        return (
            Runs(f"Python shell {job.python}", table, table.versions.get(job.python))
            if job.python
            else UNKNOWN
        )
    if job.glue_version == UPGRADED_BY_AWS:
        return None
    return _version("Glue", job.glue_version, products()["glue"])


def _engine(engine: str, version: str, tables: Mapping[str, str]) -> Runs:
    return _version(engine, version, products().get(tables.get(engine, "")))


def _version(engine: str, version: str, table: Product | None) -> Runs:
    if not engine or not version:
        return UNKNOWN
    return Runs(f"{engine} {version}", table, table.of(version) if table else None)


BY_TYPE: Mapping[str, Callable[[Any], Runs | None]] = {
    "functions": _function,
    "databases": _database,
    "dbclusters": _database,
    "eksclusters": _cluster,
    "cacheclusters": _cache,
    "serverlesscaches": _cache,
    "searchdomains": _domain,
    "brokers": _broker,
    "kafkaclusters": _kafka,
    "gluejobs": _job,
}
