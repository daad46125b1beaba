"""SEARCH-PUBLIC: a search domain that is on the internet."""

from __future__ import annotations

from typing import Any

from services.cop.judge.facts import Facts
from services.cop.judge.rule import Example, Rule, example
from services.models.domain.finding import Finding, Unknown, Verdict
from services.models.kit.access_policy import is_everywhere
from services.models.searchdomain import SearchDomain


def check(domain: SearchDomain, _: Facts) -> Verdict:
    if domain.in_vpc is None:
        return Unknown("whether it is in a VPC is not known")
    if domain.in_vpc:
        return None
    if domain.open_to is None:
        return Unknown("has a public endpoint; whom its access policy lets in is not known")
    if not is_everywhere(domain.open_to):
        return Finding("has a public endpoint; its access policy keeps strangers out", severity="medium")
    message = "its access policy lets the internet in"
    if domain.fine_grained:
        return Finding(f"{message}; fine-grained access control asks who it is", severity="high")
    if domain.fine_grained is None:
        return Finding(f"{message}; whether it has fine-grained access control is not known", severity="high")
    return Finding(message)


def _domain(*networks: str, **changes: Any) -> SearchDomain:
    usual = {"in_vpc": False, "open_to": networks, "fine_grained": False}
    domain: SearchDomain = example("searchdomains", **usual | changes)
    return domain


RULE = Rule(
    id="SEARCH-PUBLIC",
    title="Search domain is public",
    types=("searchdomains",),
    severity="critical",
    confidence="certain",
    check=check,
    why="Indexes hold copies of the data, and an open one is read, or held to ransom, within days.",
    fix="Move it into a VPC: make a domain there, and restore a snapshot. Until then, let only roles in.",
    source="Security Hub Opensearch.2 and ES.2 (critical), Prowler "
    "opensearch_service_domains_not_publicly_accessible; policies, and what access control adds: "
    "docs.aws.amazon.com/opensearch-service/latest/developerguide/fgac.html",
    good=(Example(_domain("0.0.0.0/0", in_vpc=True)),),
    bad=(
        Example(_domain("0.0.0.0/0", "::/0"), severity="critical"),
        Example(_domain("0.0.0.0/1", "128.0.0.0/1"), severity="critical"),
        Example(_domain("0.0.0.0/2"), severity="medium"),
        Example(_domain(), severity="medium"),
        Example(_domain("0.0.0.0/0", fine_grained=True), severity="high"),
        Example(_domain("0.0.0.0/0", fine_grained=None), severity="high"),
    ),
    unknown=(Example(_domain("0.0.0.0/0", in_vpc=None)), Example(_domain(open_to=None))),
)
