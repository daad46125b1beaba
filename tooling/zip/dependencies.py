"""The dependencies as they ship: installed for Lambda's platform, without what nobody runs."""

from __future__ import annotations

import importlib.util
import re
import subprocess
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path, PurePath

from errors import PoloError
from tooling import uv
from tooling.runtime import ARCHITECTURE, PLATFORM, PYTHON

_INSTALL = ("pip", "install", "--quiet", "--no-deps", "--require-hashes", "--no-build")
_FOR_LAMBDA = ("--python-platform", PLATFORM, "--python-version", PYTHON)
_DATA = ("botocore", "data")  # in it service/version/file
_NEVER = {"__pycache__", "bin", "examples", "test", "tests"}  # folders
_LICENCE = re.compile(r"(licen[sc]e|copying|notice|authors)", re.IGNORECASE)
_PINNED = re.compile(r"[\w.-]+==[\w.!+-]*\w")


def install(lock: Path, folder: Path) -> None:
    """Install a hash-locked requirements file into a folder. Raises PoloError that names the package.

    uv asks the index only for what its cache lacks: asking costs more than installing.
    """
    if _uv(lock, folder, "--offline").returncode == 0:
        return
    done = _uv(lock, folder)
    if done.returncode:
        raise _failure(done.stderr)


def known_services() -> tuple[str, ...]:
    """The AWS services of botocore, which this environment has, too."""
    found = importlib.util.find_spec("botocore")
    data = Path(found.origin).with_name("data") if found and found.origin else Path()
    return tuple(sorted(path.name for path in data.iterdir() if not path.suffix))


def shipped(folder: Path, services: Collection[str]) -> dict[str, bytes]:
    """Name in the zip -> content, of an installed folder; of botocore's data only these services'."""
    paths = [path.relative_to(folder) for path in folder.rglob("*") if path.is_file()]
    newest = _newest(paths)
    wanted = (path for path in paths if ships(path) and _in_use(path, services, newest))
    return {path.as_posix(): (folder / path).read_bytes() for path in sorted(wanted)}


def ships(path: PurePath) -> bool:
    """Whether an installed file is run, or asked for by a licence. path: from the folder."""
    top = path.parts[0]
    if top == path.name:  # some wheels drop their README and more beside the packages
        return path.suffix in (".py", ".so")
    if top.endswith(".dist-info"):
        return path.name == "METADATA" or "licenses" in path.parts or bool(_LICENCE.match(path.name))
    test = path.name == "conftest.py" or path.name.endswith("_test.py")
    return not test and path.suffix not in (".pyi", ".pyc") and not _NEVER.intersection(path.parts)


def _in_use(path: PurePath, services: Collection[str], newest: Mapping[PurePath, str]) -> bool:
    if not _is_data(path):
        return True
    version = path.parent
    used = version.parent.name in services and newest[version.parent] == version.name
    return used and path.name != "examples-1.json"


def _newest(paths: Iterable[PurePath]) -> dict[PurePath, str]:
    """Folder of a service -> the newest version of its API there, which botocore takes."""
    newest: dict[PurePath, str] = {}
    for version in {path.parent for path in paths if _is_data(path)}:
        newest[version.parent] = max(version.name, newest.get(version.parent, ""))
    return newest


def _is_data(path: PurePath) -> bool:
    return len(path.parts) == 5 and path.parts[:2] == _DATA


def _uv(lock: Path, folder: Path, *flags: str) -> subprocess.CompletedProcess[str]:
    return uv.attempt(*_INSTALL, *_FOR_LAMBDA, *flags, "--target", str(folder), "-r", str(lock))


def _failure(said: str) -> PoloError:
    pinned = _PINNED.search(said)
    reason = " ".join(said.split())
    if pinned and re.search(r"no (usable )?wheels|Wheels are required", reason):
        there = f"{ARCHITECTURE} Linux and Python {PYTHON}"
        return PoloError(
            f"{pinned[0]} has no wheel for {there}, on which Lambda runs",
            "name a version that has one in src/requirements.in, then: inv lock",
        )
    way_out = "inv lock" if "ash mismatch" in reason else "check the network and the package index"
    return PoloError(f"can't install src/requirements.txt: {reason[:300]}", way_out)
