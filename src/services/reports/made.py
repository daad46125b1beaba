"""Today's reports of a large estate in one file, which a builder makes beside the requests."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

from services.models.domain.report import Latest, Report
from services.read.stamp import stamp_of
from services.store.changes import digest
from services.store.files import USE_CACHE_PATH, forget_old, whole

KIND = "reports"
FILES = "reports-{}.sqlite"
KEPT = 3  # files of earlier data
MAKERS = ("services.reports.registry", "services.reports.run", "services.reports.sources", __name__)


def file_of(cache: Path, mark: str) -> Path:
    """Where the reports of one state are. mark: changes with all data that they depend on."""
    return cache / FILES.format(digest([stamp_of(*MAKERS), mark]))


def write_made(path: Path, made: Iterable[Report | Latest]) -> None:
    """Keep what each attempt came to; `path` appears whole or not at all."""
    with whole(path, USE_CACHE_PATH) as part, closing(sqlite3.connect(part)) as db:
        db.execute("CREATE TABLE made (name TEXT PRIMARY KEY, good INTEGER, document TEXT)")
        for each in made:
            row = each.name, isinstance(each, Report), json.dumps(each.to_json())
            db.execute("INSERT INTO made VALUES (?, ?, ?)", row)
        db.commit()
    forget_old(path.parent, FILES.format("*"), KEPT)


def read_made(path: Path, name: str) -> Report | Latest:
    """Raises KeyError for a name that is none."""
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as db:
        found = db.execute("SELECT good, document FROM made WHERE name = ?", (name,)).fetchone()
    if found is None:
        raise KeyError(name)
    good, document = found
    return Report.from_json(json.loads(document)) if good else Latest.from_json(json.loads(document))
