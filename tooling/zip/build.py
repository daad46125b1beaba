"""`inv zip`: lambda_deployment.zip, whole, and the same bytes from the same inputs.

It is kept with a hash of all that it was made from, so that what has not changed is not made again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from errors import PoloError
from services.store.lock import alone
from tooling.interpreters import Interpreter, candidates, find_python
from tooling.runtime import PYTHON, ZIP
from tooling.zip.inputs import LOCK, Built, hash_of, recipe, styles_of
from tooling.zip.sources import read_sources

NO_BYTECODE = (
    f"warning: no Python {PYTHON} runs here, so the zip has no bytecode and imports take twice as long."
    f" Way out: uv python install {PYTHON}, then inv zip"
)


def build(root: Path) -> Built:
    """Make `root`/lambda_deployment.zip, unless it is there already as it would be made.

    An old one stays whole until the new one is. One process at a time; the others then find it made.
    Raises PoloError.
    """
    folder = root / ".local" / "zip"
    with alone(folder / "last.json"):
        return _built(root, folder)


def _built(root: Path, folder: Path) -> Built:
    try:
        sources = read_sources(root / "src")
        last = _Last.read(folder)
        pythons = _pythons()
        inputs = hash_of(_inputs(root, sources, pythons))
        if last and (last.inputs, last.zip) == (inputs, _seen(root / ZIP)):
            return last.built
        from tooling.zip.pack import pack  # brings what only a build needs

        python = last.interpreter() if last and last.pythons == pythons else find_python()
        built = pack(root, folder, sources, python)
        path = str(python.path) if python else ""
        _Last(inputs, pythons, path, _seen(root / ZIP), built).write(folder)
    except OSError as error:
        where = error.filename2 or error.filename
        raise PoloError(f"can't build {ZIP}: {where}: {error.strerror}", "mend that file or folder") from None
    return built


@dataclass(frozen=True)
class _Last:
    """What was built last, from what, by which Python, and how its file looked."""

    inputs: str
    pythons: str
    python: str
    zip: list[int] | None
    built: Built

    @classmethod
    def read(cls, folder: Path) -> _Last | None:
        try:
            state = json.loads((folder / "last.json").read_text())
            largest = tuple((name, size) for name, size in state["built"]["largest"])
            return cls(**state | {"built": Built(**state["built"] | {"largest": largest})})
        except (FileNotFoundError, ValueError, KeyError, TypeError):
            return None

    def write(self, folder: Path) -> None:
        (folder / "last.json").write_text(json.dumps(asdict(self)))

    def interpreter(self) -> Interpreter | None:
        return Interpreter(Path(self.python), self.built.python) if self.python else None


def _inputs(root: Path, sources: Mapping[str, bytes], pythons: str) -> dict[str, bytes]:
    others = {LOCK: (root / LOCK).read_bytes(), "pythons": pythons.encode(), "recipe": recipe()}
    return {**styles_of(root, sources), **sources, **others}


def _pythons() -> str:
    """The Pythons that there are to choose from: while they are the same, so is the choice."""
    return "\n".join(f"{path} {_seen(path)}" for path in candidates())


def _seen(file: Path) -> list[int] | None:
    """Changes when anybody writes the file; None when there is none."""
    try:
        status = file.stat()
    except FileNotFoundError:
        return None
    return [status.st_size, status.st_mtime_ns, status.st_ino]
