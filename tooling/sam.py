"""AWS SAM's command line, in an environment of its own: it pins much of what the project pins otherwise."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

from errors import PoloError
from tooling.runtime import ARCHITECTURE
from tooling.tool_environment import tool_python

REQUIREMENT = "aws-sam-cli==1.170.0"
BUILT = Path(".aws-sam/build/template.yaml")
_SECONDS = 300
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


def build(root: Path, profile: str = "") -> Path:
    """Build template.yaml with the zip as it is; answers the template for `sam deploy`. Raises PoloError."""
    run(root, "build", *(["--profile", profile] if profile else []))
    return root / BUILT


def run(root: Path, *arguments: str) -> str:
    """What `sam <arguments>` said in the checkout. Raises PoloError with its last line."""
    environment = {"SAM_CLI_TELEMETRY": "0", "SAM_CLI_CHECK_AWS_LAMBDA_RUNTIME_UPDATES": "false"}
    done = subprocess.run(
        [program(root, "sam"), *arguments],
        cwd=root,
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=_SECONDS,
        check=False,
    )
    said = _COLOUR.sub("", done.stdout).strip()
    if done.returncode:
        raise PoloError(f"sam {arguments[0]} failed: {' '.join(said.splitlines()[-1:])[:300]}")
    return said


def program(root: Path, name: str) -> Path:
    """A program of SAM's environment (sam, cfn-lint), which is made first when it is not there."""
    return _python(root).with_name(f"{name}.exe" if os.name == "nt" else name)


def emulator(root: Path) -> Path:
    """Lambda's runtime interface emulator, which SAM brings."""
    place = f"site-packages/samcli/local/rapid/aws-lambda-rie-{ARCHITECTURE}"
    return next(_python(root).parent.parent.rglob(place))


def _python(root: Path) -> Path:
    return tool_python(root / ".local" / "sam", REQUIREMENT)
