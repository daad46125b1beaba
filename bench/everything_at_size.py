"""Everything of any size, in processes of their own: `everything.py --resources 1000000` calls it.

`parts` writes what a table would hold, `build` makes the database of it as the deployed builder does, `ask`
asks it as a warm console does, `refresh` brings changed scopes in,
`publish` makes the snapshot, `load` starts a cold console with it.
"""

from __future__ import annotations

import io
import json
import resource
import shutil
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from common import ROOT, table

sys.path[:0] = [str(ROOT), str(ROOT / "src")]
from errors import PoloError  # noqa: E402
from services.dynamo_data_service import Tick  # noqa: E402
from services.models.all import Everything  # noqa: E402
from services.models.everything.query import Query  # noqa: E402
from services.models.kit.scope import Scope, ScopeHead  # noqa: E402
from services.read.snapshots import Snapshots  # noqa: E402
from services.read.table_read_model import POLL, TableReadModel  # noqa: E402
from services.store.dynamo_items import Record, pack, unpack  # noqa: E402
from tooling.demo import demo  # noqa: E402

CHUNK = 100_000
PAGES = {
    "page, by name": Query(),
    "page, by cost": Query(sort="cost", descending=True),
    "page, by state": Query(sort="state"),
    "page 1,000, by name": Query(page=1000),
    "page of one account": Query(filters={"account": ("412233445883",)}),
    "page of one owner and state": Query(filters={"owner": ("data",), "state": ("stopped",)}, sort="cost"),
    "page of volumes, by size": Query("volumes", sort="size", descending=True),
}
FACETS = {
    "facets of all": Query(),
    "facets of one account": Query(filters={"account": ("412233445883",)}),
    "facets of volumes": Query("volumes"),
    "facets of one volume type": Query("volumes", filters={"volume_type": ("gp3",)}),
}
SEARCHES = {
    "search, in more than half of all": Query(text="prod"),
    "search, two words": Query(text="prod search"),
    "search, a tag": Query(filters={"tag": ("Team=search",)}),
    "search, three letters": Query(text="i-0"),
    "search, nothing": Query(text="nothing-like-it"),
    "search in volumes": Query("volumes", text="prod"),
}


