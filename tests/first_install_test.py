"""./inv on a bare Python: neither ensurepip nor pip nor uv, only the standard library and a package index."""

from __future__ import annotations

import hashlib
import io
import json
import os
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.launcher_test import copy_launcher

pytestmark = pytest.mark.skipif(os.name == "nt", reason="stands in for uv with a shell script")

# Debian's python3 without python3-venv and python3-pip
BARE = """
import runpy, subprocess, sys, venv

class Lacking:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("ensurepip", "pip"):
            raise ModuleNotFoundError(f"No module named {name!r}")

def no_ensurepip(*_):
    raise subprocess.CalledProcessError(1, "python -Im ensurepip")

sys.meta_path.insert(0, Lacking())
venv.EnvBuilder._setup_pip = no_ensurepip
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")
"""
UV = """#!/bin/sh
echo "uv $@"
echo "default=$UV_DEFAULT_INDEX more=$UV_INDEX folders=$UV_FIND_LINKS"
"""
NAME = "uv-1.0-py3-none-any.whl"
OTHERS = ("uv-0.9-py3-none-any.whl", "uv-1.0-py3-none-win_arm64.whl", "uv-1.0.tar.gz")


def wheel() -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("uv-1.0.data/scripts/uv", UV)
    return content.getvalue()


WHEEL = wheel()
DIGEST = hashlib.sha256(WHEEL).hexdigest()


