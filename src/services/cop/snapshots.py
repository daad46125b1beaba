"""What the rules of snapshots share: what a snapshot may cost, and who still needs it."""

from __future__ import annotations

from decimal import Decimal

from services.cop.facts import Facts
from services.models.snapshot import Snapshot
from services.prices import SNAPSHOT_GIB

CHANGED = Decimal("0.3")  # of the volume, as a rough upper bound: snapshots are incremental
PLANS = ("aws:backup:", "aws:dlm:", "dlm:")


def made_by_a_plan(snapshot: Snapshot) -> bool:
    """Whether AWS Backup or Data Lifecycle Manager made it, and will delete it in time."""
    return any(key.startswith(PLANS) for key in snapshot.tags)


def used_by_images(snapshot: Snapshot, facts: Facts) -> frozenset[str]:
    """The ids of the snapshots that images of this account and region are made of. Raises NotKnown."""
    images = facts.others("images", snapshot.region).values()
    return frozenset(id for image in images for id in image.snapshots)


def saving(snapshot: Snapshot) -> tuple[Decimal | None, str]:
    """USD a month, and how it comes about."""
    if snapshot.size is None:
        return None, ""
    return (
        snapshot.size * SNAPSHOT_GIB * CHANGED,
        f"at most: {snapshot.size} GiB × $0.05 × 30 %, for a snapshot holds only what had changed",
    )
