"""The test pyramid: each layer in a pytest run of its own, fastest first; the first that fails ends it."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from tooling import commands

MARKED = ("matrix", "infra", "integration", "e2e", "browser")
LAYERS = {"unit": " and ".join(f"not {mark}" for mark in MARKED)} | {mark: mark for mark in MARKED}
ORDINARY = ("unit", "matrix", "infra", "integration", "e2e", "browser")
E2E, LANES = "tests/e2e", 2  # its conftest.py says which worker gets which test
FILES_APART = ("unit", "infra", "integration")  # a file's tests are one worker's
NO_BYTECODE = "PYTHONDONTWRITEBYTECODE"  # images of containers like to set it
MEASURED = ("unit", "matrix", "infra")  # tracing doubles the time, and the other layers add almost no lines
ENDLESS = ("--timeout=0", "-o", "faulthandler_timeout=0")  # a long count takes hours
NO_TESTS = 5  # pytest's exit code when it has collected none


def layers(*, local: bool = False, integration: bool = False, e2e: bool = False) -> tuple[str, ...]:
    """The layers that these flags ask for: all without any."""
    asked: tuple[str, ...] = ("unit", "matrix", "infra") if local else ()
    asked += ("integration",) if integration else ()
    return asked + (("e2e",) if e2e else ()) or ORDINARY


def run(
    root: Path,
    chosen: Sequence[str],
    *,
    coverage: bool = False,
    html: bool = False,
    least: int = 0,
    deep: bool = False,
    profile: str = "",
    environ: Mapping[str, str] | None = None,
) -> int:
    """Run the layers in order; 0 if all pass. Coverage must reach `least`, or else the config's figure.

    profile: e2e deploys to its account, not to a local AWS. environ: variables instead of this process's.
    """
    if coverage:
        _python(root, "coverage", "erase")
    for layer in chosen:
        print(f"== {layer}", flush=True)
        measured = coverage and layer in MEASURED
        arguments = ("-q", "-m", LAYERS[layer], *_flags(measured, deep), *_of_layer(layer, profile))
        code = _python(root, "pytest", *arguments, environ=environ)
        if code not in (0, NO_TESTS):
            return code
    return _report(root, html, least) if coverage else 0


def watch(root: Path, chosen: Sequence[str]) -> int:
    """Run the layers' tests again on every save of a Python file, until Ctrl-C."""
    wanted = " or ".join(f"({LAYERS[layer]})" for layer in chosen)
    runner = str(Path(sys.executable).with_name("pytest"))  # not another one that is first on the PATH
    flags = ("--now", "--runner", runner, "--patterns=**/*.py", "--ignore-patterns=**/.venv/**")
    return _python(root, "pytest_watcher", ".", *flags, "-m", wanted)


def _report(root: Path, html: bool, least: int) -> int:
    if html:
        _python(root, "coverage", "html", "-q", "--fail-under=0")
    return _python(root, "coverage", "report", *([f"--fail-under={least}"] if least else []))


def _flags(measured: bool, deep: bool) -> list[str]:
    flags = ["--cov", "--cov-append", "--cov-report=", "--cov-fail-under=0"] if measured else []
    return [*flags, *(("--deep", *ENDLESS) if deep else ())]


def _of_layer(layer: str, profile: str) -> list[str]:
    if layer in FILES_APART:
        workers = ["-n", str(min(4, os.cpu_count() or 1)), "--dist", "loadfile"]
        # xdist begins with the files of many tests; beside unit the longest files have the fewest
        return [*workers, *([] if layer == "unit" else ["--no-loadscope-reorder"])]
    if layer == "e2e":  # two lanes on local AWSs; in an account one that is deployed once
        how = [f"--aws-profile={profile}"] if profile else ["-n", str(LANES), "--dist", "loadgroup"]
        return [*how, E2E]
    return []


def _python(root: Path, module: str, *arguments: str, environ: Mapping[str, str] | None = None) -> int:
    """Run a module. It and what it starts keep bytecode, else each of hundreds of processes compiles all."""
    env = {name: value for name, value in (environ or os.environ).items() if name != NO_BYTECODE}
    return commands.run([sys.executable, "-m", module, *arguments], cwd=root, env=env).returncode
