"""AWS SAM's command line, in an environment of its own: it pins much of what the project pins otherwise."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path

from errors import PoloError
from tooling import commands
from tooling.blocks.blocks import Function
from tooling.blocks.deployment import parameter_values
from tooling.blocks.variables import DEFAULTS
from tooling.environments import DEPLOYED, environment
from tooling.networks import WAY_OUT
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


def next_step(functions: Iterable[Function], environ: Mapping[str, str]) -> str:
    """What to do with a build: the command that deploys it with the values of .env, or what is missing there.

    Raises SettingsError, UnknownName for values that `inv deploy` would refuse as well.
    """
    if not environ.get("ALLOWED_CIDRS"):
        return f"{BUILT} is built; it lets in nobody yet. Way out: {WAY_OUT}, then again"
    name = environ.get("ENV", "")
    target = environment(name if re.fullmatch(DEPLOYED, name) else DEFAULTS["ENV"])
    values = {name: value for name, value in parameter_values(functions, target, environ).items() if value}
    hint = ""
    if "ExternalId" in values:  # no secret in a terminal
        values["ExternalId"], hint = "EXTERNAL_ID", "; EXTERNAL_ID: the one of .env"
    given = shlex.join(f"{name}={value}" for name, value in {"Env": target.name, **values}.items())
    options = f"--stack-name {target.name}-PoloStack --resolve-s3 --capabilities CAPABILITY_IAM"
    return f"{BUILT} is ready for: sam deploy {options} --parameter-overrides {given}{hint}"


def run(root: Path, *arguments: str) -> str:
    """What `sam <arguments>` said in the checkout. Raises PoloError with its last line."""
    environment = {"SAM_CLI_TELEMETRY": "0", "SAM_CLI_CHECK_AWS_LAMBDA_RUNTIME_UPDATES": "false"}
    done = commands.run(
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
