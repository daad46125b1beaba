"""SNAP-PUBLIC: data that everyone with an AWS account can copy."""

from __future__ import annotations

from services.cop.judge.facts import Facts
from services.cop.judge.rule import Example, Rule, example
from services.models.dbsnapshot import DbSnapshot
from services.models.domain.finding import Finding, Unknown, Verdict
from services.models.image import Image
from services.models.snapshot import Snapshot


def check(resource: Snapshot | DbSnapshot | Image, _: Facts) -> Verdict:
    if resource.public is None:
        return Unknown("whether it is shared is not told")
    return Finding("shared with everyone") if resource.public else None


TYPES = ("snapshots", "dbsnapshots", "images")

RULE = Rule(
    id="SNAP-PUBLIC",
    title="Snapshot or image is public",
    types=TYPES,
    severity="critical",
    confidence="certain",
    check=check,
    why="Anyone can make a disk or a database of it and read what is in it. People look for these.",
    fix="Take the permission of 'all' away; share with account ids only.",
    source="Prowler ec2_ebs_public_snapshot, ec2_ami_public, rds_snapshots_public_access",
    good=tuple(Example(example(type, public=False)) for type in TYPES),
    bad=tuple(Example(example(type, public=True), severity="critical") for type in TYPES),
    unknown=tuple(Example(example(type, public=None)) for type in TYPES),
)
