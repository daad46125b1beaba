"""The dev server against its peers: start, latency, throughput, edit time, failed requests; one 2 KB page.

Then the edit time of Polo itself: a route, a view, a rule, a report, and a module that everything imports, as
a browser has it that LiveReload tells to ask again. The clock starts when the file is renamed into its place,
and ends when the whole fresh body has come. All edits are made in copies. Yardstick: Flask's own dev server,
in the same run, polled every 5 ms like the other peers. `bench/devserver.py polo` for a part.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from common import DEADLINE, free_port
from devserver_edits import LOST, Edits, own_edits
from devserver_peers import PEERS, Peer
from devserver_process import ask, running

POLL = 0.005  # seconds
SECONDS = 3.0  # of load, each time
CLIENTS = 8


def main(wanted: str = "") -> None:
    peers = [peer for peer in PEERS if wanted.lower() in peer.name.lower()]
    rows = [measure(peer) for peer in peers]
    base = rows[0]
    print("| server | start ms | p50 / p95 / p99 ms | requests a second | edit ms, median / max | failed |")
    print("|---|---|---|---|---|---|")
    for peer, row in zip(peers, rows, strict=True):
        print(f"| {peer.name} | {row.line(base)} |", flush=True)
    print(
        "\n| Polo itself, save to fresh page | edit ms, median / max | until told | the page, warm | failed |"
    )
    print("|---|---|---|---|---|")
    for line in own_edits():
        print(line, flush=True)


@dataclass(frozen=True)
class Row:
    start: float
    taken: tuple[float, ...]
    throughput: float
    edits: Edits
    failed: int

    def line(self, base: Row) -> str:
        p50, p95, p99 = (self.percentile(share) for share in (50, 95, 99))
        median, theirs = statistics.median(self.edits.taken), statistics.median(base.edits.taken)
        return " | ".join(
            (
                f"{self.start:.0f} ({self.start / base.start:.2f}x)",
                f"{p50:.2f} / {p95:.2f} / {p99:.2f} ({p50 / base.percentile(50):.2f}x)",
                f"{self.throughput:.0f} ({self.throughput / base.throughput:.2f}x)",
                f"{self.edits} ({median / theirs:.3f}x)",
                str(self.failed + self.edits.failed),
            )
        )

    def percentile(self, share: int) -> float:
        return statistics.quantiles(self.taken, n=100)[share - 1]


def measure(peer: Peer) -> Row:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        bin = peer.prepare(folder)
        starts = []
        for _ in range(5):
            port = free_port()
            with running(peer.command(bin, folder, port), folder, port) as seconds:
                starts.append(seconds * 1000)
        port = free_port()
        with running(peer.command(bin, folder, port), folder, port):
            load(port, 0.5, 1)
            alone = load(port, SECONDS, 1)
            crowd = load(port, SECONDS, CLIENTS)
            file = folder / peer.edited
            edits = edit(port, "/", file, "MARK", "MARK @", peer.edits)
        throughput = crowd["answered"] / crowd["seconds"]
        failed = alone["failed"] + crowd["failed"]
        return Row(min(starts), tuple(alone["taken"]), throughput, edits, failed)


def load(port: int, seconds: float, clients: int) -> dict[str, object]:
    script = str(Path(__file__).with_name("devserver_clients.py"))
    command = [sys.executable, script, str(port), str(seconds), str(clients)]
    found: dict[str, object] = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    return found


def edit(port: int, path: str, file: Path, old: str, new: str, count: int) -> Edits:
    """Save a file `count` times, each time waiting for the page that shows it."""
    text = file.read_text()
    assert old in text, (file, old)
    taken, failed = [], 0
    for number in range(count):
        token = f"edit {number}{'.' * (number + 1)}"  # of another size each time: peers trust stale bytecode
        saved = Path(tempfile.gettempdir()) / f"{file.name}.saved"  # where nobody watches
        saved.write_text(text.replace(old, new.replace("@", token), 1))
        time.sleep(0.1 + number % 7 / 200)  # nobody saves more often, nor in step with a poll
        began = last = time.perf_counter()
        saved.replace(file)
        while True:
            if time.perf_counter() - last > LOST:  # some peers miss a save while they restart
                last = time.perf_counter()
                failed += 1
                file.touch()
            answer = ask(port, path)
            failed += answer is None
            if answer is not None and token.encode() in answer:
                break
            assert time.perf_counter() - began < DEADLINE, (file, number)
            time.sleep(POLL)
        taken.append((time.perf_counter() - began) * 1000)
    file.write_text(text)
    return Edits(tuple(taken), failed)


if __name__ == "__main__":
    main(*sys.argv[1:])
