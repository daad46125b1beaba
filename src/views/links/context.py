"""Context: what every page shows around its content."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Context:
    """Given by the routes, read by the views.

    prefix: path that the API is served under ("" or "/prod"), put before every link. path: the page's own,
    without prefix. counts: resource type -> number of resources, None while the data can't be read. assets:
    name under src/static -> path with its content hash. search: the search box's text. collected: ISO 8601,
    UTC, of the oldest among the fresh scopes. fresh, scopes: scopes whose last attempt succeeded, and all.
    """

    now: datetime
    path: str = "/"
    prefix: str = ""
    identity: str = "local"
    accounts: Mapping[str, str] | None = None
    counts: Mapping[str, int] | None = None
    assets: Mapping[str, str] | None = None
    search: str = ""
    collected: str | None = None
    fresh: int = 0
    scopes: int = 0
    demo: bool = False
    notice: str = ""
    theme: str = ""
    csrf: str = ""
    logout_url: str = ""
    deployed: bool = False
