"""What the rules of snapshots share: what a snapshot may cost, and who still needs it."""

from __future__ import annotations

from decimal import Decimal

from services.cop.judge.facts import Facts, NotKnown
from services.models.snapshot import Snapshot
from services.prices.formula import count, price, share

CHANGED = "0.3"  # of the volume, as a rough upper bound: snapshots are incremental
ARCHIVE = "archive"
# tags of AWS Backup and of Data Lifecycle Manager, and what they write into the description:
# docs.aws.amazon.com/aws-backup/latest/devguide/creating-a-backup.html
# docs.aws.amazon.com/ebs/latest/userguide/snapshot-lifecycle.html
PLANS = ("aws:backup:", "aws:dlm:", "dlm:")
SAID = ("this snapshot is created by the aws backup service", "created for policy: policy-")


def made_by_a_plan(snapshot: Snapshot) -> bool:
    """Whether AWS Backup or Data Lifecycle Manager made it, and will delete it in time."""
    said = snapshot.description.lower().startswith(SAID)
    return said or any(key.startswith(PLANS) for key in snapshot.tags)


def is_used(snapshot: Snapshot, facts: Facts) -> bool:
    """Whether an image is made of it, a disabled one too, or a launch template or configuration of this
    account and region names it. Raises NotKnown, also of one that is public: then anybody may use it.
    """
    if snapshot.templates or snapshot.id in facts.values("images", snapshot.region, "snapshots"):
        return True
    if snapshot.templates is None:
        raise NotKnown("whether a launch template names it is not known")
    if snapshot.public or snapshot.public is None:
        public = "it is public" if snapshot.public else "whether it is public is not known"
        raise NotKnown(f"who else uses it is not known: {public}")
    return False


def saving(snapshot: Snapshot, facts: Facts) -> tuple[Decimal | None, str]:
    """USD a month, and how it comes about. An archived snapshot is a full one, at the archive's rate."""
    if snapshot.size is None or snapshot.tier not in ("standard", ARCHIVE):
        return None, ""
    rate = facts.prices.rate(f"snapshot.{snapshot.tier}.gb_month", snapshot.region)
    stored = price(rate, count(snapshot.size, "GiB"))
    if stored is None or snapshot.tier == ARCHIVE:
        return facts.told(stored, before="at most: ")
    why = ", for a snapshot holds only what had changed"
    return facts.told(stored.times(share(CHANGED)), before="at most: ", after=why)
