"""What a cold start imports, from the unpacked zip, by the Python of Lambda. Yardstick: a bare handler."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

from common import ROOT, table

sys.path[:0] = [str(ROOT), str(ROOT / "src")]

from tooling.interpreters import find_python  # noqa: E402
from tooling.runtime import ZIP  # noqa: E402
from tooling.zip.build import build  # noqa: E402

ROUNDS = 15
BARE = "bare handler"


def main() -> None:
    python = find_python()
    if python is None:
        sys.exit("no Python that Lambda runs; see inv zip")
    build(ROOT)
    with tempfile.TemporaryDirectory() as folder:
        code = Path(folder) / "task"
        with zipfile.ZipFile(ROOT / ZIP) as archive:
            archive.extractall(code)  # noqa: S202  our own
        (code / "bare.py").write_text("def lambda_handler(event, context):\n    return {}\n")
        modules = sorted(path.stem for path in code.glob("lambda_*.py"))
        taken: dict[str, list[float]] = {name: [] for name in ["bare", *modules]}
        for _ in range(ROUNDS):
            for name, seconds in taken.items():
                seconds.append(_import(python.path, code, name))
    rows = [(BARE if name == "bare" else name, min(seconds) * 1000, "ms") for name, seconds in taken.items()]
    table(
        f"Cold import by Python {python.version} (minimum of {ROUNDS}; lambda_function at most 8x)",
        rows,
        BARE,
    )


def _import(python: Path, code: Path, module: str) -> float:
    """Seconds from the start to the end of a process that imports it."""
    variables = {"PYTHONPATH": str(code), "POWERTOOLS_SERVICE_NAME": "polo"}
    started = time.perf_counter()
    subprocess.run([python, "-c", f"import {module}"], cwd=code, env={**os.environ, **variables}, check=True)
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
