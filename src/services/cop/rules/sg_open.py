"""SG-OPEN: ports that the internet may reach."""

from __future__ import annotations

from services.cop.judge.facts import Facts, NotKnown
from services.cop.judge.ports import WEB, risk
from services.cop.judge.reach import gate_of
from services.cop.judge.rule import Example, Rule, example
from services.models.domain.finding import Finding, Severity, Verdict
from services.models.securitygroup import SecurityGroup


def check(group: SecurityGroup, facts: Facts) -> Verdict:
    gate = gate_of([group])
    surely, perhaps = (risk(opens, facts.limits["fine"]) for opens in (gate.surely, gate.perhaps))
    if surely is None:
        if perhaps:
            raise NotKnown(gate.unknown)
        return None
    message = f"the internet reaches {surely}"
    if gate.unknown:
        message += f"; {gate.unknown}"
    if group.interfaces == 0:
        return Finding(f"{message}; no interface uses it", severity="info")
    return Finding(message, severity=surely.severity)


def _group(*ingress: str, interfaces: int = 1, lists: tuple[str, ...] = ()) -> SecurityGroup:
    group: SecurityGroup = example("securitygroups", ingress=ingress, interfaces=interfaces, lists=lists)
    return group


def _bad(severity: Severity, *ingress: str, lists: tuple[str, ...] = ()) -> Example:
    return Example(_group(*ingress, lists=lists), severity=severity)


RULE = Rule(
    id="SG-OPEN",
    title="Security group lets the internet in",
    types=("securitygroups",),
    severity="high",
    confidence="certain",
    check=check,
    limits={"fine": WEB},
    why="Databases, caches and remote shells that everyone can reach are found within minutes.",
    fix="Allow only the addresses that need it, or use Session Manager instead of SSH.",
    source="AWS Config, Security Hub EC2.13 to EC2.19, Trusted Advisor and Prowler: cop/judge/ports.py; "
    "attached to nothing is info, half of all addresses are the internet",
    good=(
        Example(_group()),
        Example(_group("tcp 80 0.0.0.0/0", "tcp 443 0.0.0.0/0", "tcp 443 ::/0", "udp 443 0.0.0.0/0")),
        Example(_group("tcp 22 10.0.0.0/8", "tcp 22 sg-2", "icmp 0.0.0.0/0")),
        Example(_group("tcp 22 0.0.0.0/2", "tcp 22 64.0.0.0/3", "tcp 22 96.0.0.0/4")),
        Example(_group("tcp 22 0.0.0.0/2", "udp 22 64.0.0.0/2")),
        Example(_group("tcp 22 2000::/5")),
        Example(_group("tcp 22 pl-1", lists=("pl-1", "pl-1 0.0.0.0/2"))),
    ),
    bad=(
        _bad("critical", "all ::/0"),
        _bad("critical", "tcp 3306 0.0.0.0/0", "tcp 22 0.0.0.0/0"),
        _bad("critical", "tcp 0-65535 0.0.0.0/0"),
        _bad("high", "tcp 22 0.0.0.0/0"),
        _bad("high", "tcp 22 0.0.0.0/1", "tcp 22 128.0.0.0/1"),
        _bad("high", "tcp 22 0.0.0.0/2", "tcp 20-30 64.0.0.0/2"),
        _bad("high", "tcp 22 2000::/4"),
        _bad("high", "tcp 22 pl-1", "tcp 22 64.0.0.0/2", lists=("pl-1", "pl-1 0.0.0.0/2")),
        _bad("high", "tcp 22 0.0.0.0/0", "tcp 3306 pl-1"),
        _bad("medium", "tcp 8080 0.0.0.0/0"),
        _bad("medium", "udp 11211 0.0.0.0/0"),
        _bad("low", "tcp 442-443 0.0.0.0/0"),
        _bad("low", "udp 3306 0.0.0.0/0"),
        Example(_group("all 0.0.0.0/0", interfaces=0), severity="info"),
    ),
    unknown=(Example(_group("tcp 22 pl-1")), Example(_group("tcp 443 0.0.0.0/0", "tcp 443-444 pl-1"))),
)
