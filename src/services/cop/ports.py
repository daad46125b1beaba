"""Rules of security groups as SecurityGroup has them: "tcp 22", "tcp 8000-9000", "all"."""

from __future__ import annotations

from collections.abc import Collection

from services.models.securitygroup import ALL


def lets_in(rule: str, ports: Collection[int]) -> bool:
    """Whether the rule opens any of these TCP or UDP ports."""
    protocol, _, span = rule.partition(" ")
    if rule == ALL:
        return True
    first, _, last = span.partition("-")
    if protocol not in ("tcp", "udp") or not first.isdigit():
        return False
    return any(int(first) <= port <= int(last or first) for port in ports)
