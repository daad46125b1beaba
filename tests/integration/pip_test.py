"""The lock is for pip too, as old as the one that Python 3.11.7 brings."""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
import zipfile
from importlib.metadata import Distribution, distributions
from pathlib import Path

import pytest

from tooling import uv

pytestmark = pytest.mark.integration
ROOT = Path(__file__).resolve().parent.parent.parent
PIP = "pip==23.2.1"
PINNED = re.compile(r"^([A-Za-z0-9._-]+)(\[[^]]*\])?==(\S+)( ;[^\\]*)?", re.MULTILINE)


def empty_wheel(folder: Path, found: Distribution, version: str) -> str:
    """A wheel that has what is installed as its metadata, and nothing else; its SHA-256."""
    name = re.sub(r"[-_.]+", "_", found.metadata["Name"])
    wheel, info = folder / f"{name}-{version}-py3-none-any.whl", f"{name}-{version}.dist-info"
    with zipfile.ZipFile(wheel, "w") as archive:
        metadata = (found.read_text("METADATA") or "").replace(
            f"\nVersion: {found.version}", f"\nVersion: {version}"
        )
        archive.writestr(f"{info}/METADATA", metadata)
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{info}/RECORD", "")
    return hashlib.sha256(wheel.read_bytes()).hexdigest()


def test_pip_23_2_installs_the_lock(tmp_path: Path) -> None:
    """With the real names, extras, versions and dependencies, of wheels without content: no download."""
    hashes = {}
    for each in distributions():
        hashes[re.sub(r"[-_.]+", "-", each.name).lower()] = empty_wheel(tmp_path, each, each.version)
        empty_wheel(tmp_path, each, "9999")  # what an index has by now
    lines = [
        f"{name}{extras or ''}=={version}{marker or ''} --hash=sha256:{hashes.get(name, '0' * 64)}"
        for name, extras, version, marker in PINNED.findall((ROOT / "requirements.dev.txt").read_text())
    ]
    assert len(lines) > 80
    (tmp_path / "lock.txt").write_text("\n".join(lines))
    venv = tmp_path / "venv"
    uv.run("venv", "--quiet", "--python", sys.executable, str(venv), task="make an environment")
    python = venv / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    uv.run("pip", "install", "--quiet", "--python", str(python), PIP, task="install pip 23.2.1")
    flags = ["--no-index", "--find-links", str(tmp_path), "--require-hashes", "--disable-pip-version-check"]
    done = subprocess.run(
        [
            str(python),
            "-m",
            "pip",
            "install",
            "--dry-run",
            "--quiet",
            *flags,
            "-r",
            str(tmp_path / "lock.txt"),
        ],
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")
