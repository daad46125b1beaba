"""The price files that ship with Polo: batches, each of one day and one source."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from services.store.readable import readable

FOLDER = Path(__file__).parent
WAY_OUT = "inv prices, or restore it from Git"
# part -> what is in it
PARTS = {
    "ec2_linux": "instances with Linux",
    "ec2_windows": "instances with Windows",
    "rds": "databases",
    "rates": "all else",
}


@dataclass(frozen=True)
class Batch:
    """prices: region -> name -> USD. as_of: YYYY-MM-DD, "" where nobody noted it."""

    as_of: str
    source: str
    prices: Mapping[str, Mapping[str, float]]


@dataclass(frozen=True)
class Size:
    """Of an instance type, database class or node. memory: GiB. smaller: the next size down, "" for none."""

    vcpu: int
    memory: float
    smaller: str = ""


def read_part(file: Path) -> tuple[Batch, ...]:
    """A file of prices. Raises DataFileError."""
    with readable(file, WAY_OUT, missing=WAY_OUT):
        batches = tuple(_batch(each) for each in json.loads(file.read_text(encoding="utf-8")))
        if not batches:
            raise ValueError("no prices")
        return batches


def _batch(content: Mapping[str, Any]) -> Batch:
    as_of, source = content["as_of"], content["source"]
    if not (isinstance(as_of, str) and isinstance(source, str)):
        raise TypeError("as_of and source are texts")
    for region, found in content["prices"].items():
        if not all(type(usd) in (int, float) and usd > 0 for usd in found.values()):
            raise TypeError(f"{region} has what is no price")
    return Batch(as_of, source, content["prices"])


def read_sizes(file: Path) -> Mapping[str, Size]:
    """types.json: type -> [vCPU, GiB, the next smaller one]. Raises DataFileError."""
    with readable(file, WAY_OUT, missing=WAY_OUT):
        return {name: _size(*told) for name, told in json.loads(file.read_text(encoding="utf-8")).items()}


def _size(vcpu: int, memory: float, smaller: str = "") -> Size:
    if type(vcpu) is not int or type(memory) not in (int, float) or not isinstance(smaller, str):
        raise TypeError("a size is vCPU, GiB and a type")
    return Size(vcpu, memory, smaller)


def file_text(batches: Sequence[Batch]) -> str:
    """A price file, a region a line, so that a difference can be read."""
    return "[\n" + ",\n".join(_text(each) for each in batches if any(each.prices.values())) + "\n]\n"


def _text(batch: Batch) -> str:
    lines = (
        f"{json.dumps(region)}:{json.dumps(found, sort_keys=True, separators=(',', ':'))}"
        for region, found in sorted(batch.prices.items())
        if found
    )
    head = f'"as_of":{json.dumps(batch.as_of)},"source":{json.dumps(batch.source)}'
    return f'{{{head},"prices":{{\n' + ",\n".join(lines) + "}}"
