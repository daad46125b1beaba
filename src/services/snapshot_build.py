"""Builds Everything of a table, and makes it the snapshot that cold consoles load."""

from __future__ import annotations

import hashlib
import tempfile
from datetime import datetime
from pathlib import Path

from services.dynamo_data_service import DynamoDataService
from services.snapshots import Pointer, Snapshots
from services.table_read_model import TableReadModel


def publish(service: DynamoDataService, snapshots: Snapshots, folder: Path, now: datetime) -> Pointer | None:
    """Build Everything of the table and publish it; None when nothing has changed since, or another does.

    Raises PoloError.
    """
    ticks = sorted((account, tick.value, tick.name) for account, tick in service.clock().items())
    clock = hashlib.sha256(repr(ticks).encode()).hexdigest()
    known = snapshots.pointer()
    if known and known.clock == clock and snapshots.holds(known):
        return None
    with (
        snapshots.alone(clock, now) as alone,
        tempfile.TemporaryDirectory(dir=folder, prefix="snapshot-") as name,
    ):
        if not alone:
            return None
        database = TableReadModel(service, Path(name)).current().path
        return snapshots.publish(database, clock, now)
