"""The dev server against its peers: start, latency, throughput, edit time, failed requests; one 2 KB page.

Then the edit time of Polo itself: a route, a view, a rule, a report, and a module that everything imports, as
a browser has it that LiveReload tells to ask again. The clock starts when the file is renamed into its place,
and ends when the whole fresh body has come. All edits are made in copies. Yardstick: Flask's own dev server,
in the same run, polled every 5 ms like the other peers. `bench/devserver.py polo` for a part.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from common import DEADLINE, ROOT, free_port
from devserver_browser import Browser
from devserver_peers import PEERS, Peer, polo

POLL = 0.005  # seconds
SECONDS = 3.0  # of load, each time
CLIENTS = 8
LOST = 5.0  # seconds after which a save counts as lost, and is made again
EDITS = 100
PAUSE = 0.3  # seconds between a page and the next save


@dataclass(frozen=True)
class Edits:
    """Milliseconds from each save to the page that shows it; failed: refused, 5xx, or a save not seen."""

    taken: tuple[float, ...]
    failed: int

    def __str__(self) -> str:
        median = statistics.median(self.taken)
        return f"{median:.1f} / {max(self.taken):.1f}"


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


def ask(port: int, path: str) -> bytes | None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=DEADLINE)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        body = response.read()
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()
    return body if response.status < 500 else None


def own_edits() -> Iterator[str]:
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        copy_checkout(root)
        port, livereload = free_port(), free_port()
        command = [*polo(Path(sys.executable).parent, root, port, livereload), "--demo"]
        with running(command, ROOT, port), contextlib.closing(Browser(port, livereload)) as browser:
            for what, file, old, new, path in edits_of(root):
                browser.get(path)
                while browser.told(1):  # of what was saved before
                    pass
                edits, told = edit_told(browser, path, root / "src" / file, old, new)
                warm = statistics.median(page_time(browser, path) for _ in range(30))
                times = f"{edits} | {statistics.median(told):.1f} | {warm:.1f}"
                yield f"| {what} ({file}, {path}) | {times} | {edits.failed} |"


def edit_told(browser: Browser, path: str, file: Path, old: str, new: str) -> tuple[Edits, list[float]]:
    """Save a file EDITS times; also the milliseconds until each reload. A page that is stale then failed."""
    text = file.read_text()
    assert old in text, (file, old)
    taken, told, failed = [], [], 0
    for number in range(EDITS):
        token = f"edit {number}."
        saved = Path(tempfile.gettempdir()) / f"{file.name}.saved"  # where nobody watches
        saved.write_text(text.replace(old, new.replace("@", token), 1))
        time.sleep(PAUSE + number % 7 / 200)
        began = time.perf_counter()
        saved.replace(file)
        while not browser.told(LOST):
            failed += 1
            file.touch()
        told.append((time.perf_counter() - began) * 1000)
        while token.encode() not in (browser.get(path) or b""):
            failed += 1
            assert time.perf_counter() - began < DEADLINE, (file, number)
        taken.append((time.perf_counter() - began) * 1000)
    file.write_text(text)
    browser.told(LOST)
    return Edits(tuple(taken), failed), told


def copy_checkout(root: Path) -> None:
    names = subprocess.run(
        ["git", "ls-files", "src", "local_*.json"], cwd=ROOT, capture_output=True, check=True
    )
    for name in names.stdout.decode().split():
        if (ROOT / name).exists():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, root / name)


def edits_of(root: Path) -> Iterator[tuple[str, str, str, str, str]]:
    """What is edited, in the copy: the JSON summary shows a word of its route, and one of base.py."""
    src = root / "src"
    route, base = src / "routes/api.py", src / "services/models/base.py"
    shown = '{"edit": "ROUTE", "base": models_base.EDIT, **_totals(everything.totals()), **groups}'
    text = route.read_text().replace("{**_totals(everything.totals()), **groups}", shown)
    base.write_text(base.read_text() + '\nEDIT = "BASE"\n')
    route.write_text(f"{text}\nimport services.models.base as models_base\n")
    yield "a route", "routes/api.py", '"ROUTE"', '"@"', "/api/summary"
    yield "a view", "views/accounts.py", '"Accounts",\n', '"Accounts @",\n', "/accounts"
    rule, report = "services/cop/rules/ebs_gp2.py", "services/reports/reporters/exposure.py"
    yield "a rule", rule, 'Finding(f"', 'Finding(f"@ ', "/api/cop/findings?rule=EBS-GP2"
    yield "a report", report, 'title="', 'title="@ ', "/api/reports/exposure"
    yield "a module everything imports", "services/models/base.py", '"BASE"', '"@"', "/api/summary"


def page_time(browser: Browser, path: str) -> float:
    began = time.perf_counter()
    browser.get(path)
    return (time.perf_counter() - began) * 1000


@contextlib.contextmanager
def running(command: list[str], folder: Path, port: int) -> Iterator[float]:
    """A server and its children; the seconds from its start to the first byte of its first answer."""
    environ = {**os.environ, "PYTHONPATH": str(ROOT)} if command[2] == "devserver" else {**os.environ}
    began = time.perf_counter()
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "stdin": subprocess.DEVNULL}
    process = subprocess.Popen(command, cwd=folder, env=environ, start_new_session=True, **quiet)  # type: ignore[call-overload]
    try:
        while ask(port, "/") is None:
            assert time.perf_counter() - began < DEADLINE and process.poll() is None, command
            time.sleep(0.002)
        yield time.perf_counter() - began
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        process.wait(DEADLINE)


if __name__ == "__main__":
    main(*sys.argv[1:])
