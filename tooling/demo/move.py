"""`python -m tooling.demo.move SOURCE TARGET NOW`: a demo estate moved in time, and what belongs to it."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent / "src"))

from errors import PoloError
from services.store.estate import read_estate
from services.store.lock import alone
from tooling.demo.demo import write_beside
from tooling.demo.past import write_past
from tooling.demo.shift import shift
from tooling.demo.today import READY, is_of_today, put_stamp, why

MOST = 5_000  # resources of which earlier days are made


def move(source: Path, target: Path, now: datetime) -> None:
    """Write `source`, as if collected just before `now`, to `target`, and beside it what belongs to it.

    Prints READY as soon as there is something to show. Raises OSError, PoloError, and ValueError for what is
    no data file.
    """
    with alone(target):
        if is_of_today(target, source, now):  # by another process, meanwhile
            print(READY, flush=True)
            return
        shift(source, target, now)
        estate = read_estate(target)
        write_beside(target, estate, now)
        print(READY, flush=True)
        if sum(map(len, estate.resources.values())) <= MOST:
            write_past(target.parent, estate, now)
        put_stamp(target, source, now)


def main(source: str, target: str, now: str) -> int:
    try:
        move(Path(source), Path(target), datetime.fromisoformat(now))
    except (OSError, PoloError, ValueError) as error:
        print(why(error))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
