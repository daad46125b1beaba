"""RDS-PUBLIC: a database with an address on the internet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from services.cop.judge.exposure import exposure
from services.cop.judge.facts import Facts
from services.cop.judge.reach import BOTH, FOLLOWED, known
from services.cop.judge.rule import Example, Rule, example
from services.models.database import Database
from services.models.dbcluster import DbCluster
from services.models.domain.finding import Unknown, Verdict
from services.models.kit.base import Resource
from services.models.redshiftcluster import RedshiftCluster

AnyDatabase = Database | DbCluster | RedshiftCluster


def check(database: AnyDatabase, facts: Facts) -> Verdict:
    if database.public is None and database.type != "dbclusters":
        return Unknown("whether it is public is not told")
    if not database.public or _is_judged_with_cluster(database, facts):
        return None
    return exposure(
        database.region,
        () if database.port is None else (database.port,),
        _subnets(database, facts),
        database.security_groups,
        facts,
        (4,) if database.network.lower() == "ipv4" else BOTH,
    )


def _is_judged_with_cluster(database: Any, facts: Facts) -> bool:
    """Whether it is a member of a cluster that tells by itself whether it is public."""
    if database.type != "databases":
        return False
    cluster = known(facts, "dbclusters", database.region).get(database.cluster)
    return cluster is not None and cluster.public is not None


def _subnets(database: Any, facts: Facts) -> Sequence[str]:
    """A cluster's answer has only the name of its subnet group; its members' have the subnets."""
    if database.type != "dbclusters":
        return database.subnets or ()
    members = known(facts, "databases", database.region)
    return tuple(subnet for id in database.instances if id in members for subnet in members[id].subnets)


_ANY = ("100 allow all 0.0.0.0/0", "101 allow all ::/0")
_USUAL = {"public": True, "port": 3306, "security_groups": ("sg-1",), "network": "IPV4"}
_WHERE = {"subnets": ("subnet-1", "subnet-2"), "cluster": ""}


def _database(**changes: Any) -> Database:
    database: Database = example("databases", **(_USUAL | _WHERE | changes))
    return database


def _group(*ingress: str) -> Resource:
    group: Resource = example("securitygroups", id="sg-1", ingress=ingress)
    return group


def _subnet(v4: bool | None, id: str = "subnet-1") -> Resource:
    subnet: Resource = example("subnets", id=id, internet_v4=v4, internet_v6=True)
    return subnet


def _acl(*ingress: str, egress: tuple[str, ...] = _ANY, id: str = "subnet-2") -> Resource:
    acl: Resource = example("networkacls", id=f"acl-{id}", subnets=(id,), ingress=ingress, egress=egress)
    return acl


_OPEN, _CLOSED = _group("tcp 3306 0.0.0.0/0"), _group("tcp 3306 10.0.0.0/8", "udp 3306 0.0.0.0/0")
_OPEN6 = _group("tcp 3306 ::/0")
_HALF_KNOWN = _group("tcp 3306 0.0.0.0/0", "tcp 3306 pl-1")
_ROUTES = (_subnet(False), _subnet(True, "subnet-2"))
_PUBLIC = (*_ROUTES, _acl(*_ANY))
_PRIVATE = (_subnet(False), _subnet(False, "subnet-2"))
_WAREHOUSE = example("redshiftclusters", **_USUAL | {"port": 5439, "subnets": ("subnet-1", "subnet-2")})
_CLUSTER = example("dbclusters", **_USUAL | {"id": "c", "instances": ("c-1",)})
_MEMBER = _database(id="c-1", cluster="c")

RULE = Rule(
    id="RDS-PUBLIC",
    title="Database is public",
    types=("databases", "dbclusters", "redshiftclusters"),
    severity="critical",
    confidence="certain",
    check=check,
    looks_up=(*FOLLOWED, "databases", "dbclusters"),
    why="A database on the internet is one password, or one hole, away from everyone.",
    fix="Set PubliclyAccessible to false, and let only the application's security group in.",
    source="Prowler rds_instance_no_public_access, Security Hub RDS.2, Redshift.1 and Redshift.15; reachable "
    "is what has a public address, an open port, a route and a network ACL that lets both ways: "
    "docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_VPC.WorkingWithRDSInstanceinaVPC.html",
    good=(
        Example(_database(public=False), (_OPEN, *_PUBLIC)),
        Example(example("dbclusters", public=None), (_OPEN, *_PUBLIC)),  # of Aurora: its members tell
        Example(_MEMBER, (_OPEN, *_PUBLIC, _CLUSTER)),
    ),
    bad=(
        Example(_database(), (_OPEN, *_PUBLIC), severity="critical"),
        Example(_database(), (_group("tcp 3306 0.0.0.0/1"), *_PUBLIC), severity="critical"),
        Example(_database(), (_group("tcp 3306 0.0.0.0/2"), *_PUBLIC), severity="medium"),
        Example(_database(port=3307), (_OPEN, *_PUBLIC), severity="medium"),
        Example(_database(), (_CLOSED, *_PUBLIC), severity="medium"),
        Example(_database(), (_OPEN, *_PRIVATE), severity="medium"),
        Example(
            _database(), (_OPEN, *_ROUTES, _acl("90 deny tcp 3306-3306 0.0.0.0/0", *_ANY)), severity="medium"
        ),
        Example(
            _database(),
            (_OPEN, *_ROUTES, _acl("90 deny tcp 3307-3307 0.0.0.0/0", *_ANY)),
            severity="critical",
        ),
        Example(_database(), (_OPEN, *_ROUTES, _acl("100 allow all 0.0.0.0/2")), severity="medium"),
        Example(
            _database(),
            (_OPEN, *_ROUTES, _acl(*_ANY, egress=("100 allow tcp 0-1023 0.0.0.0/0",))),
            severity="medium",
        ),
        Example(
            _database(),
            (_OPEN, *_ROUTES, _acl(*_ANY, egress=("100 allow tcp 0-1024 0.0.0.0/0",))),
            severity="critical",
        ),
        Example(
            _database(), (_OPEN, *_ROUTES, _acl(id="subnet-2"), _acl(*_ANY, id="subnet-1")), severity="medium"
        ),
        Example(_database(), (_OPEN, *_ROUTES), severity="high"),  # network ACLs not collected
        Example(_database(), (_OPEN, *_ROUTES, _acl(*_ANY, id="subnet-9")), severity="high"),
        Example(
            _database(),
            (_OPEN, *_ROUTES, example("networkacls", subnets=("subnet-2",), ingress=None)),
            severity="high",
        ),
        Example(_database(), (_OPEN,), severity="high"),
        Example(_database(), (_OPEN, _subnet(False)), severity="high"),
        Example(_database(subnets=()), (_OPEN, *_PUBLIC), severity="high"),
        Example(_database(), (_OPEN6, *_PUBLIC), severity="medium"),
        Example(_database(network="DUAL"), (_OPEN6, *_PUBLIC), severity="critical"),
        Example(_database(network=""), (_OPEN6, *_PUBLIC), severity="critical"),
        Example(_database(network="DUAL"), (_HALF_KNOWN, *_PUBLIC), severity="critical"),
        Example(_MEMBER, (_OPEN, *_PUBLIC, example("dbclusters", id="c", public=None)), severity="critical"),
        Example(_CLUSTER, (_OPEN, *_PUBLIC, _MEMBER), severity="critical"),
        Example(_CLUSTER, (_OPEN, *_PUBLIC), severity="high"),
        Example(_WAREHOUSE, (_group("tcp 5439 0.0.0.0/0"), *_PUBLIC), severity="critical"),
    ),
    unknown=(
        Example(_database(public=None), (_OPEN, *_PUBLIC)),
        Example(_database(), _PUBLIC),
        Example(_database(port=None), (_OPEN, *_PUBLIC)),
        Example(_database(security_groups=()), (_OPEN, *_PUBLIC)),
        Example(_database(security_groups=("sg-1", "sg-2")), (_CLOSED, *_PUBLIC)),
        Example(_database(), (_group("tcp 3306 pl-1"), *_PUBLIC)),
        Example(_database(), (_group("tcp 3306 pl-1"), *_ROUTES)),
        Example(_database(network="DUAL"), (_group("tcp 3306 pl-1"), *_PRIVATE)),  # but for IPv6
    ),
)
