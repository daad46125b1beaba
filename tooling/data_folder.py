"""The folder of local data: what tasks do there is wired as the console's pages are."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from settings import Settings
from wiring.local import LocalBackend

DATA = "local_data.json"


def backend_in(folder: Path, settings: Settings | None = None) -> LocalBackend:
    """The services of a console whose data is in this folder. The cache: CACHE_PATH, else beside it.

    settings: what else there is to set; by default the environment's.
    """
    given = settings or Settings.from_environment()
    cache = given.cache_path or str(folder / ".cache")
    own = replace(given, use_local_data="true", local_data_path=str(folder / DATA), cache_path=cache)
    return LocalBackend(own)
