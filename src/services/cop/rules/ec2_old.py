"""EC2-OLD: an instance that was never replaced was never rebuilt either."""

from __future__ import annotations

from services.cop.judge.facts import Facts
from services.cop.judge.rule import Example, Rule, ago, example
from services.models.domain.finding import Finding, Verdict
from services.models.instance import Instance


def check(instance: Instance, facts: Facts) -> Verdict:
    if instance.state != "running" or instance.managed_by:
        return None
    days = facts.days_since(instance.created, "when it was launched")
    return Finding(f"runs since {days:.0f} days") if days > facts.limits["days"] else None


RULE = Rule(
    id="EC2-OLD",
    title="Instance has run for very long",
    types=("instances",),
    severity="info",
    confidence="certain",
    check=check,
    limits={"days": 180},
    why="What has run for half a year was not rebuilt from a patched image, and nobody knows if it could be.",
    fix="Replace it from a current image, best by an Auto Scaling group of one.",
    source="Prowler max_ec2_instance_age_in_days (180)",
    good=(
        Example(example("instances", state="running", created=ago(180), managed_by="")),
        Example(example("instances", state="stopped", created=ago(300))),
        Example(
            example("instances", state="running", created=ago(300), tags={"aws:autoscaling:groupName": "web"})
        ),
    ),
    bad=(
        Example(example("instances", state="running", created=ago(180.01), managed_by=""), severity="info"),
    ),
    unknown=(Example(example("instances", state="running", created=None, managed_by="")),),
)
