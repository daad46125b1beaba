"""EC2-PUBLIC-ROLE: an instance that strangers reach, with permissions of its own."""

from __future__ import annotations

from services.cop.facts import Facts
from services.cop.rule import Example, Rule, example
from services.models.finding import Finding, Verdict
from services.models.instance import Instance

WEB = ("tcp 80", "tcp 443")


def check(instance: Instance, facts: Facts) -> Verdict:
    if not (instance.public_ip and instance.role) or instance.state == "terminated":
        return None
    groups = facts.others("securitygroups", instance.region)
    found = [groups[id] for id in instance.security_groups if id in groups]
    rules = dict.fromkeys(rule for group in found for rule in group.world if rule not in WEB)
    if not rules:
        return None
    return Finding(f"public, with role {instance.role}, open to the internet on {', '.join(rules)}")


def _instance(**changes: str) -> Instance:
    usual = {"state": "running", "public_ip": "52.0.0.1", "role": "app", "security_groups": ("sg-1",)}
    instance: Instance = example("instances", **(usual | changes))
    return instance


_OPEN = example("securitygroups", id="sg-1", world=("tcp 22", "tcp 443"))
_WEB = example("securitygroups", id="sg-1", world=WEB)

RULE = Rule(
    id="EC2-PUBLIC-ROLE",
    title="Instance with a role is open to the internet",
    types=("instances",),
    severity="high",
    confidence="certain",
    check=check,
    looks_up=("securitygroups",),
    why="Who breaks into it has its role, and with it all that the role may do.",
    fix="Close the ports, or put the instance behind a load balancer without a public address.",
    source="Prowler ec2_instance_internet_facing_with_instance_profile",
    good=(
        Example(_instance(), (_WEB,)),
        Example(_instance(role=""), (_OPEN,)),
        Example(_instance(public_ip=""), (_OPEN,)),
    ),
    bad=(Example(_instance(), (_OPEN,)),),
    unknown=(Example(_instance()),),  # security groups not collected
)
