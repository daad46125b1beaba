"""Ports that must not be open to the internet: one table, with who says so.

What is in no row is "low" unless a limit allows it: AWS Config's vpc-sg-open-only-to-authorized-ports and
Security Hub's EC2.18 flag all but TCP 80 and 443, and Trusted Advisor all but its green ones.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import lru_cache
from typing import NamedTuple

from services.models.domain.finding import SEVERITIES, Severity
from services.models.kit.reach import ALL, WITH_PORTS, Open

CONFIG = "AWS Config restricted-common-ports"
HUB = "Security Hub EC2.13, EC2.14, EC2.19, Redshift.15"
ADVISOR = "Trusted Advisor Security Groups - Specific Ports Unrestricted (red)"
PROWLER = "Prowler ec2_securitygroup_allow_ingress_from_internet_to_*, ec2_instance_port_*"
CISA = "CISA TA14-017A, UDP-based amplification attacks"
DATADOG = "Datadog security_groups_with_exhibited_admin_ports"
DOCKER = "docs.docker.com/engine/security/protect-access: who reaches it is root"
RFB = "RFC 6143, 9: not secure by itself"
MOST_NAMED = 3  # services of a span
MOST_PORTS = 5  # in a message
WEB = ("tcp 80", "tcp 443", "udp 443")  # usually meant for everyone; 443 of UDP is HTTP/3


class Service(NamedTuple):
    name: str
    protocol: str
    ports: tuple[int, ...]
    severity: Severity
    sources: tuple[str, ...]


# critical: who reaches it reads data or is root. high: one password away. medium: old, or meant for inside.
SERVICES = (
    Service("MySQL", "tcp", (3306,), "critical", (CONFIG, HUB, ADVISOR, PROWLER)),
    Service("PostgreSQL", "tcp", (5432,), "critical", (HUB, ADVISOR, PROWLER)),
    Service("SQL Server", "tcp", (1433, 1434), "critical", (HUB, ADVISOR, PROWLER)),
    Service("Oracle", "tcp", (1521, 2483, 2484), "critical", (PROWLER,)),
    Service("MongoDB", "tcp", (27017, 27018), "critical", (PROWLER,)),
    Service("Redis", "tcp", (6379,), "critical", (PROWLER,)),
    Service("Memcached", "tcp", (11211,), "critical", (PROWLER,)),
    Service("OpenSearch", "tcp", (9200, 9300), "critical", (HUB, PROWLER)),
    Service("Kibana", "tcp", (5601,), "critical", (HUB, PROWLER)),
    Service("Kafka", "tcp", (9092,), "critical", (PROWLER,)),
    Service("Cassandra", "tcp", (7000, 7001, 7199, 9042, 9160), "critical", (PROWLER,)),
    Service("Redshift", "tcp", (5439,), "critical", (HUB,)),
    Service("Docker", "tcp", (2375,), "critical", (DOCKER,)),
    Service("SSH", "tcp", (22,), "high", (HUB, ADVISOR, PROWLER)),
    Service("RDP", "tcp", (3389,), "high", (CONFIG, HUB, ADVISOR, PROWLER)),
    Service("FTP", "tcp", (20, 21), "high", (CONFIG, HUB, ADVISOR, PROWLER)),
    Service("Telnet", "tcp", (23,), "high", (HUB, PROWLER)),
    Service("LDAP", "tcp", (389, 636), "high", (PROWLER,)),
    Service("Kerberos", "tcp", (88, 464, 749, 750), "high", (PROWLER,)),
    Service("NFS", "tcp", (2049,), "high", (DATADOG,)),
    Service("VNC", "tcp", (5900,), "high", (RFB,)),
    Service("SMTP", "tcp", (25,), "medium", (HUB, PROWLER)),
    Service("POP3", "tcp", (110,), "medium", (HUB, PROWLER)),
    Service("RPC", "tcp", (135,), "medium", (HUB, PROWLER)),
    Service("NetBIOS", "tcp", (137, 138, 139), "medium", (PROWLER, DATADOG)),
    Service("IMAP", "tcp", (143,), "medium", (HUB, PROWLER)),
    Service("SMB", "tcp", (445,), "medium", (HUB, PROWLER)),
    Service("a web framework", "tcp", (3000, 5000), "medium", (HUB, PROWLER)),
    Service("mSQL", "tcp", (4333,), "medium", (CONFIG, HUB, ADVISOR, PROWLER)),
    Service("VNC", "tcp", (5500,), "medium", (HUB, ADVISOR, PROWLER)),
    Service("a web proxy", "tcp", (8080, 8088, 8888), "medium", (HUB, PROWLER)),
    Service("Memcached", "udp", (11211,), "medium", (CISA,)),
    Service("LDAP", "udp", (389,), "medium", (CISA,)),
    Service("SNMP", "udp", (161,), "medium", (CISA,)),
    Service("NetBIOS", "udp", (137, 138), "medium", (CISA, DATADOG)),
    Service("RPC", "udp", (111,), "medium", (CISA,)),
    Service("TFTP", "udp", (69,), "medium", (CISA,)),
    Service("SSDP", "udp", (1900,), "medium", (CISA,)),
)


class Risk(NamedTuple):
    """What is open, the worst first, as texts; severity: that of the worst."""

    severity: Severity
    ports: tuple[str, ...]

    def __str__(self) -> str:
        more = len(self.ports) - MOST_PORTS
        return ", ".join(self.ports[:MOST_PORTS]) + (f" and {more} more" if more > 0 else "")


def risk(opens: Iterable[Open], fine: Collection[str]) -> Risk | None:
    """What these open beside what is fine ("tcp 443"); None for nothing else. A ping is no risk."""
    found = sorted(
        ((severity_of(each), each) for each in beyond(opens, fine)), key=lambda one: SEVERITIES.index(one[0])
    )
    return Risk(found[0][0], tuple(named(each) for _, each in found)) if found else None


def beyond(opens: Iterable[Open], fine: Collection[str]) -> list[Open]:
    """Those that open a port which is not fine."""
    return [each for each in opens if not _is_fine(each, fine)]


def _is_fine(each: Open, fine: Collection[str]) -> bool:
    if each.protocol not in WITH_PORTS:
        return each.protocol != ALL
    return all(f"{each.protocol} {port}" in fine for port in range(each.first, each.last + 1))


def severity_of(each: Open) -> Severity:
    return min((service.severity for service in _behind(each)), key=SEVERITIES.index, default="low")


def named(each: Open) -> str:
    """ "tcp 5000-6000 (PostgreSQL, OpenSearch and others)"; the worst are named."""
    if each.protocol == ALL:
        return "every port"
    behind = sorted(_behind(each), key=lambda service: SEVERITIES.index(service.severity))
    names = list(dict.fromkeys(service.name for service in behind))
    if not names:
        return str(each)
    more = " and others" if len(names) > MOST_NAMED else ""
    return f"{each} ({', '.join(names[:MOST_NAMED])}{more})"


@lru_cache(maxsize=4096)  # an estate opens the same ports many times
def _behind(each: Open) -> tuple[Service, ...]:
    return tuple(
        service for service in SERVICES if any(each.lets_in(service.protocol, port) for port in service.ports)
    )
