"""`inv prices`: refresh the price file from the AWS Price List API."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

from errors import PoloError
from services.aws import Aws
from services.files import atomic_writer
from services.models.base import Source
from services.models.scope import GLOBAL
from services.price_list import file_text, price_file
from services.prices import FILE
from tooling.payer import chosen


def prices(
    profile: str = "",
    *,
    file: Path = FILE,
    source: Source | None = None,
    now: datetime | None = None,
    out: TextIO | None = None,
) -> int:
    """Write the file as a whole, or leave it as it is; answer the exit code. source: in place of AWS."""
    day = str((now or datetime.now(UTC)).date())
    try:
        content = price_file(source or Aws(chosen(profile)).source(GLOBAL), day)
        with atomic_writer(file) as opened:
            opened.write(file_text(content))
    except PoloError as error:
        print(error, file=sys.stderr)
        return 1
    types = {
        type for system in ("linux", "windows") for region in content[system].values() for type in region
    }
    print(
        f"prices of {day}: {len(types)} instance types in {len(content['linux'])} regions: {file}", file=out
    )
    return 0
