"""SNAP-OLD: snapshots that are kept for no reason anybody knows."""

from __future__ import annotations

from decimal import Decimal

from services.cop.judge.facts import Facts
from services.cop.judge.rule import Example, Rule, ago, example
from services.cop.judge.snapshots import is_used, made_by_a_plan, saving
from services.models.domain.finding import Finding, Verdict
from services.models.snapshot import Snapshot


def check(snapshot: Snapshot, facts: Facts) -> Verdict:
    if made_by_a_plan(snapshot):
        return None
    backup = any("backup" in text.lower() for pair in snapshot.tags.items() for text in pair)
    limit = facts.limits["backup_days" if backup else "days"]
    days = facts.days_since(snapshot.created, "its age")
    if days <= limit or is_used(snapshot, facts):
        return None
    message = f"{days:.0f} days old, no image or launch template of this account uses it"
    return Finding(message, *saving(snapshot, facts))


_IMAGE = example("images", snapshots=("snap-1",))
_OTHER = example("images", snapshots=("snap-9",))


def _snapshot(**changes: object) -> Snapshot:
    usual = {"id": "snap-1", "created": ago(200), "tags": {}, "description": "", "size": 100}
    snapshot: Snapshot = example("snapshots", **usual | changes)
    return snapshot


RULE = Rule(
    id="SNAP-OLD",
    title="Snapshot is old",
    types=("snapshots",),
    severity="medium",
    confidence="hint",
    check=check,
    limits={"days": 90, "backup_days": 365},
    looks_up=("images",),
    touches=(),
    why="Snapshots made by hand stay until somebody deletes them, and nobody does.",
    fix="See with whom it is shared: aws ec2 describe-snapshot-attribute --attribute createVolumePermission. "
    "Then delete it, or let AWS Backup or Data Lifecycle Manager keep what must be kept.",
    source="Steampipe AWS Thrifty (90 days); a snapshot is incremental, so its saving is a rough upper bound",
    good=(
        Example(_snapshot(created=ago(90)), (_OTHER,)),
        Example(_snapshot(created=ago(365), tags={"Purpose": "Backup"}), (_OTHER,)),
        Example(_snapshot(), (_IMAGE,)),
        Example(_snapshot(tags={"aws:backup:source-resource": "arn"}), (_OTHER,)),
        Example(_snapshot(tags={"aws:dlm:lifecycle-policy-id": "policy-1"}), (_OTHER,)),
        Example(_snapshot(description="This snapshot is created by the AWS Backup service."), (_OTHER,)),
        Example(_snapshot(templates=2), (_OTHER,)),
    ),
    bad=(
        Example(_snapshot(tags={"Name": "web"}), (_OTHER,), saving=Decimal("1.50")),
        Example(_snapshot(created=ago(90.1)), (_OTHER,), saving=Decimal("1.50"), severity="medium"),
        Example(_snapshot(created=ago(365.1), tags={"Purpose": "backup"}), (_OTHER,), saving=Decimal("1.50")),
        Example(_snapshot(tier="archive"), (_OTHER,), saving=Decimal("1.25")),
        Example(_snapshot(size=None), (_OTHER,), saving=None),
    ),
    unknown=(
        Example(_snapshot(created=None), (_OTHER,)),
        Example(_snapshot()),  # images not collected
        Example(_snapshot(templates=None), (_OTHER,)),
        Example(_snapshot(public=True), (_OTHER,)),
        Example(_snapshot(public=None), (_OTHER,)),
    ),
)
