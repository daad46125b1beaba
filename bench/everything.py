"""Build, serve and hold 100,000 resources. Yardsticks: json.loads of the same file; a static file.

`--resources 1000000`: as a deployed console holds them, built from what a table would send.
"""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from common import DEADLINE, ROOT, free_port, get, p50, polo, server, sized, table

sys.path[:0] = [str(ROOT), str(ROOT / "src")]
from tooling.demo.demo import write_demo  # noqa: E402

SIZES = sized((500, 100_000), (500,))
FIRST = ("/", "/cop", "/reports", "/costs")
PAGES = ("/resources", "/resources/instances?sort=-cost", "/resources?account=528846013377", "/")


def main() -> None:
    if sys.argv[1:2] == ["--resources"]:
        at_size(sys.argv[2])
        return
    with tempfile.TemporaryDirectory() as folder:
        files = {size: Path(folder) / f"{size}.json" for size in SIZES}
        for size, file in files.items():
            write_demo(file, size)
        build(files[SIZES[-1]], Path(folder))
        first_pages(files[SIZES[-1]], Path(folder) / "fresh")
        for size, file in files.items():
            serve(size, file, folder)


def at_size(resources: str) -> None:
    """Each step in a process of its own, whose memory it tells."""
    with tempfile.TemporaryDirectory() as folder:
        for step, *arguments in (
            ("parts", resources),
            ("build",),
            ("ask",),
            ("refresh",),
            ("publish",),
            ("load",),
        ):
            command = [sys.executable, str(ROOT / "bench" / "everything_at_size.py"), step, folder]
            subprocess.run([*command, *arguments], check=True)


def build(file: Path, folder: Path) -> None:
    started = time.perf_counter()
    json.loads(file.read_bytes())
    parsed = time.perf_counter() - started
    seconds = []
    for _ in range(3):
        started = time.perf_counter()
        command = [
            sys.executable,
            "-m",
            "services.read.everything_build",
            str(file),
            str(folder / "built.sqlite"),
        ]
        subprocess.run(command, cwd=ROOT / "src", check=True)
        seconds.append(time.perf_counter() - started)
    rows = [("json.loads of the file alone", parsed, "s"), ("build in a child process", min(seconds), "s")]
    table("Everything of 100,000 resources (minimum of 3; target 2 s)", rows, "json.loads of the file alone")


def first_pages(file: Path, cache: Path) -> None:
    """From the start of a server that has never read the file to the first complete page of each."""
    started = time.perf_counter()
    json.loads(file.read_bytes())
    parsed = time.perf_counter() - started
    port, longest = free_port(), 0.0
    environment = {**os.environ, "LOCAL_DATA_PATH": str(file), "CACHE_PATH": str(cache)}
    started = time.perf_counter()
    quiet = subprocess.DEVNULL
    with subprocess.Popen(polo(port), cwd=ROOT, env=environment, stdout=quiet, stderr=quiet) as process:
        try:
            waiting, complete = list(FIRST), {}
            while waiting:
                for path in list(waiting):
                    asked = time.perf_counter()
                    status, body = answer_of(port, path)
                    longest = max(longest, time.perf_counter() - asked) if status else longest
                    assert status in (0, 200, 503), (path, status)
                    if status == 200 and b'http-equiv="refresh"' not in body:
                        complete[path] = time.perf_counter() - started
                        waiting.remove(path)
                time.sleep(0.1)
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(DEADLINE)
    rows = [("json.loads of the file alone", parsed, "s")]
    rows += [(f"start to the first complete {path}", seconds, "s") for path, seconds in complete.items()]
    rows.append(("the longest that any answer took", longest, "s"))
    table("100,000 resources that nobody has read (no answer may be a 504)", rows, rows[0][0])


def answer_of(port: int, path: str) -> tuple[int, bytes]:
    """Status and body; 0 while there is no server."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=DEADLINE)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        return response.status, response.read()
    except OSError:
        return 0, b""
    finally:
        connection.close()


def serve(size: int, file: Path, folder: str) -> None:
    environment = {"LOCAL_DATA_PATH": str(file), "CACHE_PATH": folder}
    port = free_port()
    with server(polo(port), port, **environment):
        pass
    port = free_port()
    with server(polo(port), port, **environment) as (process, seconds):
        assert json.loads(get(port, "/api/summary"))["count"] == size
        rows = [("a static file", p50(lambda: get(port, "/static/app.js")), "ms")]
        rows += [(page, p50(lambda page=page: get(port, page)), "ms") for page in PAGES]
        table(f"{size:,} resources: p50 as a client sees it (targets 10 and 20 ms)", rows, "a static file")
        print(f"restart to first page: {seconds * 1000:.0f} ms (target 1000 at 100,000)")
        print(f"memory of the worker: {worker_rss(process.pid):.0f} MB RSS (target 200)")


def worker_rss(parent: int) -> float:
    """The largest resident set, in MB, among the processes under `parent`."""
    known, sizes = {parent}, []
    for status in sorted(Path("/proc").glob("[0-9]*/status"), key=lambda path: int(path.parent.name)):
        lines = dict(line.split(":", 1) for line in status.read_text().splitlines() if ":" in line)
        if int(lines["PPid"]) in known:
            known.add(int(lines["Pid"]))
            sizes.append(int(lines.get("VmRSS", "0").split()[0]) / 1024)  # one that has ended has none
    return max(sizes)


if __name__ == "__main__":
    main()
