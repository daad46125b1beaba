"""The folder of local data, as settings: what tasks do there is wired as the console's pages are."""

from __future__ import annotations

from pathlib import Path

from settings import Settings


def settings_of(folder: Path) -> Settings:
    """Those of a console whose data is in this folder. The cache: CACHE_PATH, else beside it."""
    cache = Settings.from_environment().cache_path or str(folder / ".cache")
    return Settings(use_local_data="true", local_data_path=str(folder / "local_data.json"), cache_path=cache)
