from __future__ import annotations

import json
from typing import Any

import pytest

from services.models.kit.access_policy import EVERYWHERE, strangers

READ = "es:eshttpget"
ANYBODY: dict[str, Any] = {"Effect": "Allow", "Principal": "*", "Action": "es:*", "Resource": "*"}
OFFICE = {"IpAddress": {"aws:SourceIp": ["203.0.113.0/24"]}}
HALVES = ["0.0.0.0/1", "128.0.0.0/1"]


def when(operator: str, key: str, *values: str) -> dict[str, Any]:
    return {"Condition": {operator: {key: list(values)}}}


@pytest.mark.parametrize(
    ("statements", "networks"),
    [
        ([ANYBODY], EVERYWHERE),
        (ANYBODY, EVERYWHERE),
        ([ANYBODY | {"Principal": {"AWS": "*"}}], EVERYWHERE),
        ([ANYBODY | {"Principal": {"AWS": ["arn:aws:iam::1:root", "*"]}}], EVERYWHERE),
        ([ANYBODY | {"Principal": {"AWS": "arn:aws:iam::412233445883:root"}}], ()),
        ([ANYBODY | {"Principal": {"AWS": "arn:aws-cn:iam::412233445883:root"}}], ()),
        ([ANYBODY | {"Principal": {"Service": "es.amazonaws.com"}}], ()),
        ([ANYBODY | {"Action": ["es:ESHttpGet"]}], EVERYWHERE),
        ([ANYBODY | {"Action": "ES:eshttp*"}], EVERYWHERE),
        ([ANYBODY | {"Action": "es:DescribeDomain"}], ()),
        ([ANYBODY | {"Condition": OFFICE}], ("203.0.113.0/24",)),
        ([ANYBODY | when("IpAddress", "aws:SourceIp", *HALVES)], tuple(HALVES)),
        ([ANYBODY | {"Condition": {"IpAddress": {"AWS:sourceip": "0.0.0.0/0"}}}], ("0.0.0.0/0",)),
        ([ANYBODY | {"Condition": OFFICE}, ANYBODY], ("203.0.113.0/24", *EVERYWHERE)),
        ([ANYBODY | when("NotIpAddress", "aws:SourceIp", "198.51.100.0/24")], EVERYWHERE),
        ([ANYBODY | when("NotIpAddress", "aws:SourceIp", "0.0.0.0/0")], None),
        ([ANYBODY | when("StringEquals", "aws:PrincipalOrgID", "o-1")], ()),
        ([ANYBODY | when("StringEquals", "aws:SourceVpce", "vpce-1")], ()),
        ([ANYBODY | when("StringLike", "aws:PrincipalArn", "*")], None),
        ([ANYBODY | when("StringEqualsIfExists", "aws:SourceVpc", "vpc-1")], None),
        ([ANYBODY | when("StringNotEquals", "aws:SourceVpc", "vpc-1")], None),
        ([ANYBODY | when("DateLessThan", "aws:CurrentTime", "2027-01-01T00:00:00Z")], None),
        ([ANYBODY | when("DateLessThan", "aws:CurrentTime", "2027-01-01T00:00:00Z"), ANYBODY], EVERYWHERE),
        ([ANYBODY, ANYBODY | {"Effect": "Deny"}], ()),
        ([ANYBODY, ANYBODY | {"Effect": "Deny", "Action": "es:ESHttpDelete"}], EVERYWHERE),
        ([ANYBODY, ANYBODY | {"Effect": "Deny"} | when("Bool", "aws:SecureTransport", "false")], EVERYWHERE),
        (
            [ANYBODY, ANYBODY | {"Effect": "Deny"} | when("NotIpAddress", "aws:SourceIp", "203.0.113.0/24")],
            ("203.0.113.0/24",),
        ),
        ([ANYBODY, ANYBODY | {"Effect": "Deny"} | when("StringNotEquals", "aws:PrincipalOrgID", "o")], None),
        ([ANYBODY, ANYBODY | {"Effect": "Deny", "Principal": {"AWS": "arn:aws:iam::1:root"}}], EVERYWHERE),
        ([{"Effect": "Allow", "NotPrincipal": {"AWS": "a"}, "Action": "es:*"}], EVERYWHERE),
        ([{"Effect": "Allow", "Principal": "*", "NotAction": "es:ESHttpDelete"}], EVERYWHERE),
        ([{"Effect": "Allow", "Principal": "*", "NotAction": "es:*"}], ()),
        ([], ()),
    ],
)
def test_who_is_not_known_may_call_from_these_networks(
    statements: Any, networks: tuple[str, ...] | None
) -> None:
    assert strangers(json.dumps({"Version": "2012-10-17", "Statement": statements}), READ) == networks


def test_a_domain_without_a_policy_lets_in_nobody_whom_iam_does_not_know() -> None:
    assert strangers("", READ) == ()


@pytest.mark.parametrize("policy", ["{", "nonsense"])
def test_what_is_no_policy_is_not_known(policy: str) -> None:
    assert strangers(policy, READ) is None


@pytest.mark.parametrize(
    "odd", [7, None, "*", [None], {"Effect": 7}, {"Effect": "Allow", "Action": 7, "Principal": [7]}]
)
def test_an_odd_statement_lets_in_nobody(odd: Any) -> None:
    assert strangers(json.dumps({"Statement": odd}), READ) == ()
