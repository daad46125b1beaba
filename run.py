"""`python run.py` does what `inv run` does, with any Python 3.11+ and the same options."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path


def main() -> int:
    command = [sys.executable, str(Path(__file__).resolve().parent / "inv"), "run", *sys.argv[1:]]
    if os.name != "nt":  # exec on Windows returns to the shell before the child is done
        os.execv(sys.executable, command)  # noqa: S606
    return subprocess.run(command).returncode  # noqa: S603


if __name__ == "__main__":
    sys.exit(main())