@dataclass
class Machine:
    """A checkout, and the home of somebody who has no uv."""

    folder: Path
    variables: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.checkout = self.folder / "polo"
        (self.folder / "home").mkdir()
        self.checkout.mkdir()
        copy_launcher(self.checkout)
        (self.checkout / "tasks.py").write_text("import sys; print('tasks', sys.prefix, *sys.argv[1:])")
        self.pin(DIGEST)

    def pin(self, digest: str) -> None:
        lock = self.checkout / "requirements.dev.txt"
        lock.write_text(
            f"rich==15.0.0 \\\n    --hash=sha256:{'1' * 64}\nuv==1.0 \\\n    --hash=sha256:{digest}\n"
        )

    def inv(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        home = str(self.folder / "home")
        environ = {
            "PATH": "/usr/bin:/bin",
            "HOME": home,
            "XDG_CONFIG_DIRS": home,
            "PIP_CERT": "",
            "NO_PROXY": "*",
        }
        command = [sys.executable, "-I", "-c", BARE, str(self.checkout / "inv"), *arguments]
        return subprocess.run(command, capture_output=True, text=True, env=environ | self.variables)

    def configure(self, text: str) -> None:
        file = self.folder / "home" / ".config" / "pip" / "pip.conf"
        file.parent.mkdir(parents=True)
        file.write_text(text)


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


class Index(BaseHTTPRequestHandler):
    """A simple index that speaks JSON or HTML, and wants to know who asks where `user` is set."""

    def __init__(self, speaks: str, user: str, *arguments: object) -> None:
        self.speaks, self.user = speaks, user
        super().__init__(*arguments)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        if self.user and self.headers.get("Authorization") != self.user:
            self.send_error(401)
        elif self.path == "/simple/uv/":
            self._send(*self._page())
        elif self.path == f"/files/{NAME}":
            self._send("application/octet-stream", WHEEL)
        else:
            self.send_error(404)

    def _page(self) -> tuple[str, bytes]:
        if self.speaks == "json":
            files = [{"filename": name, "url": f"../../files/{name}", "hashes": {}} for name in OTHERS]
            files.append({"filename": NAME, "url": f"../../files/{NAME}", "hashes": {"sha256": DIGEST}})
            return "application/vnd.pypi.simple.v1+json", json.dumps({"files": files}).encode()
        links = "".join(
            f'<a href="../../files/{name}">{name}</a>' for name in (*OTHERS, f"{NAME}#sha256={DIGEST}")
        )
        return "text/html", f"<!DOCTYPE html><body>{links}".encode()

    def _send(self, kind: str, content: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None: ...


@contextmanager
def index(speaks: str, user: str = "") -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Index, speaks, user)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"127.0.0.1:{server.server_port}/simple"
        server.shutdown()


def installs(machine: Machine) -> str:
    """What ./inv printed, after it has installed and handed over."""
    done = machine.inv("run", "--port", "1")
    assert (done.returncode, "Traceback" in done.stderr) == (0, False), done.stderr
    assert f"fetching {NAME}" in done.stderr
    assert "installing 2 packages" in done.stderr
    assert done.stdout.splitlines()[-1] == f"tasks {machine.checkout / '.venv'} run --port 1"
    assert (
        f"uv pip sync --quiet --compile-bytecode --require-hashes --python {machine.checkout}" in done.stdout
    )
    assert not [*(machine.checkout / ".venv").glob("uv-*")]
    return done.stdout


@pytest.mark.parametrize("speaks", ["json", "html"])
def test_the_index_of_a_variable_is_enough(machine: Machine, speaks: str) -> None:
    with index(speaks) as place:
        machine.variables["PIP_INDEX_URL"] = f"http://{place}"
        assert f"default=http://{place} more= folders=" in installs(machine)


def test_the_index_of_pips_own_file_is_asked_as_the_user_that_it_names(machine: Machine) -> None:
    with index("html", user="Basic bWU6cEBzcw==") as place:
        machine.configure(f"[global]\nindex-url = http://me:p%40ss@{place}/\n")
        installs(machine)


def test_a_further_index_and_a_folder_are_looked_at(machine: Machine) -> None:
    folder = machine.folder / "wheels"
    folder.mkdir()
    (folder / NAME).write_bytes(WHEEL)
    machine.configure(f"[install]\nno-index = true\nfind-links = {folder}\n  {folder}-gone\n")
    assert f"folders={folder}\n" in installs(machine)


def test_an_index_that_is_a_folder_is_read(machine: Machine) -> None:
    page = machine.folder / "index" / "uv" / "index.html"
    page.parent.mkdir(parents=True)
    (machine.folder / "files").mkdir()
    (machine.folder / "files" / NAME).write_bytes(WHEEL)
    page.write_text(f'<a href="../../files/{NAME}#sha256={DIGEST}">{NAME}</a>')
    machine.variables["PIP_INDEX_URL"] = page.parent.parent.as_uri()
    installs(machine)


@pytest.mark.parametrize("speaks", ["json", "html"])
def test_a_wheel_that_the_lock_does_not_list_is_not_unpacked(machine: Machine, speaks: str) -> None:
    machine.pin("2" * 64)
    with index(speaks) as place:
        machine.variables["PIP_INDEX_URL"] = f"http://{place}"
        done = machine.inv("run")
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.splitlines()[-1].startswith("inv: can't fetch uv: ")
    assert "Way out: check the network and pip's configuration, or install uv" in done.stderr
    assert "Traceback" not in done.stderr


def test_content_other_than_the_index_says_is_refused(machine: Machine) -> None:
    folder = machine.folder / "wheels"
    folder.mkdir()
    (folder / NAME).write_bytes(WHEEL + b"more")
    machine.variables |= {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(folder)}
    done = machine.inv("run")
    assert "which requirements.dev.txt does not list" in done.stderr.splitlines()[-1]
    assert done.stdout == ""


def test_no_index_that_answers_is_one_line(machine: Machine) -> None:
    machine.variables["PIP_INDEX_URL"] = "http://127.0.0.1:9/simple"
    done = machine.inv("run")
    assert done.returncode == 1
    assert "Connection refused" in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stderr.count("\n") == 3


def test_a_checkout_without_write_permission_is_one_line(machine: Machine) -> None:
    (machine.checkout / ".venv").write_text("in the way")
    done = machine.inv("run")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert str(machine.checkout / ".venv") in done.stderr.splitlines()[-1]
