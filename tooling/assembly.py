"""The cloud assembly: what `python infra/app.py` writes, with a stage for each environment."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from errors import PoloError
from tooling import cdk_environment
from tooling.runtime import ZIP


def synthesise(root: Path, folder: Path) -> Path:
    """Write the assembly of every fixed environment, with the zip in it, into `folder`. Raises PoloError.

    The same sources make the same bytes, whatever the shell says.
    """
    command = [str(cdk_environment.python(root)), str(root / "infra" / "app.py"), str(root / ZIP)]
    shell = {name: value for name, value in os.environ.items() if name != "ENV"}
    done = subprocess.run(
        command,
        cwd=root,
        env={**shell, "CDK_OUTDIR": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        reason = " ".join((done.stderr or done.stdout).strip().splitlines()[-1:])
        raise PoloError(f"the stacks can't be made: {reason[:500]}", "python infra/app.py says more")
    return folder
