"""Polo itself, edited in a copy: from each save to the page that shows it."""

from __future__ import annotations

import contextlib
import shutil
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
from devserver_peers import polo
from devserver_process import running

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
    route, base = src / "routes/api.py", src / "services/models/kit/base.py"
    shown = '{"edit": "ROUTE", "base": models_base.EDIT, **_totals(everything.totals()), **groups}'
    text = route.read_text().replace("{**_totals(everything.totals()), **groups}", shown)
    base.write_text(base.read_text() + '\nEDIT = "BASE"\n')
    route.write_text(f"{text}\nimport services.models.kit.base as models_base\n")
    yield "a route", "routes/api.py", '"ROUTE"', '"@"', "/api/summary"
    yield "a view", "views/estate/accounts.py", '"Accounts",\n', '"Accounts @",\n', "/accounts"
    rule, report = "services/cop/rules/ebs_gp2.py", "services/reports/reporters/exposure.py"
    yield "a rule", rule, 'Finding(f"', 'Finding(f"@ ', "/api/cop/findings?rule=EBS-GP2"
    yield "a report", report, 'title="', 'title="@ ', "/api/reports/exposure"
    yield "a module everything imports", "services/models/kit/base.py", '"BASE"', '"@"', "/api/summary"


def page_time(browser: Browser, path: str) -> float:
    began = time.perf_counter()
    browser.get(path)
    return (time.perf_counter() - began) * 1000
