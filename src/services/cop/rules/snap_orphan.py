"""SNAP-ORPHAN: a snapshot of a volume that is gone."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from services.cop.judge.facts import Facts
from services.cop.judge.rule import Example, Rule, ago, example
from services.cop.judge.snapshots import is_used, made_by_a_plan, saving
from services.models.domain.finding import Finding, Unknown, Verdict
from services.models.snapshot import Snapshot


def check(snapshot: Snapshot, facts: Facts) -> Verdict:
    if made_by_a_plan(snapshot) or facts.days_since(snapshot.created, "its age") <= facts.limits["days"]:
        return None
    if not snapshot.volume or snapshot.copied:
        return Unknown(
            "it is a copy: the volume it names means nothing" if snapshot.copied else "its volume is unknown"
        )
    if snapshot.volume in facts.others("volumes", snapshot.region):
        return None
    if is_used(snapshot, facts):
        return None
    message = f"its volume {snapshot.volume} is gone, and no image or launch template of this account uses it"
    return Finding(message, *saving(snapshot, facts))


_OTHERS = (example("volumes", id="vol-2"), example("images", snapshots=("snap-9",)))
_OLD = example("snapshots", id="snap-1", volume="vol-1", created=ago(60), tags={}, size=100)

RULE = Rule(
    id="SNAP-ORPHAN",
    title="Snapshot of a volume that is gone",
    types=("snapshots",),
    severity="low",
    confidence="hint",
    check=check,
    limits={"days": 30},
    looks_up=("volumes", "images"),
    touches=(),
    why="It is the last copy of something that was deleted: wanted, or forgotten.",
    fix="Ask its owner, and with whom it is shared: aws ec2 describe-snapshot-attribute --attribute "
    "createVolumePermission. Then tag it as an archive, or delete it.",
    source="OptScale, obsolete snapshot chains",
    good=(
        Example(_OLD, (example("volumes", id="vol-1"), *_OTHERS)),
        Example(_OLD, (*_OTHERS, example("images", id="ami-2", snapshots=("snap-1",)))),
        Example(replace(_OLD, created=ago(30)), _OTHERS),
        Example(replace(_OLD, templates=1), _OTHERS),
        Example(replace(_OLD, description="Created for policy: policy-1 schedule: Daily"), _OTHERS),
    ),
    bad=(
        Example(replace(_OLD, created=ago(30.1)), _OTHERS, saving=Decimal("1.50"), severity="low"),
        Example(replace(_OLD, tier="archive"), _OTHERS, saving=Decimal("1.25")),
        Example(replace(_OLD, tier="novel"), _OTHERS, saving=None),
        Example(
            replace(_OLD, region="cn-north-1"),
            tuple(replace(each, region="cn-north-1") for each in _OTHERS),
            saving=None,
        ),
    ),
    unknown=(
        Example(_OLD),
        Example(example("snapshots", volume="", created=ago(60), tags={}), _OTHERS),
        Example(replace(_OLD, copied=True), _OTHERS),
        Example(replace(_OLD, templates=None), _OTHERS),
        Example(replace(_OLD, public=True), _OTHERS),
        Example(replace(_OLD, public=None), _OTHERS),
    ),
)