class Parts:
    """What TableReadModel reads of a table, from files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.table = SimpleNamespace(name="bench")
        self.found = {record.head.scope: record for record in map(_record, _lines(folder / "heads"))}
        self.ticks = dict.fromkeys((scope.account for scope in self.found), 0)

    def clock(self) -> dict[str, Tick]:
        return {account: Tick(str(ticks), "account") for account, ticks in self.ticks.items()}

    def scan(self, accounts: Sequence[str]) -> tuple[list[Record], dict[Scope, PoloError]]:
        return [record for scope, record in self.found.items() if scope.account in set(accounts)], {}

    def lines(self, scope: Scope) -> tuple[Record, Iterator[bytes]]:
        return self.found[scope], unpack([_file(self.folder, scope).read_bytes()])


class Watched(Everything):
    def first_page(self, query: Query) -> None:
        """As if nobody had asked for these numbers before."""
        self._known.clear()
        self.page(query)

    def look(self) -> None:
        """The yardstick."""
        self._db.execute("SELECT count(*) FROM texts WHERE text LIKE '%no such text%'").fetchone()


def parts(folder: Path, resources: int) -> None:
    """Six accounts for each 100,000 resources."""
    with (folder / "heads").open("w") as heads:
        for chunk in range(max(1, resources // CHUNK)):
            demo.SEED = chunk
            estate = demo.make_demo(min(resources, CHUNK))
            for scope, documents in estate.resources.items():
                if not documents:
                    continue
                there = scope._replace(account=_renamed(scope.account, chunk))
                texts = json.loads(json.dumps(documents).replace(scope.account, there.account))
                _file(folder, there).write_bytes(b"".join(pack(texts)))
                head = replace(estate.heads[scope], scope=there)
                heads.write(json.dumps(head.to_json()) + "\n")


def build(folder: Path) -> None:
    started, cpu = time.perf_counter(), time.process_time()
    model = TableReadModel(Parts(folder), folder / "cache")  # type: ignore[arg-type]
    everything = model.current()
    seconds, cpu = time.perf_counter() - started, time.process_time() - cpu
    size = everything.path.stat().st_size / 1e6
    print(f"| build | {seconds:.1f} s, {cpu:.1f} s of CPU | {rss():.0f} MB RSS | file {size:.0f} MB |")


def ask(folder: Path) -> None:
    (path,) = (folder / "cache").glob("*.sqlite")
    everything = Watched(path)
    count = everything.totals().count
    for title, target, queries in (("page", 25, PAGES), ("facets", 50, FACETS), ("search", 60, SEARCHES)):
        rows = [("a look at every row", percentiles(everything.look, 5)[0], "ms")]
        for name, query in queries.items():
            ask = everything.page if title == "page" else everything.first_page
            middle, high, cpu = percentiles(partial(ask, query), 30)
            found = everything.page(query)
            about = "about " if found.about else ""
            rows.append((f"{name} ({about}{found.totals.count:,}), p50", middle, "ms"))
            rows += [(f"{name}, p95", high, "ms"), (f"{name}, CPU", cpu, "ms")]
        table(f"{count:,} resources: {title}, warm (target {target} ms)", rows, rows[0][0])
    print(f"\nserving process: {rss():.0f} MB RSS (target 400)")


def refresh(folder: Path) -> None:
    """The largest scope with one resource changed, and with all changed."""
    source = Parts(folder)
    now = [0.0]
    model = TableReadModel(source, folder / "cache", lambda: now[0])  # type: ignore[arg-type]
    model.current()
    scope = min(source.found, key=lambda scope: abs(source.found[scope].head.count - 2558))
    documents = [json.loads(line) for line in source.lines(scope)[1]]
    rows = []
    for name, changed in (
        ("nothing but the date", 0),
        ("one resource", 1),
        ("all resources", len(documents)),
    ):
        taken, worked = [], []
        for turn in range(7):
            for document in documents[:changed]:
                document["tags"] = {**document["tags"], "Turn": f"{name} {turn} {time.time()}"}
            pieces = pack(documents)
            _file(folder, scope).write_bytes(b"".join(pieces))
            record = source.found[scope]
            source.found[scope] = replace(record, current=f"{record.current} {turn}") if changed else replace(
                record, head=replace(record.head, attempted=record.head.attempted + 1)
            )  # fmt: skip
            source.ticks[scope.account] += 1
            now[0] += POLL
            started, cpu = time.perf_counter(), time.process_time()
            model.current()
            taken.append((time.perf_counter() - started) * 1000)
            worked.append((time.process_time() - cpu) * 1000)
        rows.append((f"{name} of {len(documents):,}", statistics.median(taken), "ms"))
        rows.append((f"{name} of {len(documents):,}, CPU", statistics.median(worked), "ms"))
    table("refresh of one changed scope (target 20 ms)", rows, rows[0][0])


def publish(folder: Path) -> None:
    """What the builder puts into the bucket, here a folder."""
    (database,) = (folder / "cache").glob("*.sqlite")
    started = time.process_time()
    pointer = _snapshots(folder).publish(database, "", datetime.now(UTC))
    packed = time.process_time() - started
    size = (folder / "bucket" / pointer.file).stat().st_size / 1e6
    print(f"| publish | {packed:.1f} s of CPU | {rss():.0f} MB RSS | object {size:.0f} MB |")


def load(folder: Path) -> None:
    """What a cold console takes to have it: CPU seconds, and those times seven."""
    snapshots = _snapshots(folder)
    cold = TableReadModel(Parts(folder), folder / "cold", snapshots=snapshots)  # type: ignore[arg-type]
    started = time.process_time()
    assert snapshots.load(cold.file) == ""
    unpacked, started = time.process_time() - started, time.process_time()
    found = cold.current().page(Query())
    opened = time.process_time() - started
    rows = [
        ("unpack the snapshot", unpacked, "s of CPU"),
        ("compare the heads, first page", opened, "s of CPU"),
        ("both, with a seventh of a vCPU", 7 * (unpacked + opened), "s"),
    ]
    table(f"cold start with {found.all:,} resources", rows, rows[0][0])
    print(f"cold console: {rss():.0f} MB RSS (target 400)")


def _snapshots(folder: Path) -> Snapshots:
    return Snapshots(Files(folder / "bucket"), "everything", "bench")  # type: ignore[arg-type]


class Files:
    """A bucket in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def read(self, key: str) -> bytes | None:
        file = self.folder / key
        return file.read_bytes() if file.exists() else None

    def chunks(self, key: str) -> Iterator[bytes]:
        with (self.folder / key).open("rb") as file:
            while piece := file.read(1 << 20):
                yield piece

    def write(self, key: str, body: Any) -> None:
        (self.folder / key).parent.mkdir(parents=True, exist_ok=True)
        with (self.folder / key).open("wb") as file:
            shutil.copyfileobj(body if hasattr(body, "read") else io.BytesIO(body), file)

    def objects(self, prefix: str) -> dict[str, Any]:
        return {}

    def delete(self, keys: Any) -> None: ...


def rss() -> float:
    """The largest resident set of this process, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def percentiles(work: Callable[[], object], times: int) -> tuple[float, float, float]:
    """p50, p95 and the median of the CPU's time, which a busy machine does not change; in milliseconds."""
    taken, worked = [], []
    for turn in range(times + 3):
        started, cpu = time.perf_counter(), time.process_time()
        work()
        if turn >= 3:
            taken.append((time.perf_counter() - started) * 1000)
            worked.append((time.process_time() - cpu) * 1000)
    return statistics.median(taken), statistics.quantiles(taken, n=20)[-1], statistics.median(worked)


def _renamed(account: str, chunk: int) -> str:
    return str(int(account) + chunk) if account.isdigit() else f"{account}{chunk}"


def _file(folder: Path, scope: Scope) -> Path:
    return folder / f"{scope.account}#{scope.type}#{scope.region}"


def _lines(file: Path) -> list[Any]:
    return [json.loads(line) for line in file.read_text().splitlines()]


def _record(head: Any) -> Record:
    return Record(ScopeHead.from_json(head), f"{head['generation']:015d}#001#bench")


if __name__ == "__main__":
    arguments: list[Any] = [Path(sys.argv[2]), *map(int, sys.argv[3:])]
    {"parts": parts, "build": build, "ask": ask, "refresh": refresh, "publish": publish, "load": load}[
        sys.argv[1]
    ](*arguments)
