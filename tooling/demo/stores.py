"""Search domains, warehouses, file systems and serverless caches of the demo estate."""

from __future__ import annotations

from collections.abc import Callable

from tooling.demo.place import Item, Place


def serverless_cache(place: Place) -> Item:
    id = f"{place.name.app}-serverless-{place.number:02d}"
    return place.like(
        "serverlesscaches",
        ServerlessCacheName=id,
        ARN=place.arn("elasticache", f"serverlesscache:{id}"),
        Description=f"Cache of {place.name.app}",
        CreateTime=place.ago(20, 400),
        Endpoint={"Address": f"{id}-x1y2z3.serverless.cache.amazonaws.com", "Port": 6379},
        Tags=place.name.tags,
    )


def search_domain(place: Place) -> Item:
    id = f"{place.name.app}-{place.number:02d}"
    return place.like(
        "searchdomains",
        DomainId=f"{place.account}/{id}",
        DomainName=id,
        ARN=place.arn("es", f"domain/{id}"),
        Endpoints={"vpc": f"vpc-{id}-x1y2z3.{place.region}.es.amazonaws.com"},
        Tags=place.name.tags,
    )


def redshift_cluster(place: Place) -> Item:
    id = f"{place.name.app}-dw-{place.number:02d}"
    return place.like(
        "redshiftclusters",
        ClusterIdentifier=id,
        Endpoint={"Address": f"{id}.c1x2y3.{place.region}.redshift.amazonaws.com", "Port": 5439},
        ClusterCreateTime=place.ago(100, 900),
        Tags=place.name.tags,
    )


def file_system(place: Place) -> Item:
    id = place.new("fs")
    created, size = place.ago(50, 900), int(10 ** place.random.uniform(10.5, 12.3))
    seldom = size * 3 // 4
    return place.like(
        "filesystems",
        FileSystemId=id,
        FileSystemArn=place.arn("elasticfilesystem", f"file-system/{id}"),
        CreationToken=place.name.name,
        Name=place.name.name,
        CreationTime=created,
        SizeInBytes={"Value": size, "ValueInIA": seldom, "ValueInStandard": size - seldom},
        Encrypted=place.often(85),
        Tags=place.name.tags,
    )


ITEMS: dict[str, Callable[[Place], Item]] = {
    "serverlesscaches": serverless_cache,
    "searchdomains": search_domain,
    "redshiftclusters": redshift_cluster,
    "filesystems": file_system,
}
