"""The worker's life, in this process: sockets at both ends, and imports that leave no trace."""

from __future__ import annotations

import json
import os
import socket
import sys
import threading
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from devserver.conftest import HANDLER
from devserver.fresh_import import import_fresh_from
from devserver.options import Options
from devserver.port import open_listener
from devserver.worker import Control, run

pytestmark = pytest.mark.integration


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setattr(sys, "path", sys.path.copy())
    monkeypatch.setattr(sys, "path_hooks", sys.path_hooks.copy())
    monkeypatch.setattr(os, "environ", os.environ.copy())
    (tmp_path / "src").mkdir()
    yield tmp_path
    sys.path_importer_cache.clear()
    for name in ("lambda_probe", "probe_part"):
        sys.modules.pop(name, None)


def write(root: Path, body: str) -> None:
    text = HANDLER.format(routes='["/"]', body=body)
    (root / "src" / "lambda_probe.py").write_text(text)


def test_a_worker_reports_serves_and_drains(root: Path) -> None:
    write(root, "return {'body': os.environ['ENV']}")
    ours, theirs = socket.socketpair()
    with open_listener("127.0.0.1", 0) as listener, ours, theirs:
        arguments = (Options(root=root), listener, Control(theirs), None)
        worker = threading.Thread(target=run, args=arguments, daemon=True)
        worker.start()
        said = ours.makefile("r")
        assert json.loads(said.readline()) == {"state": "ready", "data": "demo data"}
        ours.sendall(b"serve\n")
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/"
        with urllib.request.urlopen(url, timeout=10) as response:  # noqa: S310
            assert response.read() == b"test"
        ours.sendall(b"drain\n")
        assert json.loads(said.readline()) == {"state": "drained"}
        worker.join(10)
        assert not worker.is_alive()


@pytest.mark.parametrize(
    ("body", "state", "told"),
    [
        ("return {}\n\n\nimport no_such_module", "broken", "No module named 'no_such_module'"),
        ("return {", "failed", "src/lambda_probe.py:11: '{' was never closed"),
        (None, "failed", "no lambda_*.py declares routes"),
    ],
)
def test_a_worker_says_why_it_cannot_serve(root: Path, body: str | None, state: str, told: str) -> None:
    if body:
        write(root, body)
    ours, theirs = socket.socketpair()
    with open_listener("127.0.0.1", 0) as listener, ours:
        control = Control(theirs)
        ours.shutdown(socket.SHUT_WR)  # a supervisor that is gone ends the worker
        run(Options(root=root), listener, control, None)
        message = json.loads(ours.makefile("r").readline())
    theirs.close()
    assert message["state"] == state
    assert told in message["error"]


def test_a_module_of_src_is_read_afresh_and_leaves_no_bytecode(root: Path) -> None:
    part = root / "src" / "probe_part.py"
    part.write_text("VALUE = 1\n")
    os.utime(part, (1, 1))
    import_fresh_from(root / "src")
    import probe_part  # type: ignore[import-not-found]

    assert probe_part.VALUE == 1
    part.write_text("VALUE = 2\n")  # the same size, the same time
    os.utime(part, (1, 1))
    del sys.modules["probe_part"]
    import probe_part

    assert probe_part.VALUE == 2
    assert not (root / "src" / "__pycache__").exists()
