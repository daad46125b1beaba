"""The wiring of a local estate alone; it knows no other service, so that few edits reach it."""

from __future__ import annotations

from contextlib import suppress

from errors import PoloError
from services.models.everything.query import FACETS
from services.read.builds import FOREVER
from services.read.read_model import ReadModel, local_read_model
from settings import ROOT, Settings

DEMO = ROOT / "local_data.json"


def read_model_of(settings: Settings, patience: float = FOREVER) -> ReadModel:
    """That of the local data file: one for all who ask with these settings."""
    return local_read_model(settings.data_file, settings.cache_folder, DEMO, patience)


def before_snapshot() -> None:
    """What SnapStart's snapshot, and the dev server's next environment, hold ready: what every page asks."""
    with suppress(PoloError):
        settings = Settings.from_environment()
        everything = read_model_of(settings, settings.patience_seconds).current()
        everything.accounts(), everything.heads()
        for field in FACETS:
            everything.groups(field)
