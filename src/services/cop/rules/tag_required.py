"""TAG-REQUIRED: what has no owner has nobody who would turn it off."""

from __future__ import annotations

from services.cop.facts import Facts
from services.cop.rule import Example, Rule, example
from services.models.base import Resource
from services.models.finding import EVERY_TYPE, Finding, Verdict

REQUIRED = ("Owner", "Environment", "Service")
MANAGED = "aws:"  # tags of what AWS made itself
_TAGGED = {"owner": "search", "ENVIRONMENT": "prod", "Service": "index"}
# taggable by nobody, or never worth it
LEFT_OUT = ("accesskeys", "accountsummaries", "credentials", "networkinterfaces", "marqoindexes", "images")


def check(resource: Resource, facts: Facts) -> Verdict:
    tags = resource.tags
    if resource.type in LEFT_OUT or any(key.startswith(MANAGED) for key in tags):
        return None
    filled = {key.lower() for key, value in tags.items() if value.strip()}
    missing = [key for key in facts.limits["tags"] if key.lower() not in filled]
    return Finding(f"without {', '.join(missing)}") if missing else None


RULE = Rule(
    id="TAG-REQUIRED",
    title="Required tags are missing",
    types=EVERY_TYPE,
    severity="medium",
    confidence="certain",
    check=check,
    limits={"tags": REQUIRED},
    why="Costs and findings without an owner go to nobody.",
    fix="Set the tags, best where the resource is defined.",
    source="Cloud Custodian's tag compliance; Steampipe AWS Tags",
    good=(
        Example(example("volumes", tags=_TAGGED)),
        Example(example("instances", tags={"aws:autoscaling:groupName": "web"})),
    ),
    bad=(
        Example(example("volumes", tags={"Owner": "search", "Environment": " "})),
        Example(example("buckets", tags={})),
    ),
)
