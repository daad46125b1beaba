"""What the launcher does before anything is installed: .venv, with neither ensurepip nor pip.

The standard library alone: this runs on a bare Python 3.11.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib
import io
import os
import re
import shutil
import subprocess
import sys
import tempfile
import venv
import zipfile
from collections.abc import Mapping
from pathlib import Path

from tooling.install.wheel_index import PipConfiguration, Wheel, pip_configuration
from tooling.install.wheel_tags import Machine, this_machine

_EXE = ".exe" if os.name == "nt" else ""
_UV = re.compile(r"^uv==(\S+)((?:[ \\\n]+--hash=sha256:[0-9a-f]{64})+)", re.MULTILINE)
_HASH = re.compile(r"sha256:([0-9a-f]{64})")


class InstallError(Exception):
    """What can't be installed, and why, on one line."""


def install(root: Path, lock: str) -> None:
    """Make root/.venv have exactly what the lock lists. Raises InstallError, OSError.

    Whatever was done before an interruption is used the next time.
    """
    folder = root / ".venv"
    programs = folder / ("Scripts" if os.name == "nt" else "bin")
    python = programs / f"python{_EXE}"
    if not python.exists():
        _say("making .venv")
        venv.create(folder, symlinks=os.name != "nt")
    for left in folder.glob("uv-*"):  # by a run that was killed
        shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix="uv-", dir=folder) as place:
        uv = _found(programs) or _fetched(lock, Path(place), python)
        count = len(re.findall(r"^[a-z0-9].*==", lock, re.MULTILINE))
        _say(f"installing {count} packages into .venv (once, and when requirements.dev.txt changes)")
        quiet = [] if sys.stderr.isatty() else ["--quiet"]  # on a terminal uv shows how far it is
        flags = ["--compile-bytecode", "--require-hashes", "--python", str(python)]
        configured = pip_configuration()
        flags += [] if configured.indexes else ["--no-index"]
        sync = (str(uv), "pip", "sync", *quiet, *flags, str(root / "requirements.dev.txt"))
        _run(root, *sync, environ={**os.environ, **configured.for_uv(os.environ)})


def _found(programs: Path) -> Path | None:
    own = programs / f"uv{_EXE}"
    there = str(own) if own.exists() else shutil.which("uv")
    return Path(there) if there else None


def _fetched(lock: str, place: Path, python: Path) -> Path:
    """uv, as the lock pins it: through the index that pip is configured for, else by pip itself."""
    version, hashes = _pinned(lock)
    try:
        return fetch_uv(version, hashes, place, pip_configuration(), this_machine())
    except (OSError, ValueError, InstallError) as error:
        why = " ".join(str(error).split())
    _say(f"can't fetch uv {version}: {why}; trying pip")
    return _by_pip(version, hashes, place, python, why)


def fetch_uv(
    version: str,
    hashes: frozenset[str],
    place: Path,
    configured: PipConfiguration,
    machine: Machine,
) -> Path:
    """Put uv's program into the folder `place`; its path. hashes: the SHA-256 that its wheels may have.

    Raises OSError, ValueError, InstallError.
    """
    wheel = _best(configured, version, hashes, machine)
    content = _download(configured, wheel)
    digest = hashlib.sha256(content).hexdigest()
    if digest not in hashes:
        raise InstallError(f"{wheel.name} has the SHA-256 {digest}, which requirements.dev.txt does not list")
    program = place / f"uv{_EXE}"
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        program.write_bytes(archive.read(f"uv-{version}.data/scripts/uv{_EXE}"))
    program.chmod(0o755)
    return program


def _best(configured: PipConfiguration, version: str, hashes: frozenset[str], machine: Machine) -> Wheel:
    start = f"uv-{version}-"
    offered = [each for each in configured.wheels("uv") if each.name.startswith(start)]
    fitting = [each for each in offered if each.name.endswith(".whl") and machine.score(each.name)]
    pinned = [each for each in fitting if each.sha256 in hashes or not each.sha256]
    if not pinned:
        reason = (
            "with a hash that the lock lists" if fitting else f"for {machine.system} on {machine.machine}"
        )
        raise InstallError(f"the package index has no wheel of uv {version} {reason}")
    return max(pinned, key=lambda each: machine.score(each.name))


def _download(configured: PipConfiguration, wheel: Wheel) -> bytes:
    _say(f"fetching {wheel.name}")
    content = bytearray()
    for piece in configured.read(wheel.url):
        content += piece
        _show(f"{len(content) / 1e6:.1f} MB")
    _show("")
    return bytes(content)


def _by_pip(version: str, hashes: frozenset[str], place: Path, python: Path, why: str) -> Path:
    wanted = place / "uv.txt"
    wanted.write_text(f"uv=={version} " + " ".join(f"--hash=sha256:{each}" for each in sorted(hashes)))
    target = place / "pip"
    pip = [_python_with_pip(place, why), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    _run(place, *pip, "--require-hashes", "--target", str(target), "-r", str(wanted))
    return next(target.rglob(f"uv{_EXE}"))


def _python_with_pip(place: Path, why: str) -> str:
    """An interpreter that has pip: this one, or one made with ensurepip. Raises InstallError."""
    with contextlib.suppress(ImportError):
        importlib.import_module("pip")
        return sys.executable
    try:
        venv.create(place / "venv", with_pip=True, symlinks=os.name != "nt")
    except subprocess.CalledProcessError:
        raise InstallError(
            f"can't fetch uv: {why}. Way out: check the network and pip's configuration, or install uv"
        ) from None
    return str(place / "venv" / ("Scripts" if os.name == "nt" else "bin") / f"python{_EXE}")


def _pinned(lock: str) -> tuple[str, frozenset[str]]:
    found = _UV.search(lock)
    if not found:
        raise InstallError("requirements.dev.txt pins no uv. Way out: git checkout requirements.dev.txt")
    return found[1], frozenset(_HASH.findall(found[2]))


def _run(folder: Path, *command: str, environ: Mapping[str, str] | None = None) -> None:
    if subprocess.run(command, cwd=folder, env=environ).returncode:
        raise InstallError(f"failed: {' '.join(command)}")


def _say(line: str) -> None:
    print(f"inv: {line}", file=sys.stderr, flush=True)


def _show(text: str) -> None:
    if sys.stderr.isatty():
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)
