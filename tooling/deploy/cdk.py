"""The CDK's command line: the assembly of one environment, and what is done with it."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from errors import PoloError
from tooling import cdk_environment, commands
from tooling.blocks.deployment import code_zip
from tooling.deploy.change_set import NAME
from tooling.deploy.stack import NO_TAGS
from tooling.environments import Environment
from tooling.local.target import Target
from tooling.runtime import ZIP

TOOLKIT = "CDKToolkit"  # the stack that `inv bootstrap` makes
FOLDER = Path(".local/assembly")
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_LONGEST = 400  # characters of a failure


def assembly(root: Path, environment: Environment) -> Path:
    """The folder with the templates of one environment, made again when what they are made from has changed.

    Raises PoloError when a check of the CDK has findings, or the zip is not built.
    """
    folder = root / FOLDER / environment.name
    made_from = f"{_digest([code_zip(root / ZIP), *_recipe(root)])}\n"
    done = folder / ".made_from"
    if done.is_file() and done.read_text(encoding="utf-8") == made_from:
        return folder
    shutil.rmtree(folder, ignore_errors=True)
    synthesise(root, folder, root / ZIP, [environment.name])
    done.write_text(made_from, encoding="utf-8")
    return folder


def synthesise(root: Path, folder: Path, code: Path, names: Sequence[str]) -> None:
    """Write the assembly of the environments of these names into `folder`, with the zip `code` in it.

    The same sources make the same bytes. Raises PoloError when a check of the CDK has findings.
    """
    # the local AWS is tried again and again: what the CDK checks there, it checks in the tests as well
    checks = {"CDK_VALIDATION": "false"} if [*names] == ["local"] else {}
    app = [str(cdk_environment.python(root)), str(root / "infra" / "app.py"), str(code), *names]
    _run(app, root, {**cdk_environment.variables(root), **checks, "CDK_OUTDIR": str(folder)}, "synthesise")


def parameters(app: Path, environment: Environment) -> tuple[str, ...]:
    """The parameters of the environment's stack in an assembly, but for the CDK's own."""
    (template,) = (app / f"assembly-{environment.name}").glob("*.template.json")
    found = json.loads(template.read_text(encoding="utf-8")).get("Parameters", {})
    return tuple(name for name in found if name != "BootstrapVersion")


def role_template(root: Path, name: str) -> str:
    """The template of PoloDestination or PoloCostReader; it needs no zip. Raises PoloError."""
    code = (
        f"import json; from infra.destination import role_template as made; print(json.dumps(made({name!r})))"
    )
    path = os.pathsep.join([str(root), str(root / "src")])
    variables = {**cdk_environment.variables(root), "PYTHONPATH": path, "CDK_VALIDATION": "false"}
    said = _run([str(cdk_environment.python(root)), "-c", code], root, variables, "make the role's template")
    return said.strip().splitlines()[-1]


def version(root: Path) -> str:
    """The name of what is deployed: twelve digits of the zip's SHA-256."""
    return _digest([code_zip(root / ZIP)])[:12]


def bootstrap(root: Path, target: Target) -> None:
    """Make what the CDK needs in an account and region: a bucket and roles. Raises PoloError."""
    place = f"aws://{target.account().id}/{target.aws.home()}"
    _cdk(root, target, "bootstrap", place, "--app", "", task="bootstrap")


def pipeline(root: Path, folder: Path) -> Path:
    """Write the assembly of the pipeline into `folder`, for the source that .env names. Raises PoloError."""
    app = [str(cdk_environment.python(root)), str(root / "infra" / "ci.py"), str(code_zip(root / ZIP))]
    _run(app, root, {**cdk_environment.variables(root), "CDK_OUTDIR": str(folder)}, "synthesise")
    return folder


def prepare(
    root: Path,
    target: Target,
    app: Path,
    parameters: Mapping[str, str],
    *,
    exclusively: bool = False,
    tags: Mapping[str, str] = NO_TAGS,
) -> None:
    """Upload the assets and make the change set of the target's stack. Raises PoloError.

    Tables that a destroyed prod has left are taken over: they have the names that the template gives.
    """
    given = [f"--parameters={target.stack}:{name}={value}" for name, value in parameters.items()]
    _cdk(
        root,
        target,
        "deploy",
        target.selector,
        f"--app={app}",
        "--method=prepare-change-set",
        f"--change-set-name={NAME}",
        "--require-approval=never",
        "--no-previous-parameters",
        *(["--exclusively"] if exclusively else []),
        *(f"--tags={name}={value}" for name, value in tags.items()),
        *(["--import-existing-resources"] if target.environment.keeps else []),
        *given,
        task="prepare the deployment",
    )


def _cdk(root: Path, target: Target, command: str, *arguments: str, task: str) -> None:
    cli = [*cdk_environment.cli(root), command, *arguments, "--no-notices", "--progress=events"]
    quiet = {"CI": "1", "CDK_DISABLE_VERSION_CHECK": "1"}
    environment = {**cdk_environment.variables(root), **target.variables, **quiet}
    _run(cli, root, environment, task)


def _run(command: list[str], root: Path, variables: Mapping[str, str], task: str) -> str:
    environment = {name: value for name, value in {**os.environ, **variables}.items() if value}
    try:
        done = commands.run(
            command,
            cwd=root,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
    except FileNotFoundError:
        raise cdk_environment.gone(command[0]) from None
    if done.returncode:
        raise PoloError(f"can't {task}: {_reason(done.stdout)}")
    return str(done.stdout)


def _reason(said: str) -> str:
    """The lines that tell what failed, on one line."""
    lines = [line.strip() for line in _COLOUR.sub("", said).splitlines() if line.strip()]
    telling = [line for line in lines if re.search("fail|error|Error|can't|Way out|denied", line)] or lines
    return " ".join(telling[-4:])[-_LONGEST:]


def _recipe(root: Path) -> Iterable[Path]:
    """All that makes the templates beside the zip, which has the infra blocks in it."""
    yield root / cdk_environment.LOCK
    for folder in ("infra", "tooling"):
        files = sorted((root / folder).glob("*.py"))
        yield from (file for file in files if not file.stem.endswith("_test"))


def _digest(files: Iterable[Path]) -> str:
    found = hashlib.sha256()
    for file in files:
        found.update(hashlib.sha256(file.read_bytes()).digest())
    return found.hexdigest()
