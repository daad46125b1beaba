"""RDS-PUBLIC: a database with an address on the internet."""

from __future__ import annotations

from services.cop.facts import Facts
from services.cop.ports import lets_in
from services.cop.rule import Example, Rule, example
from services.models.database import Database
from services.models.finding import Finding, Unknown, Verdict


def check(database: Database, facts: Facts) -> Verdict:
    if not database.public:
        return Unknown("whether it is public is not told") if database.public is None else None
    groups = facts.others("securitygroups", database.region)
    rules = [rule for id in database.security_groups if id in groups for rule in groups[id].world]
    if database.port and any(lets_in(rule, {database.port}) for rule in rules):
        return Finding(f"the whole internet reaches port {database.port}")
    return Finding("has a public address; its security groups keep strangers out", severity="medium")


def _database(public: bool | None = True) -> Database:
    database: Database = example("databases", public=public, port=3306, security_groups=("sg-1",))
    return database


_OPEN = example("securitygroups", id="sg-1", world=("tcp 3306",))
_CLOSED = example("securitygroups", id="sg-1", world=())

RULE = Rule(
    id="RDS-PUBLIC",
    title="Database is public",
    types=("databases",),
    severity="critical",
    confidence="certain",
    check=check,
    looks_up=("securitygroups",),
    why="A database on the internet is one password, or one hole, away from everyone.",
    fix="Set PubliclyAccessible to false, and let only the application's security group in.",
    source="Prowler rds_instance_no_public_access",
    good=(Example(_database(public=False), (_OPEN,)),),
    bad=(Example(_database(), (_OPEN,)), Example(_database(), (_CLOSED,))),
    unknown=(Example(_database(public=None), (_OPEN,)), Example(_database())),
)
