"""SG-OPEN: ports that the whole internet may reach."""

from __future__ import annotations

from services.cop.facts import Facts
from services.cop.ports import lets_in
from services.cop.rule import Example, Rule, example
from services.models.finding import Finding, Severity, Verdict
from services.models.securitygroup import ALL, SecurityGroup

RISKS: tuple[tuple[Severity, frozenset[int]], ...] = (
    ("critical", frozenset({3306, 5432, 1433, 1521, 27017, 6379, 11211, 9200, 5601, 9092, 7199})),
    ("high", frozenset({22, 3389})),
    ("medium", frozenset({25, 110, 135, 143, 445, 3000, 4333, 5000, 5500, 8080, 8088})),
)


def check(group: SecurityGroup, facts: Facts) -> Verdict:
    found = next(((severity, rules) for severity, rules in _by_risk(group) if rules), None)
    if found is None:
        return None
    severity, rules = found
    message = f"the whole internet reaches {', '.join(rules)}"
    if group.interfaces == 0:
        return Finding(f"{message}; no interface uses it", severity="info")
    return Finding(message, severity=severity)


def _by_risk(group: SecurityGroup) -> list[tuple[Severity, list[str]]]:
    found: list[tuple[Severity, list[str]]] = [("critical", [rule for rule in group.world if rule == ALL])]
    for severity, ports in RISKS:
        found.append((severity, [rule for rule in group.world if lets_in(rule, ports)]))
    return found


RULE = Rule(
    id="SG-OPEN",
    title="Security group lets the whole internet in",
    types=("securitygroups",),
    severity="high",
    confidence="certain",
    check=check,
    why="Databases, caches and remote shells that everyone can reach are found within minutes.",
    fix="Allow only the addresses that need it, or use Session Manager instead of SSH.",
    source="Prowler ec2_securitygroup_allow_ingress_from_internet_to_*; ports as it lists them",
    good=(
        Example(example("securitygroups", world=())),
        Example(example("securitygroups", world=("tcp 443", "tcp 80"), interfaces=2)),
    ),
    bad=(
        Example(example("securitygroups", world=("tcp 22",), interfaces=1)),
        Example(example("securitygroups", world=("tcp 5000-6000",), interfaces=1)),
        Example(example("securitygroups", world=(ALL,), interfaces=0)),
    ),
)
