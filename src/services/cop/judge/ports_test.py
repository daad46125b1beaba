"""The table of ports, against what its sources list."""

from __future__ import annotations

import pytest

from services.cop.judge.ports import ADVISOR, CONFIG, HUB, PROWLER, SERVICES, WEB, named, risk, severity_of
from services.models.domain.finding import SEVERITIES
from services.models.kit.reach import ALL, Open

# docs.aws.amazon.com/config/latest/developerguide/restricted-common-ports.html, blockedPort1 to 5
OF_CONFIG = {20, 21, 3389, 3306, 4333}
# docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html, blockedPorts of EC2.19
OF_HUB = {
    20, 21, 22, 23, 25, 110, 135, 143, 445, 1433, 1434, 3000, 3306, 3389, 4333, 5000, 5432, 5500, 5601, 8080,
    8088, 8888, 9200, 9300,
}  # fmt: skip
# docs.aws.amazon.com/awssupport/latest/user/security-checks.html, HCP4007jGY: red
OF_ADVISOR = {20, 21, 22, 1433, 1434, 3306, 3389, 4333, 5432, 5500}
# the names and metadata of ec2_securitygroup_allow_ingress_from_internet_to_* and ec2_instance_port_*
OF_PROWLER = {
    20, 21, 22, 23, 25, 88, 110, 135, 139, 143, 389, 445, 464, 636, 749, 750, 1433, 1434, 1521, 2483, 2484,
    3000, 3306, 3389, 4333, 5000, 5432, 5500, 5601, 6379, 7000, 7001, 7199, 8080, 8088, 8888, 9042, 9092,
    9160, 9200, 9300, 11211, 27017, 27018,
}  # fmt: skip


@pytest.mark.parametrize(
    ("source", "listed"), [(CONFIG, OF_CONFIG), (HUB, OF_HUB), (ADVISOR, OF_ADVISOR), (PROWLER, OF_PROWLER)]
)
def test_the_table_has_each_tcp_port_that_a_source_lists(source: str, listed: set[int]) -> None:
    of_source = {port for row in SERVICES if source in row.sources for port in row.ports}
    assert listed <= of_source
    for port in listed:
        assert SEVERITIES.index(severity_of(Open("tcp", port, port))) <= SEVERITIES.index("medium"), port


def test_each_port_of_a_protocol_stands_in_one_row_which_has_a_source() -> None:
    ports = [(row.protocol, port) for row in SERVICES for port in row.ports]
    assert len(ports) == len(set(ports))
    assert all(row.sources and row.protocol in ("tcp", "udp") for row in SERVICES)


@pytest.mark.parametrize(
    ("ports", "severity"),
    [
        (Open(ALL), "critical"),
        (Open("tcp", 3306, 3306), "critical"),
        (Open("tcp", 3300, 3306), "critical"),
        (Open("tcp", 3306, 3310), "critical"),
        (Open("tcp", 3307, 3310), "low"),
        (Open("udp", 3306, 3306), "low"),
        (Open("udp", 22, 22), "low"),
        (Open("tcp", 22, 22), "high"),
        (Open("udp", 389, 389), "medium"),
        (Open("tcp", 8443, 8443), "low"),
    ],
)
def test_a_span_is_as_bad_as_the_worst_port_in_it(ports: Open, severity: str) -> None:
    found = risk([ports], WEB)
    assert found
    assert found.severity == severity


@pytest.mark.parametrize(
    "ports", [Open("tcp", 80, 80), Open("tcp", 443, 443), Open("udp", 443, 443), Open("icmp")]
)
def test_the_web_and_pings_are_for_everyone(ports: Open) -> None:
    assert risk([ports], WEB) is None


def test_what_is_meant_for_everyone_can_be_told() -> None:
    assert risk([Open("tcp", 8443, 8443)], [*WEB, "tcp 8443"]) is None
    assert risk([Open("tcp", 80, 81)], WEB)
    assert risk([Open("tcp", 80, 80)], ())


def test_the_worst_is_named_first_and_a_text_stays_short() -> None:
    spans = [Open("tcp", port, port) for port in (9000, 22, 3306, 81, 82, 83, 84)]
    found = str(risk(spans, WEB))
    assert found == "tcp 3306 (MySQL), tcp 22 (SSH), tcp 9000, tcp 81, tcp 82 and 2 more"
    assert str(risk(spans[:5], WEB)) == "tcp 3306 (MySQL), tcp 22 (SSH), tcp 9000, tcp 81, tcp 82"
    assert named(Open("tcp", 20, 23)) == "tcp 20-23 (SSH, FTP, Telnet)"
    assert named(Open("tcp", 20, 25)) == "tcp 20-25 (SSH, FTP, Telnet and others)"
