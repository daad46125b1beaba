"""`inv prices`, for ends of support: refresh what RDS and EKS tell of them."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

from errors import PoloError
from services.cloud.aws import Aws
from services.cop.judge.lifecycles import FILE, WAY_OUT, read_lifecycles
from services.models.kit.base import Source
from services.models.kit.scope import GLOBAL
from services.prices.lifecycle_list import file_text, lifecycle_file
from services.store.files import atomic_writer
from services.store.readable import readable
from tooling.credentials import chosen


def lifecycles(
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
        before = read_lifecycles(file)
        with readable(file, WAY_OUT):
            content = json.loads(file.read_text(encoding="utf-8"))
        content = lifecycle_file(source or Aws(chosen(profile)).source(GLOBAL), content, day)
        with atomic_writer(file) as opened:
            opened.write(file_text(content))
    except PoloError as error:
        print(error, file=sys.stderr)
        return 1
    told = [name for name, table in content["products"].items() if table["as_of"] == day]
    kept = sorted({str(table.as_of) for name, table in before.items() if name not in told})
    print(f"ends of support of {day}: {', '.join(told)}; the others of {', '.join(kept)}: {file}", file=out)
    return 0
