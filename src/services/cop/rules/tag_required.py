"""TAG-REQUIRED: what has no owner has nobody who would turn it off."""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

from services.cop.judge.facts import Facts
from services.cop.judge.rule import Example, Rule, example
from services.models.domain.finding import EVERY_TYPE, TAGS_UNKNOWN, Finding, Unknown, Verdict
from services.models.key import Key
from services.models.kit.base import Resource
from services.models.kit.values import OWNER_TAGS
from services.models.networkacl import NetworkAcl
from services.models.role import Role
from services.models.subnet import Subnet
from services.models.vpc import Vpc

REQUIRED = ("Owner", "Environment", "Service")
OWNER = "owner"  # is there under any name that makes an owner
DEFAULT_GROUP = "default"  # that of every VPC: it can be neither deleted nor made
RESERVED = ("/aws-service-role/", "/aws-reserved/")  # paths of roles
_TAGGED = {"owner": "search", "ENVIRONMENT": "prod", "Service": "index"}
# taggable by nobody, or never worth it
LEFT_OUT = frozenset(
    {"accesskeys", "accountsummaries", "credentials", "networkinterfaces", "marqoindexes", "images"}
)
LOOKED_AT = frozenset({"keys", "roles", "securitygroups", "vpcs", "subnets", "networkacls"})  # AWS made some


def check(resource: Resource, facts: Facts) -> Verdict:
    if not taggable(resource):
        return None
    if not resource.tags_known:
        return Unknown(TAGS_UNKNOWN)
    if resource.type == "keys" and cast(Key, resource).manager is None:
        return Unknown("whether it is AWS's own key is not told")
    wanted = facts.limits["tags"]
    there = tags_there(resource, wanted)
    if len(there) == len(wanted):
        return None
    return Finding(f"without {', '.join(tag for tag in wanted if tag not in there)}")


def taggable(resource: Resource) -> bool:
    """Whether it should have tags: what AWS has made by itself in every account has nobody to set them.

    `aws:` tags don't exempt: who deploys a stack or runs a group can let it pass tags on.
    """
    kind = resource.type
    if kind not in LOOKED_AT:
        return kind not in LEFT_OUT
    if kind == "keys":
        return cast(Key, resource).manager != "aws"
    if kind == "roles":
        return not cast(Role, resource).path.startswith(RESERVED)
    if kind == "securitygroups":
        return resource.name != DEFAULT_GROUP
    return not cast(Vpc | Subnet | NetworkAcl, resource).default


def tags_there(resource: Resource, wanted: Iterable[str]) -> tuple[str, ...]:
    """Which of the wanted tags it has, in any case and not empty."""
    filled = {key.lower() for key, value in resource.tags.items() if value.strip()}
    if not filled.isdisjoint(OWNER_TAGS):
        filled.add(OWNER)
    return tuple([tag for tag in wanted if tag.lower() in filled])


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
        Example(example("volumes", tags={"Team": "search", "Environment": "prod", "Service": "index"})),
        Example(example("keys", manager="aws", tags={})),
        Example(example("images", tags={})),
        Example(example("roles", path="/aws-service-role/ecs.amazonaws.com/", tags={})),
        Example(example("vpcs", default=True, tags={})),
        Example(example("subnets", default=True, tags={})),
        Example(example("networkacls", default=True, tags={})),
        Example(example("securitygroups", name="default", tags={})),
    ),
    bad=(
        Example(example("volumes", tags={"Owner": "search", "Environment": " "})),
        Example(example("volumes", tags={"Team": "", "Environment": "prod", "Service": "index"})),
        Example(example("buckets", tags={}), severity="medium"),
        Example(example("instances", tags={"aws:autoscaling:groupName": "web"})),
        Example(example("volumes", tags={"aws:cloudformation:stack-name": "shop"})),
        Example(example("vpcs", default=False, tags={})),
        Example(example("networkacls", default=False, tags={})),
        Example(example("securitygroups", name="default-web", tags={})),
    ),
    unknown=(
        Example(example("functions", tags={}, denied=("tag:GetResources",))),
        Example(example("keys", manager=None, tags={}, denied=("kms:DescribeKey",))),
        Example(example("buckets", tags={}, unanswered=("s3 GetBucketTagging: InvalidToken",))),
    ),
)
