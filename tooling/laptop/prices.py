"""`inv prices`: refresh the price files from the AWS Price List API; `--check`: say how old they are."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

from errors import PoloError
from services.cloud.aws import Aws
from services.models.kit.base import Source
from services.models.kit.scope import GLOBAL
from services.prices import Prices, of_folder
from services.prices.files import FOLDER, PARTS, file_text
from services.prices.price_list import refreshed
from services.prices.rate import is_old
from services.store.files import atomic_writer
from tooling.credentials import chosen


def prices(
    profile: str = "",
    *,
    folder: Path = FOLDER,
    source: Source | None = None,
    now: datetime | None = None,
    out: TextIO | None = None,
) -> int:
    """Write the files once all questions are answered, else none; answer the exit code. source: not AWS."""
    now = now or datetime.now(UTC)
    try:
        new = refreshed(source or Aws(chosen(profile)).source(GLOBAL), str(now.date()), of_folder(folder))
        for part, batches in new.batches.items():
            with atomic_writer(folder / f"{part}.json") as opened:
                opened.write(file_text(batches))
    except PoloError as error:
        print(error, file=sys.stderr)
        return 1
    for what in new.untold:
        print(f"the price list has nothing of {what}: what was known is kept", file=out)
    return check(folder=folder, now=now, out=out)


def check(*, folder: Path = FOLDER, now: datetime | None = None, out: TextIO | None = None) -> int:
    """Print how many prices there are of each day, the oldest last, and which are old. Raises nothing."""
    try:
        for line in ages(of_folder(folder), now or datetime.now(UTC)):
            print(line, file=out)
    except PoloError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def ages(known: Prices, now: datetime) -> Iterator[str]:
    """A line for each batch of each part."""
    for part, what in PARTS.items():
        yield f"{what}:"
        for batch in sorted(known.batches(part), key=lambda batch: batch.as_of, reverse=True):
            number = sum(map(len, batch.prices.values()))
            mark = "  old" if is_old(batch.as_of, now) else ""
            yield f"  {batch.as_of or 'no day':10} {number:6,}  {batch.source}{mark}"
