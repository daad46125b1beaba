"""Editing a rule while the console is served: its findings are those of the next page load."""

from __future__ import annotations

import json
import shutil
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from devserver.conftest import ROOT, DevServer, Start, until

pytestmark = [
    pytest.mark.integration,
    pytest.mark.skipif(sys.platform == "win32", reason="the dev server needs a Unix"),
]
RULE = "services/cop/rules/ebs_gp2.py"
BETWEEN = 0.3  # seconds between two loads of a page


@pytest.fixture
def console(start: Start, tmp_path: Path) -> DevServer:
    """The console over the demo estate, from a copy of src that may be edited."""
    for name in ("local_data.json", "local_daily.json", "local_costs.json"):
        shutil.copy(ROOT / name, tmp_path / name)
    shutil.copytree(ROOT / "src", tmp_path / "src", dirs_exist_ok=True)
    server = start("return {'body': 'not yet'}")
    shutil.copy(ROOT / "src/lambda_function.py", tmp_path / "src/lambda_function.py")
    until(lambda: server.get("/cop/findings")[0] == 200, "the console")
    return server


def messages(console: DevServer) -> set[str]:
    """What the rule says on the page of its findings that is loaded now."""
    status, body = console.get("/api/cop/findings?rule=EBS-GP2&status=open")
    assert status == 200, body
    return {found["message"] for found in json.loads(body)["findings"]}


def save(console: DevServer, old: str, new: str) -> None:
    file = console.root / "src" / RULE
    text = file.read_text(encoding="utf-8")
    assert old in text
    part = file.with_suffix(".new")
    part.write_text(text.replace(old, new, 1), encoding="utf-8")
    part.replace(file)  # as editors save


def load(console: DevServer, until_it: Callable[[set[str]], bool], what: str) -> None:
    """Load the page as somebody does who reads it: without a pause, requests hold up the reload."""
    pause = threading.Event()
    until(lambda: not pause.wait(BETWEEN) and until_it(messages(console)), what)


def test_a_rule_that_was_edited_judges_the_next_page(console: DevServer) -> None:
    before = len(messages(console))
    assert before
    save(console, 'message = f"{size} GiB', 'message = f"edited: {size} GiB')
    load(console, lambda told: all(text.startswith("edited: ") for text in told), "the edited rule")
    assert len(messages(console)) == before
    nothing = "if volume.size:\n        return None\n    if volume.size is None:"
    save(console, "if volume.size is None:", nothing)
    load(console, lambda told: not told, "the rule that has nothing to say")
