"""Builds a read model of the table, and makes it the snapshot that consoles load."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from services.dynamo_data_service import DynamoDataService
from services.read.snapshots import Pointer, Snapshots
from services.read.table_read_model import TableReadModel


@dataclass(frozen=True)
class Model:
    """mark: the state that it is of now, "" where there is nothing yet. make: its file, in a folder."""

    snapshots: Snapshots
    mark: str
    make: Callable[[Path], Path]


def everything(service: DynamoDataService, snapshots: Snapshots) -> Model:
    """Raises PoloError."""
    ticks = sorted((account, tick.value, tick.name) for account, tick in service.clock().items())
    clock = hashlib.sha256(repr(ticks).encode()).hexdigest()
    return Model(snapshots, clock, lambda folder: TableReadModel(service, folder).current().path)


def publish(model: Model, folder: Path, now: datetime) -> Pointer | None:
    """Build and publish it; None when nothing has changed since, or another does. Raises PoloError."""
    snapshots, mark = model.snapshots, model.mark
    known = snapshots.pointer()
    if not mark or (known and known.clock == mark and snapshots.holds(known)):
        return None
    with (
        snapshots.alone(mark, now) as alone,
        tempfile.TemporaryDirectory(dir=folder, prefix="snapshot-") as name,
    ):
        if not alone:
            return None
        return snapshots.publish(model.make(Path(name)), mark, now)
