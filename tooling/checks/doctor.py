"""`inv doctor`: what is not as it should be with what Polo has on this machine, and the way out of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

from errors import PoloError
from services.cop.judge.lifecycles import FILE, read_lifecycles
from services.prices import Prices, of_folder
from services.prices.files import FOLDER, PARTS
from services.prices.lifecycle_list import TOLD_BY_AWS
from services.prices.rate import is_old, months_since
from settings import ROOT
from tooling.data_folder import backend_in

Check = Callable[[datetime], Iterable[PoloError]]  # what is old as of now; raises for what can't be read


def checks(data_dir: Path = ROOT / "data") -> Mapping[str, Check]:
    """What is looked at, by what it is called."""
    return {
        "prices": lambda now: old_prices(of_folder(FOLDER), now),
        "ends of support": lambda now: old_lifecycles(FILE, now),
        "local data": lambda _: unreadable_data(data_dir),
    }


def doctor(asked: Mapping[str, Check], *, now: datetime | None = None, out: TextIO | None = None) -> int:
    """Print a line for each trouble, and one for each check that found none.

    Answers 1 if something can't be read, else 0: what is old is still used, with its age.
    """
    now, code = now or datetime.now(UTC), 0
    for name, check in asked.items():
        try:
            found = list(check(now))
        except PoloError as error:
            found, code = [error], 1
        for line in map(str, found or ("fine",)):
            print(f"{name}: {line}", file=out)
    return code


def old_prices(known: Prices, now: datetime) -> Iterator[PoloError]:
    """The parts of the price list that pages say the day of, and how much of each. Raises DataFileError."""
    for part, what in PARTS.items():
        numbers: Counter[tuple[str, str]] = Counter()  # by what they are for, and their day
        for batch in known.batches(part):
            for name in (name for found in batch.prices.values() for name in found):
                title = name.partition(".")[0] if part == "rates" else what  # ebs.gp3.gb_month: ebs
                numbers[title, batch.as_of] += 1
        for (title, as_of), number in sorted(numbers.items()):
            if is_old(as_of, now):
                every = sum(each for (other, _), each in numbers.items() if other == title)
                said = f"{number:,} of {every:,} for {title} are of {_age(as_of, now)}"
                yield PoloError(said, "inv prices")


def old_lifecycles(file: Path, now: datetime) -> Iterator[PoloError]:
    """The tables of ends of support that were read long ago. Raises DataFileError."""
    for name, product in read_lifecycles(file).items():
        as_of = str(product.as_of)
        if is_old(as_of, now):
            way_out = "inv prices" if name in TOLD_BY_AWS else f"a newer Polo, or look at {product.source}"
            yield PoloError(f"those of {product.title} are of {_age(as_of, now)}", way_out)


def unreadable_data(folder: Path) -> tuple[()]:
    """Nothing, also where nothing was collected. Raises DataFileError for a file that can't be read."""
    backend_in(folder).data_service().check()
    return ()


def _age(as_of: str, now: datetime) -> str:
    months = months_since(as_of, now)
    return "an unknown day" if months is None else f"{as_of[:7]}, {months} months old"
