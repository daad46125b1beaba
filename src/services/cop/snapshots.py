"""What the rules of snapshots share: what a snapshot may cost, and who still needs it."""

from __future__ import annotations

from decimal import Decimal

from services.cop.facts import Facts
from services.models.snapshot import Snapshot
from services.prices.formula import count, price, share

CHANGED = "0.3"  # of the volume, as a rough upper bound: snapshots are incremental
ARCHIVE = "archive"
PLANS = ("aws:backup:", "aws:dlm:", "dlm:")


def made_by_a_plan(snapshot: Snapshot) -> bool:
    """Whether AWS Backup or Data Lifecycle Manager made it, and will delete it in time."""
    return any(key.startswith(PLANS) for key in snapshot.tags)


def used_by_images(snapshot: Snapshot, facts: Facts) -> frozenset[str]:
    """The ids of the snapshots that images of this account and region are made of. Raises NotKnown."""
    return facts.values("images", snapshot.region, "snapshots")


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
